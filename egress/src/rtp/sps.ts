/** Bits of an H.264 parameter set, without the bytes that only keep start codes from appearing. */
class Bits {
  readonly #data: Buffer;
  #at = 0;

  constructor(unit: Buffer) {
    this.#data = Buffer.from(
      unit.filter((byte, n) => !(byte === 3 && n > 2 && unit[n - 1] === 0 && unit[n - 2] === 0)),
    );
  }

  take(count: number): number {
    let value = 0;
    for (let n = 0; n < count; n += 1) {
      value = value * 2 + (((this.#data[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
      this.#at += 1;
    }
    return value;
  }

  /** An unsigned number of variable length (H.264, 9.1). */
  number(): number {
    let zeros = 0;
    while (zeros < 32 && this.take(1) === 0) zeros += 1;
    return 2 ** zeros - 1 + this.take(zeros);
  }

  numbers(count: number): void {
    for (let n = 0; n < count; n += 1) this.number();
  }
}

/** Profiles whose parameter sets say how colours are sampled. */
const coloured: readonly number[] = [100, 110, 122, 244, 44, 83, 86, 118, 128];

function skipScalingList(bits: Bits, size: number): void {
  let last = 8;
  for (let n = 0; n < size && last !== 0; n += 1) {
    const code = bits.number();
    const delta = code % 2 === 0 ? -code / 2 : (code + 1) / 2;
    last = (last + delta + 256) % 256;
  }
}

function skipColours(bits: Bits): void {
  const chroma = bits.number();
  if (chroma === 3) bits.take(1);
  bits.numbers(2);
  bits.take(1);
  if (bits.take(1) === 0) return;
  for (let n = 0; n < (chroma === 3 ? 12 : 8); n += 1) {
    if (bits.take(1) === 1) skipScalingList(bits, n < 6 ? 16 : 64);
  }
}

function skipOrder(bits: Bits): void {
  const type = bits.number();
  if (type === 0) bits.number();
  if (type !== 1) return;
  bits.take(1);
  bits.numbers(2);
  bits.numbers(bits.number());
}

/** The size that an H.264 sequence parameter set says (7.3.2.1.1), in whole macroblocks of 16 × 16, before cropping. */
export function codedSize(sps: Buffer): { readonly width: number; readonly height: number } {
  const bits = new Bits(sps.subarray(1));
  const profile = bits.take(8);
  bits.take(16);
  bits.number();
  if (coloured.includes(profile)) skipColours(bits);
  bits.number();
  skipOrder(bits);
  bits.number();
  bits.take(1);
  const width = (bits.number() + 1) * 16;
  const rows = bits.number() + 1;
  const frames = bits.take(1);
  return { width, height: rows * 16 * (frames === 1 ? 1 : 2) };
}
