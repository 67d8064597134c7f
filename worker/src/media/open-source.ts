import { stat } from "node:fs/promises";
import { JobFailure } from "../failure.ts";
import type { MediaTools, ToolOptions } from "./ffmpeg.ts";
import { readStructure, structureNote, type FileStructure } from "./file-structure.ts";
import { findDemuxer } from "./find-demuxer.ts";
import { inputArgs } from "@framewright/media/input.ts";
import type { PictureLimits } from "./read-picture.ts";
import { packetArgs } from "@framewright/media/packet-scan.ts";
import { parseReport, type ProbeReport } from "@framewright/media/probe-report.ts";

export interface ProbeLimits extends PictureLimits {
  readonly maxSeconds: number;
  readonly maxStreams: number;
}

export const reportArgs = [
  ...["-v", "error", "-print_format", "json"],
  ...["-show_format", "-show_streams", "-show_programs"],
] as const;

export interface ProbeArgs {
  readonly tools: MediaTools;
  readonly path: string;
  readonly limits: ProbeLimits;
  readonly signal: AbortSignal;
}

/** An opened file: what its container says, and how tools are run on it. */
export interface Opened {
  readonly demuxer: string;
  readonly report: ProbeReport;
  readonly structure: FileStructure;
  readonly sizeBytes: number;
  /** Runs ffprobe on the file and returns what it printed, unless `onOutput` takes it piece by piece. */
  readonly probe: (
    args: readonly string[],
    options?: Pick<ToolOptions, "onOutput">,
  ) => Promise<string>;
  /** Hands over what ffprobe prints of the packets, which it began to read with the report; to be called once. */
  readonly packets: (take: (chunk: string) => void) => Promise<void>;
  readonly args: ProbeArgs;
}

/** Starts what prints; who takes it later gets first what was printed until then. */
function runBeside(
  run: (onOutput: (chunk: string) => void) => Promise<unknown>,
): Opened["packets"] {
  const held: string[] = [];
  let take = (chunk: string): void => {
    held.push(chunk);
  };
  const done = run((chunk) => {
    take(chunk);
  });
  // Its failure surfaces when it is awaited.
  done.catch(() => undefined);
  return async (taker) => {
    held.splice(0).forEach(taker);
    take = taker;
    await done;
  };
}

/** With the container known and the file local, what ffprobe cannot read is the file's fault. */
function unreadable(error: unknown, note: string | undefined): unknown {
  const code = error instanceof JobFailure ? error.code : undefined;
  if (code !== "encoder-failed" && code !== "encoder-stalled") return error;
  return new JobFailure("source-unreadable", { cause: error, ...(note !== undefined && { note }) });
}

/** Slower reading of a whole file is a fault. */
const minBytesPerMs = 2000;

/** Milliseconds that reading a whole file may take. */
export function readingMs(sizeBytes: number): number {
  return sizeBytes / minBytesPerMs;
}

/** Names the container, refuses a file that is cut, and has ffprobe describe the rest. */
export async function openSource(args: ProbeArgs): Promise<Opened> {
  const { tools, path, signal, limits } = args;
  const demuxer = await findDemuxer(tools, path, signal);
  const structure = await readStructure(path, demuxer);
  const note = structureNote(structure);
  if (structure.state === "truncated" && structure.scope === "file") {
    throw new JobFailure("source-truncated", { note: note ?? "" });
  }
  const { size: sizeBytes } = await stat(path);
  const timeoutMs = 30_000 + readingMs(sizeBytes);
  const stop = new AbortController();
  const probe: Opened["probe"] = async (wanted, options = {}) => {
    try {
      const whole = [...wanted, ...inputArgs(demuxer, path)];
      const common = { reads: [path], signal: AbortSignal.any([signal, stop.signal]), timeoutMs };
      return await tools.run("ffprobe", whole, { ...common, ...options });
    } catch (error) {
      throw unreadable(error, note);
    }
  };
  const packets = runBeside((onOutput) => probe(packetArgs, { onOutput }));
  try {
    const report = parseReport(await probe(reportArgs));
    if (report.streams.length > limits.maxStreams) {
      throw new JobFailure("too-many-streams", { note: `It has ${report.streams.length}.` });
    }
    return { demuxer, report, structure, sizeBytes, probe, packets, args };
  } catch (error) {
    stop.abort(error);
    await packets(() => undefined).catch(() => undefined);
    throw error;
  }
}
