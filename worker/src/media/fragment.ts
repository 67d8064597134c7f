import { open } from "node:fs/promises";
import type { VideoCodec } from "@framewright/contracts/profile.ts";
import { beginsAnew } from "./codecs/refresh.ts";
import { JobFailure } from "../failure.ts";
import { boxesIn, needBox, type Box } from "./boxes.ts";

/** One media segment as it was written: times in ticks of the track's time scale. */
export interface SegmentMeasure {
  readonly bytes: number;
  /** Decode time of the first sample. */
  readonly decodeStart: number;
  /** Sum of the sample durations. */
  readonly duration: number;
  readonly samples: number;
  /** Presentation time of the earliest sample. */
  readonly presentationStart: number;
  /** Presentation times of the samples that decoding can start at. */
  readonly keyframes: readonly number[];
  /** Whether every keyframe really holds an instantaneous refresh picture. */
  readonly keyframesAreIdr: boolean;
}

interface Sample {
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
  readonly offset: number;
}

interface Defaults {
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

/** Movie fragments of our own muxer are a few kilobytes; more than this is not ours. */
const maxMoofBytes = 4 * 1024 * 1024;
const notSync = 0x10000;

/** Hands out the 32-bit fields of a box one after the other. */
function fieldReader(data: Buffer, start: number): (present: boolean) => number | undefined {
  let at = start;
  return (present) => {
    if (!present) return undefined;
    at += 4;
    return data.readUInt32BE(at - 4);
  };
}

function readDefaults(data: Buffer, tfhd: Box): Defaults {
  const flags = data.readUInt32BE(tfhd.start) & 0xffffff;
  const next = fieldReader(data, tfhd.start + 8);
  if (flags & 0x1) {
    next(true);
    next(true);
  }
  next((flags & 0x2) !== 0);
  const duration = next((flags & 0x8) !== 0) ?? 0;
  const size = next((flags & 0x10) !== 0) ?? 0;
  return { duration, size, flags: next((flags & 0x20) !== 0) ?? 0 };
}

function readSamples(data: Buffer, trun: Box, defaults: Defaults): Sample[] {
  const flags = data.readUInt32BE(trun.start) & 0xffffff;
  const next = fieldReader(data, trun.start + 4);
  const count = next(true) ?? 0;
  next((flags & 0x1) !== 0);
  const firstFlags = next((flags & 0x4) !== 0);
  return Array.from({ length: count }, (_, index) => {
    const duration = next((flags & 0x100) !== 0) ?? defaults.duration;
    const size = next((flags & 0x200) !== 0) ?? defaults.size;
    const own = next((flags & 0x400) !== 0);
    // Version 1 offsets are signed.
    const offset = (next((flags & 0x800) !== 0) ?? 0) | 0;
    const fallback = index === 0 ? (firstFlags ?? defaults.flags) : defaults.flags;
    return { duration, size, flags: own ?? fallback, offset };
  });
}

function readDecodeTime(data: Buffer, tfdt: Box): number {
  const version = data.readUInt8(tfdt.start);
  return version === 1
    ? Number(data.readBigUInt64BE(tfdt.start + 4))
    : data.readUInt32BE(tfdt.start + 4);
}

export interface Keyframe {
  readonly time: number;
  /** Where the sample lies in the file. */
  readonly position: number;
  readonly size: number;
}

export interface Fragment extends Omit<SegmentMeasure, "keyframes" | "keyframesAreIdr" | "bytes"> {
  readonly keyframes: readonly Keyframe[];
  /** Where the last sample ends in the file. */
  readonly dataEnd: number;
}

/** Reads a segment of one fragment with one track; `head` reaches to the end of its moof. */
export function parseFragment(head: Buffer): Fragment {
  const moof = needBox(head, ["moof"]);
  const traf = needBox(head, ["moof", "traf"]);
  const inside = boxesIn(head, traf.start, traf.end);
  const part = (type: string): Box => {
    const box = inside.find((one) => one.type === type);
    if (!box) throw new Error(`the segment's ${type} box is missing`);
    return box;
  };
  const decodeStart = readDecodeTime(head, part("tfdt"));
  const samples = readSamples(head, part("trun"), readDefaults(head, part("tfhd")));
  const keyframes: Keyframe[] = [];
  let time = decodeStart;
  let position = moof.end + 8;
  let presentationStart = Number.POSITIVE_INFINITY;
  for (const sample of samples) {
    presentationStart = Math.min(presentationStart, time + sample.offset);
    if ((sample.flags & notSync) === 0) {
      keyframes.push({ time: time + sample.offset, position, size: sample.size });
    }
    time += sample.duration;
    position += sample.size;
  }
  const duration = time - decodeStart;
  const count = samples.length;
  return { decodeStart, duration, samples: count, presentationStart, keyframes, dataEnd: position };
}

type ReadRange = (position: number, length: number) => Promise<Buffer>;

/** The muxer closes a track of which no sample came with a segment that has nothing but its type. */
function isEmptySegment(head: Buffer, fileBytes: number): boolean {
  const type = head.toString("latin1", 4, 8);
  return type === "styp" && head.readUInt32BE(0) === fileBytes;
}

async function readMoof(read: ReadRange, fileBytes: number): Promise<Buffer> {
  let length = Math.min(16 * 1024, fileBytes);
  for (;;) {
    const head = await read(0, length);
    if (isEmptySegment(head, fileBytes)) {
      throw new JobFailure("source-undecodable", { note: "Nothing could be decoded." });
    }
    const needed = moofEnd(head);
    if (needed === undefined || needed > Math.min(fileBytes, maxMoofBytes)) {
      throw new Error("the segment has no complete moof box");
    }
    if (needed <= length) return head.subarray(0, needed);
    length = needed;
  }
}

/** Where the moof ends, by the headers at the front alone. */
function moofEnd(head: Buffer): number | undefined {
  let at = 0;
  while (at + 8 <= head.length) {
    const end = at + head.readUInt32BE(at);
    if (head.toString("latin1", at + 4, at + 8) === "moof") return end;
    if (end <= at) return undefined;
    at = end;
  }
  return undefined;
}

/** Measures a closed segment by its boxes; of the media data only the first units are read. */
export async function measureSegment(
  path: string,
  codec: VideoCodec | undefined,
): Promise<SegmentMeasure> {
  const file = await open(path, "r");
  try {
    const { size: bytes } = await file.stat();
    const read: ReadRange = async (position, length) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    };
    const { keyframes, dataEnd, ...rest } = parseFragment(await readMoof(read, bytes));
    if (dataEnd !== bytes) throw new Error(`samples end at byte ${dataEnd} of ${bytes}`);
    const begins =
      codec === undefined
        ? []
        : await Promise.all(
            keyframes.map(async (key) =>
              beginsAnew[codec](await read(key.position, Math.min(key.size, 4096))),
            ),
          );
    return {
      ...rest,
      bytes,
      keyframes: codec === undefined ? [] : keyframes.map((key) => key.time),
      keyframesAreIdr: begins.every(Boolean),
    };
  } finally {
    await file.close();
  }
}
