import { stat } from "node:fs/promises";
import { JobFailure } from "../failure.ts";
import type { MediaTools, ToolOptions } from "./ffmpeg.ts";
import { readStructure, structureNote, type FileStructure } from "./file-structure.ts";
import { findDemuxer } from "./find-demuxer.ts";
import { inputArgs } from "@framewright/media/input.ts";
import type { PictureLimits } from "./read-picture.ts";
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
  readonly args: ProbeArgs;
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
  const probe: Opened["probe"] = async (wanted, options = {}) => {
    try {
      const whole = [...wanted, ...inputArgs(demuxer, path)];
      return await tools.run("ffprobe", whole, { reads: [path], signal, timeoutMs, ...options });
    } catch (error) {
      throw unreadable(error, note);
    }
  };
  const report = parseReport(await probe(reportArgs));
  if (report.streams.length > limits.maxStreams) {
    throw new JobFailure("too-many-streams", { note: `It has ${report.streams.length}.` });
  }
  return { demuxer, report, structure, sizeBytes, probe, args };
}
