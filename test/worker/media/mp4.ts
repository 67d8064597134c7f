/** Builds the boxes of fragmented MP4 as ffmpeg's muxer writes them. */
function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value >>> 0, index * 4));
  return bytes;
}

export function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, "latin1"), body]);
}

export function initSegment(entry: Buffer, extra: Buffer[] = [], timescale = 15360): Buffer {
  const stbl = box("stbl", box("stsd", u32(0, 1), entry));
  const mdia = box("mdia", box("mdhd", u32(0, 0, 0, timescale, 0, 0)), box("minf", stbl));
  return Buffer.concat([box("ftyp", u32(0)), box("moov", box("trak", ...extra, mdia))]);
}

export function avcEntry(profile: string, inSps = profile, [width, height] = [1280, 720]): Buffer {
  const visual = Buffer.alloc(78);
  visual.writeUInt16BE(width, 24);
  visual.writeUInt16BE(height, 26);
  const avcC = Buffer.from(`01${profile}ffe10004` + `67${inSps}` + "01000468", "hex");
  return box("avc1", visual, box("avcC", avcC));
}

export function aacEntry(config: string, lengthBytes = 1): Buffer {
  const length = (value: number): string =>
    "80".repeat(lengthBytes - 1) + value.toString(16).padStart(2, "0");
  const info = `05${length(config.length / 2)}${config}`;
  const decoder = `04${length(13 + info.length / 2)}40${"00".repeat(12)}${info}`;
  const stream = `03${length(3 + decoder.length / 2)}000000${decoder}`;
  return box("mp4a", Buffer.alloc(28), box("esds", u32(0), Buffer.from(stream, "hex")));
}

interface FakeSample {
  readonly size: number;
  readonly sync: boolean;
  readonly offset: number;
}

/** As the muxer writes them: duration by default, size, flags and signed offset per sample. */
export function fragment(start: bigint, duration: number, samples: readonly FakeSample[]): Buffer {
  const tfhd = box("tfhd", u32(0x020008, 1, duration));
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(start);
  const tfdt = box("tfdt", u32(0x01000000), time);
  const entries = samples.map((one) =>
    u32(one.size, one.sync ? 0x02000000 : 0x01010000, one.offset),
  );
  const trun = box("trun", u32(0x01000e01, samples.length, 0), ...entries);
  return box("moof", box("mfhd", u32(0, 1)), box("traf", tfhd, tfdt, trun));
}

/** One H.264 unit with its length in front; type 5 is an IDR picture. */
export function unit(type: number, size: number): Buffer {
  return Buffer.concat([u32(size), Buffer.from([0x60 | type]), Buffer.alloc(size - 1)]);
}

export interface SegmentShape {
  /** In ticks. */
  readonly start: number;
  readonly duration: number;
  readonly frames: number;
  /** A keyframe every so many frames. */
  readonly gop: number;
  readonly unitType?: number;
}

/** A whole segment: one fragment and its samples, each of one unit. */
export function mediaSegment({ start, duration, frames, gop, unitType = 5 }: SegmentShape): Buffer {
  const samples = Array.from({ length: frames }, (_, index) => {
    const sync = index % gop === 0;
    return { sync, offset: 0, data: unit(sync ? unitType : 1, sync ? 40 : 10) };
  });
  const head = fragment(
    BigInt(start),
    duration,
    samples.map(({ sync, offset, data }) => ({ size: data.length, sync, offset })),
  );
  return Buffer.concat([head, box("mdat", ...samples.map(({ data }) => data))]);
}
