import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { maxSubtitleBytes, type LeasedSubtitles } from "@framewright/contracts/burnt-subtitles.ts";
import type { Choice, JobWarning } from "@framewright/contracts/job.ts";
import type { LeasedMedia } from "@framewright/contracts/media-input.ts";
import type { BurntText } from "@framewright/media/burnt-text.ts";
import { isFilm, type Film, type Source } from "@framewright/media/source.ts";
import { subtitleName, type SubtitleTrack } from "@framewright/media/subtitles/subtitle-tracks.ts";
import { JobFailure } from "../failure.ts";
import { plainLines, writeAss } from "../media/subtitles/ass.ts";
import { extractArgs } from "../media/subtitles/extract.ts";
import { missingGlyphs, type Coverage } from "../media/subtitles/glyphs.ts";
import { placeCues, type Cue } from "../media/subtitles/place-cues.ts";
import { readTrack } from "../media/subtitles/rendition.ts";
import { readable } from "../media/subtitles/shown-at-once.ts";
import { readBlocks } from "../media/subtitles/subtitle-blocks.ts";
import { headBytes, subtitleDemuxer } from "../media/subtitles/subtitle-file.ts";
import type { Attempt } from "./attempt.ts";
import { obtainSource } from "./obtain-source.ts";
import { extractTracks, extractor } from "./subtitles.ts";

function unusable(note: string, cause?: unknown): JobFailure {
  return new JobFailure("subtitles-unusable", { note, cause });
}

