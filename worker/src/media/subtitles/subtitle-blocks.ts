import { readElement } from "../structure/matroska.ts";

/** One packet of a track of subtitles, with its times in milliseconds. */
export interface SubtitleBlock {
  readonly time: number;
  /** Nothing where the source states no length. */
  readonly duration: number;
  readonly data: Buffer;
}

const ids = {
  segment: "18538067",
  cluster: "1f43b675",
  timestamp: "e7",
  group: "a0",
  block: "a1",
  duration: "9b",
  simpleBlock: "a3",
} as const;

function* elements(bytes: Buffer): Generator<{ type: string; content: Buffer }> {
  let at = 0;
  while (at < bytes.length) {
    const element = readElement(bytes.subarray(at));
    if (!element) return;
    const end = Math.min(bytes.length, at + element.bytes);
    yield { type: element.type, content: bytes.subarray(at + element.headerBytes, end) };
    at = end;
  }
}

function wholeNumber(bytes: Buffer): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** Behind the number of the track, which has one byte in a file of one track: two of time, one of flags. */
function readBlock(bytes: Buffer, clusterTime: number, duration: number): SubtitleBlock[] {
  if (bytes.length < 4) return [];
  return [{ time: clusterTime + bytes.readInt16BE(1), duration, data: bytes.subarray(4) }];
}

function readGroup(bytes: Buffer, clusterTime: number): SubtitleBlock[] {
  const parts = [...elements(bytes)];
  const length = parts.find(({ type }) => type === ids.duration);
  const block = parts.find(({ type }) => type === ids.block);
  return block
    ? readBlock(block.content, clusterTime, length ? wholeNumber(length.content) : 0)
    : [];
}

function* readCluster(bytes: Buffer): Generator<SubtitleBlock> {
  let time = 0;
  for (const { type, content } of elements(bytes)) {
    if (type === ids.timestamp) time = wholeNumber(content);
    if (type === ids.group) yield* readGroup(content, time);
    if (type === ids.simpleBlock) yield* readBlock(content, time, 0);
  }
}

/** Reads the Matroska file of one track that ffmpeg has written for us, in steps of a millisecond. */
export function readBlocks(file: Buffer): SubtitleBlock[] {
  const segment = [...elements(file)].find(({ type }) => type === ids.segment);
  if (!segment) return [];
  return [...elements(segment.content)]
    .filter(({ type }) => type === ids.cluster)
    .flatMap(({ content }) => [...readCluster(content)]);
}
