import { createReadStream } from "node:fs";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import type { MediaTools } from "../media/ffmpeg.ts";
import { inspectArgs, parseInspection, type Inspection } from "../media/inspect.ts";
import { posterArgs } from "../media/poster.ts";

export interface LookArgs {
  readonly tools: MediaTools;
  readonly initPath: string;
  readonly segmentPath: string;
  readonly signal: AbortSignal;
}

async function* bytesOf(paths: readonly string[]): AsyncGenerator<Buffer> {
  for (const path of paths) yield* createReadStream(path);
}

/** The bytes of these files, one after the other. */
export function joined(paths: readonly string[]): Readable {
  return Readable.from(bytesOf(paths), { objectMode: false });
}

const timeoutMs = 30_000;

/** ffprobe's view of a track, from its first segment. */
export async function inspectTrack(args: LookArgs): Promise<Inspection> {
  const options = {
    reads: [],
    signal: args.signal,
    stdin: joined([args.initPath, args.segmentPath]),
    timeoutMs,
  };
  return parseInspection(await args.tools.run("ffprobe", inspectArgs, options));
}

/** The poster frame out of one encoded segment: three keyframes are decoded, not the source. */
export async function makePoster(args: LookArgs & { target: string }): Promise<void> {
  const options = {
    reads: [],
    writes: [dirname(args.target)],
    signal: args.signal,
    stdin: joined([args.initPath, args.segmentPath]),
    timeoutMs,
  };
  await args.tools.run("ffmpeg", posterArgs(args.target), options);
}
