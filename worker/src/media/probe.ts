import { JobFailure } from "../failure.ts";
import type { MediaTools } from "./ffmpeg.ts";
import { findDemuxer } from "./find-demuxer.ts";
import { parseProbe, type ProbeLimits } from "./probe-report.ts";
import type { Source } from "./source.ts";

/**
 * Options that every opening of an input carries: local files only, this one demuxer only (also
 * for what is nested inside), bounded streams.
 */
export function inputGuards(demuxer: string): string[] {
  return [
    ...["-protocol_whitelist", "file,pipe", "-format_whitelist", demuxer],
    ...["-max_streams", "100", "-f", demuxer],
  ];
}

/** No user-chosen name reaches ffmpeg, and no name can be read as an address or a pattern. */
export function inputUrl(path: string): string {
  return `file:${path}`;
}

export function probeArgs(demuxer: string, path: string): string[] {
  return [
    ...["-v", "error", "-print_format", "json", "-show_format", "-show_streams"],
    ...["-probesize", "33554432", "-analyzeduration", "20000000"],
    ...inputGuards(demuxer),
    ...["-i", inputUrl(path)],
  ];
}

export interface ProbeArgs {
  readonly tools: MediaTools;
  readonly path: string;
  readonly limits: ProbeLimits;
  readonly signal: AbortSignal;
}

/** Looks at a file with ffprobe and refuses what is not to be encoded. */
export async function probeSource(args: ProbeArgs): Promise<Source> {
  const demuxer = await findDemuxer(args.tools, args.path, args.signal);
  const text = await args.tools
    .run("ffprobe", probeArgs(demuxer, args.path), { signal: args.signal, timeoutMs: 30_000 })
    .catch((error: unknown) => {
      // With the container known and the file local, what ffprobe cannot read is the file's fault.
      const code = error instanceof JobFailure ? error.code : undefined;
      if (code !== "encoder-failed" && code !== "encoder-stalled") throw error;
      const detail = error instanceof JobFailure ? error.detail : undefined;
      throw new JobFailure("source-unreadable", { detail: detail ?? "", cause: error });
    });
  return parseProbe(text, demuxer, args.limits);
}
