/**
 * Writes H.264 whose pictures are coded in turns as a pair of fields and as one frame (picture-adaptive,
 * PAFF): x264 makes macroblocks that adapt (MBAFF) and never field pictures. Macroblocks are stored as they
 * are (I_PCM), so that nothing has to be predicted (ITU-T H.264, 7.3).
 */

/** Of the frame, in luma samples. Fields consist of whole macroblocks. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

const block = 16;

/** Unsigned Exp-Golomb code. */
function ue(value: number): string {
  const digits = (value + 1).toString(2);
  return "0".repeat(digits.length - 1) + digits;
}

function u(bits: number, value: number): string {
  return value.toString(2).padStart(bits, "0");
}

function bytesFrom(bits: string): Buffer {
  const whole = bits.match(/.{1,8}/g) ?? [];
  return Buffer.from(whole.map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2)));
}

const stop = "1";
const unit = { slice: 0x61, idr: 0x65, sps: 0x67, pps: 0x68 } as const;

const zeros = Buffer.alloc(2);

/** Keeps bytes from looking like a start code (7.4.1, emulation_prevention_three_byte). */
function guarded(payload: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = payload.indexOf(zeros); at >= 0; at = payload.indexOf(zeros, at + 1)) {
    if (at < from || (payload[at + 2] ?? 4) > 3) continue;
    parts.push(payload.subarray(from, at + 2), Buffer.from([3]));
    from = at + 2;
  }
  return Buffer.concat([...parts, payload.subarray(from)]);
}

/** A unit of the byte stream. */
function unitOf(type: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0, 0, 0, 1, type]), guarded(payload)]);
}

/** Main profile, level 3; pictures are shown in the order of coding. */
function sequence({ width, height }: FrameSize): Buffer {
  const fields = [
    ...[u(8, 77), u(8, 0), u(8, 30), ue(0), ue(0), ue(2), ue(1), u(1, 0)],
    ...[ue(width / block - 1), ue(height / block / 2 - 1)],
    // Not only frames, no adaptive macroblocks, direct inference, no cropping.
    ...["0", "0", "1", "0"],
    // Of all that may be said of a film, only its 50 fields per second.
    ...["1", "0000", "1", u(32, 1), u(32, 50), "1", "0000", stop],
  ];
  return unitOf(unit.sps, bytesFrom(fields.join("")));
}

/** CAVLC, one slice group, no weights, and slices say whether they are deblocked. */
const picture = unitOf(
  unit.pps,
  bytesFrom(
    [ue(0), ue(0), "0", "0", ue(0), ue(0), ue(0), "0", "00", "111", "1", "0", "0", stop].join(""),
  ),
);

/** A plane of the frame, of which every `step`-th line from `first` on is coded. */
interface Plane {
  readonly bytes: Buffer;
  readonly width: number;
  readonly first: number;
  readonly step: number;
}

function blockOf({ bytes, width, first, step }: Plane, side: number, [x, y]: Place): Buffer[] {
  return Array.from({ length: side }, (_, line) => {
    const at = (first + (y * side + line) * step) * width + x * side;
    return bytes.subarray(at, at + side);
  });
}

/** Column and row of a macroblock. */
type Place = readonly [x: number, y: number];

type Parity = "frame" | "top" | "bottom";

function planesOf(frame: Buffer, { width, height }: FrameSize, parity: Parity): Plane[] {
  const lines = { first: parity === "bottom" ? 1 : 0, step: parity === "frame" ? 1 : 2 };
  const [luma, chroma] = [width * height, (width * height) / 4];
  return [
    { bytes: frame.subarray(0, luma), width, ...lines },
    { bytes: frame.subarray(luma, luma + chroma), width: width / 2, ...lines },
    { bytes: frame.subarray(luma + chroma), width: width / 2, ...lines },
  ];
}

function macroblocks(frame: Buffer, size: FrameSize, parity: Parity): Buffer[] {
  const [luma, ...chroma] = planesOf(frame, size, parity);
  const columns = size.width / block;
  const rows = size.height / block / (parity === "frame" ? 1 : 2);
  return Array.from({ length: columns * rows }, (_, index) => {
    const place: Place = [index % columns, Math.floor(index / columns)];
    return Buffer.concat([
      ...(luma ? blockOf(luma, block, place) : []),
      ...chroma.flatMap((plane) => blockOf(plane, block / 2, place)),
    ]);
  });
}

/** One coded picture in one slice; the second field of a pair refers to nothing either, but is no refresh. */
function coded(frame: Buffer, size: FrameSize, { parity, number }: Coding): Buffer {
  const idr = parity !== "bottom";
  const field = { frame: "0", top: "10", bottom: "11" }[parity];
  const marking = idr ? `${ue(number % 2)}00` : "0";
  // First macroblock, intra slice, parameter set, frame number; quantiser, no deblocking.
  const header = [ue(0), ue(7), ue(0), u(4, 0), field, marking, "1", ue(1)].join("");
  const [first = Buffer.alloc(0), ...others] = macroblocks(frame, size, parity);
  const stored = ue(25);
  const payload = Buffer.concat([
    ...[bytesFrom(header + stored), first],
    ...others.flatMap((one) => [bytesFrom(stored), one]),
    bytesFrom(stop),
  ]);
  return unitOf(idr ? unit.idr : unit.slice, payload);
}

interface Coding {
  readonly parity: Parity;
  /** Of the frame in the film. */
  readonly number: number;
}

/** Codes raw frames of yuv420p, every second one as two fields. */
export function paff(raw: Buffer, size: FrameSize): Buffer {
  const frameBytes = (size.width * size.height * 3) / 2;
  const count = Math.floor(raw.length / frameBytes);
  const pictures = Array.from({ length: count }, (_, number) => {
    const frame = raw.subarray(number * frameBytes, (number + 1) * frameBytes);
    const parities: Parity[] = number % 2 === 0 ? ["top", "bottom"] : ["frame"];
    return parities.map((parity) => coded(frame, size, { parity, number }));
  });
  return Buffer.concat([sequence(size), picture, ...pictures.flat()]);
}
