/** A value in so many bits. */
export type Field = readonly [value: number, bits: number];

function bitsOf(fields: readonly Field[]): string {
  return fields.map(([value, bits]) => value.toString(2).padStart(bits, "0").slice(-bits)).join("");
}

function textOf(bytes: Buffer): string {
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
}

function bytesOf(text: string): Buffer {
  const bytes = (text.match(/.{1,8}/g) ?? []).map((byte) => parseInt(byte.padEnd(8, "0"), 2));
  return Buffer.from(bytes);
}

/** Replaces every run of these bits, wherever it begins, by as many others. */
export function replacedBits(bytes: Buffer, from: readonly Field[], to: readonly Field[]): Buffer {
  const [old, next] = [bitsOf(from), bitsOf(to)];
  const text = textOf(bytes);
  if (!text.includes(old)) throw new Error(`there are no bits ${old}`);
  if (old.length !== next.length) throw new Error("the file would change its length");
  return bytesOf(text.replaceAll(old, next));
}

/** An Exp-Golomb code of H.264 and HEVC, unsigned. */
function golomb(value: number): string {
  const bits = (value + 1).toString(2);
  return "0".repeat(bits.length - 1) + bits;
}

const startCode = Buffer.from("000001", "hex");

function unescaped(unit: Buffer): Buffer {
  return Buffer.from(unit.toString("hex").replaceAll(/((?:..)*?)000003/g, "$10000"), "hex");
}

function escaped(unit: Buffer): Buffer {
  const bytes: number[] = [];
  for (const byte of unit) {
    if (byte <= 3 && bytes.at(-1) === 0 && bytes.at(-2) === 0) bytes.push(3);
    bytes.push(byte);
  }
  return Buffer.from(bytes);
}

/** Codes that stand behind each other in a parameter set. */
export type Codes = readonly number[];

interface ParameterSet {
  readonly isWanted: (first: number) => boolean;
  readonly from: Codes;
  readonly to: Codes;
}

function changedUnit(unit: Buffer, { from, to }: ParameterSet): Buffer {
  const [old, next] = [from.map(golomb).join(""), to.map(golomb).join("")];
  const text = textOf(unescaped(unit)).replace(/0*$/, "");
  if (!text.includes(old)) throw new Error("the parameter set does not have these codes");
  return escaped(bytesOf(text.replace(old, next)));
}

/** Replaces codes in the parameter sets of a stream with start codes. */
export function withParameterSets(bytes: Buffer, change: ParameterSet): Buffer {
  const parts: Buffer[] = [];
  let at = bytes.indexOf(startCode);
  while (at >= 0) {
    const next = bytes.indexOf(startCode, at + 3);
    const unit = bytes.subarray(at + 3, next < 0 ? bytes.length : next);
    const end = unit.at(-1) === 0 && next >= 0 ? unit.length - 1 : unit.length;
    const whole = unit.subarray(0, end);
    const isWanted = change.isWanted(whole[0] ?? 0);
    parts.push(Buffer.from([0]), startCode, isWanted ? changedUnit(whole, change) : whole);
    at = next;
  }
  return Buffer.concat(parts);
}