interface Wanted {
  readonly cues: readonly Cue[];
  /** In the words of a choice. */
  readonly name: string;
  /** Of the source's own, which is not offered beside the film as well. */
  readonly track?: SubtitleTrack;
  readonly warnings: readonly JobWarning[];
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function obtainText(attempt: Attempt, source: LeasedMedia, path: string): Promise<void> {
  const settings = { ...attempt.settings, maxSourceBytes: maxSubtitleBytes };
  try {
    await obtainSource({ ...attempt, settings, lease: { ...attempt.lease, source } }, path);
  } catch (error) {
    if (!(error instanceof JobFailure) || error.kind !== "input") throw error;
    throw unusable(error.message, error);
  }
}

/** A file beside the source. Its times are those of the whole film, from zero on. */
async function fromFile(attempt: Attempt, film: Film, source: LeasedMedia): Promise<Wanted> {
  const { settings, keeper, dir } = attempt;
  const sourcePath = join(dir, "subtitles-source");
  await obtainText(attempt, source, sourcePath);
  const demuxer = subtitleDemuxer(await headOf(sourcePath));
  if (!demuxer) throw unusable("The file is neither WebVTT nor SubRip.");
  const folder = join(dir, "burnt");
  const made = join(folder, "given.mkv");
  const argv = extractArgs({ demuxer, sourcePath, tracks: [{ index: 0 }], pathOf: () => made });
  const options = { reads: [sourcePath], writes: [folder], signal: keeper.signal };
  try {
    await settings.tools.run("ffmpeg", argv, { ...options, timeoutMs: 30_000 });
  } catch (error) {
    keeper.signal.throwIfAborted();
    if (!(error instanceof JobFailure) || error.kind !== "input") throw error;
    throw unusable("The file cannot be read.", error);
  }
  const timeline = { origin: film.cut?.start ?? 0, leaps: [] };
  const { durationSeconds } = film;
  const placement = { timeline, startTime: 0, durationSeconds };
  const cues = placeCues(readBlocks(await readFile(made)), placement, false);
  return {
    cues,
    name: `the given file of ${demuxer === "srt" ? "SubRip" : "WebVTT"}`,
    warnings: [],
  };
}

function isOf(language: string, { language: own }: SubtitleTrack): boolean {
  const [wanted, has] = [language.toLowerCase(), own?.toLowerCase() ?? ""];
  return has === wanted || has.startsWith(`${wanted}-`);
}

/** Which of the source's own; throws where there is none. */
export function chosenTrack(
  { subtitles }: Pick<Source, "subtitles">,
  { track, language }: Pick<LeasedSubtitles, "track" | "language">,
): SubtitleTrack {
  const found =
    subtitles.find((one) => {
      if (track !== undefined) return one.index === track;
      return language === undefined ? one.isDefault : isOf(language, one);
    }) ?? (track === undefined && language === undefined ? subtitles[0] : undefined);
  if (found) return found;
  if (subtitles.length === 0) throw unusable("The source has no text subtitles.");
  const has = subtitles.map(({ index, language: own }) => `${index} (${own ?? "no language"})`);
  const what = track === undefined ? `in the language ${language ?? ""}` : `as track ${track}`;
  throw unusable(`The source has no text subtitles ${what}; it has ${has.join(", ")}.`);
}

async function fromSource(attempt: Attempt, film: Film, wanted: LeasedSubtitles): Promise<Wanted> {
  const track = chosenTrack(film, wanted);
  const folder = join(attempt.dir, "burnt");
  const sourcePath = join(attempt.dir, "source");
  const extract = extractor(
    { attempt, source: film, sourcePath, signal: attempt.keeper.signal },
    folder,
  );
  const [read] = await extractTracks([track], extract);
  if (!read) throw unusable(`The ${subtitleName(track)} cannot be read.`);
  const file = await readFile(join(folder, `${track.index}.mkv`));
  // Each cue is written once, whatever the segments are.
  const segmentMs = film.durationSeconds * 1000 + 1;
  const { cues, warnings } = readTrack({ ...film, track, file, segmentMs });
  const own = warnings.filter(({ code }) => code !== "subtitles-left-out");
  return { cues, name: subtitleName(track), track, warnings: own };
}

const shownCharacters = 20;

function glyphWarnings(cues: readonly Cue[], coverage: Coverage): JobWarning[] {
  const missing = missingGlyphs(cues.flatMap(({ text }) => plainLines(text)).join(""), coverage);
  if (missing.length === 0) return [];
  const some = missing.slice(0, shownCharacters).join(" ");
  const message =
    `The worker's fonts lack ${missing.length} characters of the burnt-in subtitles, which are drawn as \ufffd: ` +
    `${some}${missing.length > shownCharacters ? " ..." : ""}`;
  return [{ code: "characters-not-drawn", message }];
}

function cueWarnings(all: readonly Cue[], kept: readonly Cue[]): JobWarning[] {
  if (all.length === 0) {
    const message = "No text of the burnt-in subtitles is shown during the film.";
    return [{ code: "subtitles-empty", message }];
  }
  const left = all.length - kept.length;
  if (left === 0) return [];
  const message = `${left} texts of the burnt-in subtitles were left out: too many are shown at once.`;
  return [{ code: "subtitles-cut", message }];
}

export interface Burnt {
  /** The source without the subtitles that are in its pictures now. */
  readonly source: Source;
  readonly text: BurntText | undefined;
}

/** Writes what is to be drawn into the pictures, if the job asks for that. */
export async function prepareSubtitles(attempt: Attempt, source: Source): Promise<Burnt> {
  const { subtitles: wanted } = attempt.lease.edit ?? {};
  if (!wanted) return { source, text: undefined };
  if (!isFilm(source)) throw unusable("The source has no pictures to draw them into.");
  const folder = join(attempt.dir, "burnt");
  await mkdir(folder);
  const given = wanted.source;
  const found = given
    ? await fromFile(attempt, source, given)
    : await fromSource(attempt, source, wanted);
  const fonts = attempt.settings.fonts;
  const coverage = await fonts.coverage();
  const cues = readable(found.cues);
  const path = join(folder, "text.ass");
  const film = source.video.picture.displayed;
  await writeFile(path, writeAss({ cues, film, look: wanted, hasGlyph: coverage.has }));
  const choice: Choice = {
    subject: "subtitles",
    choice: `${found.name} drawn into the pictures`,
    reason: `The job asks for it: ${cues.length} ${cues.length === 1 ? "cue" : "cues"}.`,
  };
  const warnings = [
    ...found.warnings,
    ...cueWarnings(found.cues, cues),
    ...glyphWarnings(cues, coverage),
  ];
  const shown = cues.map(({ start, end, text }) => ({ start, end, lines: plainLines(text) }));
  const isDrawn = cues.length > 0;
  return {
    source: {
      ...source,
      subtitles: source.subtitles.filter((track) => track !== found.track),
      warnings: [...source.warnings, ...warnings],
      choices: [...source.choices, choice],
    },
    text: isDrawn ? { path, reads: [path, fonts.configPath], look: wanted, shown } : undefined,
  };
}
