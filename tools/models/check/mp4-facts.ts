export interface Mp4Facts {
  /** As its sample entry names it: `avc1` is H.264. */
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly seconds: number;
  /** What a decoder is set up with; pieces that differ in it cannot be joined without encoding them again. */
  readonly decoder: string;
  /** The pictures themselves, as they are stored. */
  readonly bytes: number;
}

interface Box {
  readonly type: string;
  readonly body: Buffer;
}

/** The boxes that follow each other in a part of a file (ISO/IEC 14496-12, 4.2). */
function boxesOf(bytes: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const stated = bytes.readUInt32BE(at);
    const isLong = stated === 1 && at + 16 <= bytes.length;
    const size = isLong ? Number(bytes.readBigUInt64BE(at + 8)) : stated;
    const end = stated === 0 ? bytes.length : at + size;
    const start = at + (isLong ? 16 : 8);
    if (end < start) return boxes;
    boxes.push({
      type: bytes.toString("latin1", at + 4, at + 8),
      body: bytes.subarray(start, end),
    });
    at = end;
  }
  return boxes;
}

/** The first box at a path of types. */
function find(bytes: Buffer, ...path: readonly string[]): Buffer | undefined {
  const [type, ...rest] = path;
  const body = boxesOf(bytes).find((box) => box.type === type)?.body;
  return rest.length === 0 || body === undefined ? body : find(body, ...rest);
}

/** Header of the description, then the entry, whose fixed part is 78 bytes long. */
function entryOf(stbl: Buffer) {
  const [entry] = boxesOf(find(stbl, "stsd")?.subarray(8) ?? Buffer.alloc(0));
  if (entry === undefined || entry.body.length < 78) return undefined;
  const { type, body } = entry;
  const decoder = (find(body.subarray(78), "avcC") ?? Buffer.alloc(0)).toString("hex");
  return { codec: type, width: body.readUInt16BE(24), height: body.readUInt16BE(26), decoder };
}

function secondsOf(mdhd: Buffer): number {
  if (mdhd.readUInt8(0) === 1) return Number(mdhd.readBigUInt64BE(24)) / mdhd.readUInt32BE(20);
  return mdhd.readUInt32BE(16) / mdhd.readUInt32BE(12);
}

function factsOf(trak: Buffer): Omit<Mp4Facts, "bytes"> | undefined {
  const [mdhd, stbl] = [find(trak, "mdia", "mdhd"), find(trak, "mdia", "minf", "stbl")];
  const sizes = stbl && find(stbl, "stsz");
  const entry = stbl && entryOf(stbl);
  if (!mdhd || !sizes || !entry) return undefined;
  return { ...entry, frames: sizes.readUInt32BE(8), seconds: secondsOf(mdhd) };
}

/** What an MP4 file says of its only track; undefined for any other file, and for a fragmented one. */
export function mp4Facts(file: Buffer): Mp4Facts | undefined {
  try {
    const moov = find(file, "moov") ?? Buffer.alloc(0);
    const tracks = boxesOf(moov).filter(({ type }) => type === "trak");
    const [only, ...more] = tracks;
    const facts = only && more.length === 0 ? factsOf(only.body) : undefined;
    const media = boxesOf(file).filter(({ type }) => type === "mdat");
    return facts && { ...facts, bytes: media.reduce((sum, { body }) => sum + body.length, 0) };
  } catch (error) {
    // A box that is shorter than what it must have.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
