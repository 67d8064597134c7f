import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JobWarning } from "@framewright/contracts/job.ts";
import { JobFailure } from "../failure.ts";
import { readingMs } from "../media/open-source.ts";
import type { Plan } from "@framewright/media/plan.ts";
import type { Source } from "@framewright/media/source.ts";
import type { Cue } from "../media/subtitles/place-cues.ts";
import { extractArgs } from "../media/subtitles/extract.ts";
import { readTrack, segmentMsOf, type SubtitleRendition } from "../media/subtitles/rendition.ts";
import { subtitleProblems, type PublishedSubtitles } from "../media/subtitles/subtitle-check.ts";
import type { SubtitleTrack } from "@framewright/media/subtitles/subtitle-tracks.ts";
import { segmentCount, subtitleFolder, subtitleUri } from "../media/subtitles/playlist.ts";
import { cuesBySegment, writeWebVtt } from "../media/subtitles/webvtt.ts";
import type { Verdict } from "../media/verify.ts";
import type { Attempt } from "./attempt.ts";
import type { Uploader } from "./uploader.ts";

/** Subtitles beside those of the source: their cues are in the time of the result. */
export interface MadeSubtitles {
  readonly track: SubtitleTrack;
  readonly cues: readonly Cue[];
}

export interface SubtitleArgs {
  readonly attempt: Pick<Attempt, "settings" | "log" | "dir" | "keeper">;
  readonly source: Source;
  readonly plan: Pick<Plan, "cadence">;
  readonly sourcePath: string;
  readonly outputDir: string;
  readonly uploader: Pick<Uploader, "add">;
  readonly captions: readonly MadeSubtitles[];
}

interface OwnArgs extends SubtitleArgs {
  readonly signal: AbortSignal;
}

export interface Subtitles {
  readonly renditions: readonly SubtitleRendition[];
  readonly warnings: readonly JobWarning[];
}

function pathIn(folder: string): (index: number) => string {
  return (index) => join(folder, `${index}.mkv`);
}

/** Whether ffmpeg could read these tracks; "slow" where there is no use in trying again. */
type Extract = (tracks: readonly SubtitleTrack[]) => Promise<"read" | "failed" | "slow">;

/** What extracts tracks of the source into a folder. */
export function extractor(
  args: Pick<OwnArgs, "source" | "sourcePath" | "signal"> & {
    readonly attempt: Pick<Attempt, "settings" | "log">;
  },
  folder: string,
): Extract {
  const { attempt, source, sourcePath, signal } = args;
  const timeoutMs = 60_000 + readingMs(source.sizeBytes);
  const options = { reads: [sourcePath], writes: [folder], signal, timeoutMs };
  return async (tracks) => {
    const pathOf = pathIn(folder);
    const argv = extractArgs({ demuxer: source.demuxer, sourcePath, tracks, pathOf });
    try {
      await attempt.settings.tools.run("ffmpeg", argv, options);
      return "read";
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof JobFailure) || error.code === "scratch-full") throw error;
      attempt.log.warn({ err: error, ...error.evidence }, "subtitles could not be read");
      return error.code === "encoder-stalled" ? "slow" : "failed";
    }
  };
}

/** Reads all tracks in one go, and each on its own where one of them is in the way of the others. */
export async function extractTracks(
  tracks: readonly SubtitleTrack[],
  extract: Extract,
): Promise<readonly SubtitleTrack[]> {
  const all = await extract(tracks);
  if (all === "read") return tracks;
  if (all === "slow" || tracks.length === 1) return [];
  const read: SubtitleTrack[] = [];
  for (const track of tracks) if ((await extract([track])) === "read") read.push(track);
  return read;
}

/** Segments without a cue exist, too: players ask for each of them. */
async function writeSegments(args: OwnArgs, rendition: SubtitleRendition): Promise<void> {
  const { outputDir, uploader } = args;
  const { name } = rendition;
  await mkdir(join(outputDir, name));
  for (const [index, list] of cuesBySegment(rendition).entries()) {
    args.signal.throwIfAborted();
    const path = `${name}/${subtitleUri(index)}`;
    const localPath = join(outputDir, path);
    await writeFile(localPath, writeWebVtt(list));
    await uploader.add({ path, localPath });
  }
}

/**
 * Turns the text subtitles of the source into segments of WebVTT and hands them over. One reading of
 * the file serves all tracks; a track that cannot be read is left out with a warning.
 */
async function makeSubtitles(args: OwnArgs): Promise<Subtitles> {
  const { attempt, source, plan, captions } = args;
  const { subtitles: tracks } = source;
  const all = tracks.length + captions.length;
  if (all === 0) return { renditions: [], warnings: [] };
  const folder = join(attempt.dir, "subtitles");
  const pathOf = pathIn(folder);
  await mkdir(folder);
  const readable = tracks.length === 0 ? [] : await extractTracks(tracks, extractor(args, folder));
  const segmentMs = segmentMsOf(plan.cadence, source.durationSeconds, all);
  const segments = segmentCount(source.durationSeconds, segmentMs);
  const renditions: SubtitleRendition[] = [];
  const add = async ({ track, cues }: MadeSubtitles): Promise<void> => {
    if (cues.length === 0) return;
    const name = subtitleFolder(renditions.length + 1, track.language);
    const rendition = { track, cues, name, segmentMs, segments };
    await writeSegments(args, rendition);
    renditions.push(rendition);
  };
  const warnings: JobWarning[] = [];
  for (const track of tracks) {
    const file = readable.includes(track) ? await readFile(pathOf(track.index)) : undefined;
    const read = readTrack({ ...source, track, file, segmentMs });
    warnings.push(...read.warnings);
    await add({ track, cues: read.cues });
  }
  for (const made of captions) await add(made);
  await rm(folder, { recursive: true });
  return { renditions, warnings };
}

/** Makes the subtitles while the other work is done; they are stopped where that fails. */
export async function besideSubtitles<T>(
  args: SubtitleArgs,
  work: () => Promise<T>,
): Promise<{ work: T; subtitles: Subtitles }> {
  const stop = new AbortController();
  const signal = AbortSignal.any([args.attempt.keeper.signal, stop.signal]);
  const subtitles = makeSubtitles({ ...args, signal });
  // Its failure surfaces when it is awaited.
  subtitles.catch(() => undefined);
  try {
    return { work: await work(), subtitles: await subtitles };
  } catch (error) {
    stop.abort(error);
    await subtitles.catch(() => undefined);
    throw error;
  }
}

interface CheckArgs extends Omit<PublishedSubtitles, "read"> {
  readonly outputDir: string;
}

/** Reads the written renditions back; nothing is checked where there are none. */
export async function checkSubtitles(args: CheckArgs): Promise<Verdict> {
  if (args.renditions.length === 0) return { passed: [], problems: [] };
  const read = (path: string): Promise<string> => readFile(join(args.outputDir, path), "utf8");
  const problems = await subtitleProblems({ ...args, read });
  const passed = "subtitles parse, and each text is in every segment of its time";
  return { passed: problems.length === 0 ? [passed] : [], problems };
}
