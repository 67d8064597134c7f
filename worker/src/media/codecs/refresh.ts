import type { VideoCodec } from "@framewright/contracts/profile.ts";

/** Whether one of the length-prefixed units of a sample, by its first byte, is wanted. */
function holdsUnit(sample: Buffer, isWanted: (header: number) => boolean): boolean {
  let at = 0;
  while (at + 5 <= sample.length) {
    if (isWanted(sample.readUInt8(at + 4))) return true;
    at += 4 + sample.readUInt32BE(at);
  }
  return false;
}

/** An instantaneous decoding refresh, type 5 (ITU-T H.264, table 7-1). */
export function holdsIdr(sample: Buffer): boolean {
  return holdsUnit(sample, (header) => (header & 0x1f) === 5);
}

/** The same in HEVC, types 19 and 20 (ITU-T H.265, table 7-1); behind other random access points pictures may be missing. */
function holdsHevcIdr(sample: Buffer): boolean {
  return holdsUnit(sample, (header) => [19, 20].includes((header >> 1) & 0x3f));
}

/** A length in groups of seven bits, the lowest first; and where it ends. */
function leb128(data: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let index = 0; index < 8 && start + index < data.length; index += 1) {
    const byte = data.readUInt8(start + index);
    value += (byte & 0x7f) * 2 ** (7 * index);
    if ((byte & 0x80) === 0) return { value, end: start + index + 1 };
  }
  return { value: Number.POSITIVE_INFINITY, end: data.length };
}

const frameUnits = [3, 6];

/**
 * Whether the first frame of a temporal unit is a key frame that is decoded and shown (AV1 Bitstream & Decoding Process
 * Specification, 5.3 and 5.9.2): behind its header `show_existing_frame` is 0 and `frame_type` is 0.
 */
function holdsKeyFrame(sample: Buffer): boolean {
  let at = 0;
  while (at + 1 < sample.length) {
    const header = sample.readUInt8(at);
    const start = at + (header & 0x04 ? 2 : 1);
    const { value, end } =
      header & 0x02 ? leb128(sample, start) : { value: sample.length - start, end: start };
    if (frameUnits.includes((header >> 3) & 0xf)) {
      return end < sample.length && (sample.readUInt8(end) & 0xe0) === 0;
    }
    at = end + value;
  }
  return false;
}

/** Whether decoding can begin at a sample, and nothing behind it needs what came before. */
export const beginsAnew = {
  h264: holdsIdr,
  hevc: holdsHevcIdr,
  av1: holdsKeyFrame,
} as const satisfies Record<VideoCodec, (sample: Buffer) => boolean>;
