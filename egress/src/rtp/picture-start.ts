import { codedSize } from "./sps.ts";

/** What the payload of a video packet says of the picture that begins in it. */
export interface PictureStart {
  /** The picture needs no earlier one. */
  readonly isKey: boolean;
  /** Of H.264: parameter sets that stand in the packet, by their first byte's type. */
  readonly sps?: Buffer;
  readonly pps?: Buffer;
  /** A picture of one block: what LiveKit sends in the place of one that it has no more, as of a muted camera. */
  readonly isBlank?: boolean;
}

export type VideoCodec = "H264" | "VP8" | "VP9";

const nothing: PictureStart = { isKey: false };

/** Types of NAL units (H.264, table 7-1; RFC 6184, table 1). */
const nal = { idr: 5, sps: 7, pps: 8, stapA: 24, fuA: 28 } as const;

const block = 16;

function isBlock({ width, height }: { readonly width: number; readonly height: number }): boolean {
  return width <= block && height <= block;
}

function ofUnit(unit: Buffer): PictureStart {
  const type = (unit[0] ?? 0) & 0x1f;
  if (type === nal.idr) return { isKey: true };
  if (type === nal.sps)
    return { isKey: true, sps: Buffer.from(unit), isBlank: isBlock(codedSize(unit)) };
  if (type === nal.pps) return { isKey: false, pps: Buffer.from(unit) };
  return nothing;
}

function unitsOf(payload: Buffer): Buffer[] {
  const units: Buffer[] = [];
  for (let at = 1; at + 2 < payload.length;) {
    const size = payload.readUInt16BE(at);
    if (at + 2 + size > payload.length) break;
    units.push(payload.subarray(at + 2, at + 2 + size));
    at += 2 + size;
  }
  return units;
}

function ofH264(payload: Buffer): PictureStart {
  const [indicator = 0, header = 0] = payload;
  const type = indicator & 0x1f;
  if (type === nal.fuA) {
    const begins = (header & 0x80) !== 0;
    return { isKey: begins && (header & 0x1f) === nal.idr };
  }
  if (type !== nal.stapA) return ofUnit(payload);
  return unitsOf(payload)
    .map(ofUnit)
    .reduce((all, one) => ({ ...all, ...one, isKey: all.isKey || one.isKey }), nothing);
}

/** Bytes of the descriptor, whose length depends on its flags (RFC 7741, 4.2). */
function vp8Descriptor([first = 0, flags = 0, longId = 0]: Buffer): number {
  if ((first & 0x80) === 0) return 1;
  const id = (flags & 0x80) === 0 ? 0 : 1 + (longId >> 7);
  return 2 + id + ((flags & 0x40) >> 6) + ((flags & 0x30) === 0 ? 0 : 1);
}

function ofVp8(payload: Buffer): PictureStart {
  // A picture begins with the first packet of its first partition.
  if (((payload[0] ?? 0) & 0x1f) !== 0x10) return nothing;
  const at = vp8Descriptor(payload);
  if (at + 10 > payload.length || ((payload[at] ?? 0) & 1) !== 0) return nothing;
  // RFC 6386, 9.1: three bytes, the start code, and the size in 14 bits each.
  const [width, height] = [payload.readUInt16LE(at + 6), payload.readUInt16LE(at + 8)];
  return { isKey: true, isBlank: isBlock({ width: width & 0x3fff, height: height & 0x3fff }) };
}

/** RFC 9628, 4.2: not predicted from another picture, and the begin of a frame. */
function ofVp9([flags = 0]: Buffer): PictureStart {
  return { isKey: (flags & 0x40) === 0 && (flags & 0x08) !== 0 };
}

const readers = { H264: ofH264, VP8: ofVp8, VP9: ofVp9 } as const satisfies Record<
  VideoCodec,
  (payload: Buffer) => PictureStart
>;

export function pictureStart(codec: VideoCodec, payload: Buffer): PictureStart {
  return payload.length === 0 ? nothing : readers[codec](payload);
}
