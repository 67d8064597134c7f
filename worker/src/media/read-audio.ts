import type { Choice, JobWarning } from "@framewright/contracts/job.ts";
import {
  byPreference,
  decodedSample,
  lookArgs,
  soundsIn,
  undecodableBecause,
  unusableBecause,
  type Sound,
} from "@framewright/media/audio-tracks.ts";
import { describeSound, scansOf, type Scans } from "@framewright/media/describe-sound.ts";
import type { StreamScan } from "@framewright/media/packet-scan.ts";
import type { Opened } from "./open-source.ts";
import { programmeOf, type ProbedStream } from "@framewright/media/probe-report.ts";
import type { SourceAudio } from "@framewright/media/source.ts";
import type { Timeline } from "@framewright/media/timeline.ts";

/** The sound of a file, before its place in time is known. */
export interface ChosenAudio {
  /** Of the sound that plays by default. */
  readonly scans: readonly StreamScan[];
  /** Of all other sound of the result. */
  readonly otherScans: readonly StreamScan[];
  /** The one that plays by default first. */
  readonly read: (timeline: Timeline) => readonly SourceAudio[];
  readonly warnings: readonly JobWarning[];
  readonly choices: readonly Choice[];
}

function nameOf(stream: ProbedStream): string {
  return `audio track ${stream.index} (${stream.codec_name ?? "unknown codec"})`;
}

function leftOut(stream: ProbedStream, why: string): JobWarning {
  const message = `The ${nameOf(stream)} was left out: ${why}.`;
  return { code: "audio-track-left-out", message };
}

/** Why a track cannot be used: by its description and its packets first, then by decoding a little. */
async function faultOf(
  opened: Opened,
  stream: ProbedStream,
  scan: StreamScan | undefined,
): Promise<string | undefined> {
  const stated = unusableBecause(stream, scan);
  if (stated || !scan) return stated;
  const text = await opened.probe(lookArgs(stream.index, scan.times[0] ?? 0));
  return undecodableBecause(scan, decodedSample(text));
}

interface Sorted {
  readonly usable: ProbedStream[];
  readonly warnings: JobWarning[];
}

async function sortOut(
  opened: Opened,
  streams: readonly ProbedStream[],
  scans: Scans,
): Promise<Sorted> {
  const sorted: Sorted = { usable: [], warnings: [] };
  for (const stream of streams) {
    const fault = await faultOf(opened, stream, scans.get(stream.index));
    if (fault === undefined) sorted.usable.push(stream);
    else sorted.warnings.push(leftOut(stream, fault));
  }
  return sorted;
}

function reasonFor(candidates: readonly ProbedStream[], chosen: ProbedStream): string {
  if (candidates.length === 1) return "It is the only audio track.";
  return chosen.disposition?.["default"] === 1
    ? "It is the default track that can be used."
    : "It is the first audio track that can be used.";
}

function choiceOf([first, second]: Sound, reason: string): Choice {
  const choice = second ? `${nameOf(first)} as left and ${nameOf(second)} as right` : nameOf(first);
  return { subject: "audio", choice, reason };
}

function mainChoice(sound: Sound, candidates: readonly ProbedStream[]): Choice {
  const reason =
    sound.length > 1
      ? "They are one stereo sound in two mono tracks."
      : reasonFor(candidates, sound[0]);
  return choiceOf(sound, reason);
}

/** Every sound costs an encoder and a folder of files. */
const maxSounds = 8;

/** Sound that is heard for less than this during the film is none of it. */
const leastSeconds = 0.1;

interface AlternatesArgs {
  readonly others: readonly Sound[];
  readonly scans: Scans;
  /** Of the picture and the chosen sound; without a picture there are no alternates. */
  readonly film: readonly StreamScan[] | undefined;
}

interface Alternates {
  readonly kept: readonly Sound[];
  readonly warnings: readonly JobWarning[];
}

function bounds(scans: readonly StreamScan[]): { first: number; last: number } {
  return {
    first: Math.min(...scans.map(({ times }) => times[0] ?? 0)),
    last: Math.max(...scans.map(({ times }) => times.at(-1) ?? 0)),
  };
}

function isHeard(sound: readonly StreamScan[], film: readonly StreamScan[]): boolean {
  const [own, whole] = [bounds(sound), bounds(film)];
  return Math.min(own.last, whole.last) - Math.max(own.first, whole.first) > leastSeconds;
}

/** What becomes of the sound that was not chosen: a rendition, in the order of the file, or nothing. */
function chooseAlternates({ others, scans, film }: AlternatesArgs): Alternates {
  const kept: Sound[] = [];
  const warnings: JobWarning[] = [];
  const reasonAgainst = (sound: Sound): string | undefined => {
    if (!film) return "a result without pictures has one sound";
    if (!isHeard(scansOf(sound, scans), film)) return "nothing of it is heard during the film";
    return kept.length + 1 < maxSounds ? undefined : `a result has at most ${maxSounds} sounds`;
  };
  for (const sound of others.toSorted((a, b) => a[0].index - b[0].index)) {
    const reason = reasonAgainst(sound);
    if (reason === undefined) kept.push(sound);
    else warnings.push(...sound.map((stream) => leftOut(stream, reason)));
  }
  return { kept, warnings };
}

/**
 * The best usable sound that belongs to the picture, and what else can be heard with it. A track that
 * cannot be used is left out with a warning: it is no reason to refuse the film.
 */
export async function readAudio(
  opened: Opened,
  scans: Scans,
  videoIndex: number | undefined,
): Promise<ChosenAudio> {
  const { streams } = opened.report;
  const belongs = videoIndex === undefined ? () => true : programmeOf(opened.report, videoIndex);
  const candidates = byPreference(
    streams.filter((stream) => stream.codec_type === "audio" && belongs(stream.index)),
  );
  const { usable, warnings } = await sortOut(opened, candidates, scans);
  const [main, ...others] = soundsIn(usable);
  if (!main) return { scans: [], otherScans: [], read: () => [], warnings, choices: [] };
  const videoScan = videoIndex === undefined ? undefined : scans.get(videoIndex);
  const film = videoScan && [videoScan, ...scansOf(main, scans)];
  const alternates = chooseAlternates({ others, scans, film });
  const described = [main, ...alternates.kept].map((sound) => describeSound(sound, scans));
  return {
    scans: scansOf(main, scans),
    otherScans: alternates.kept.flatMap((sound) => scansOf(sound, scans)),
    read: (timeline) => described.map((read) => read(timeline)),
    warnings: [...warnings, ...alternates.warnings],
    choices: [
      mainChoice(main, candidates),
      ...alternates.kept.map((sound) =>
        choiceOf(sound, "It is other sound of the film, and players offer it as an alternate."),
      ),
    ],
  };
}
