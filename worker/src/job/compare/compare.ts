import { segmentsInput } from "@framewright/media/input.ts";
import { countFields, fieldOrderOf, idetFilter, lookFrames } from "@framewright/media/interlace.ts";
import {
  envelopeArgs,
  EnvelopeReader,
  silenceProblems,
  soundProblems,
  stepSeconds,
} from "../../media/landmarks/sound-envelope.ts";
import type { Levelling } from "@framewright/media/loudness.ts";
import type { SoundRendition } from "@framewright/media/sound-renditions.ts";
import { picturesOf, trackSeconds, type Track } from "../../media/tracks.ts";
import {
  allFindings,
  look,
  placeOf,
  segmentsOf,
  type CompareArgs,
  type Finding,
  type Place,
} from "./looks.ts";
import { findText } from "./burnt-text.ts";
import { findOverlay } from "./overlay.ts";
import { comparePictures } from "./pictures.ts";
import {
  listeningMs,
  lookAtSource,
  soundsOf,
  spareSeconds,
  type SourceLooks,
  type SourceSound,
} from "./source-looks.ts";

/** A track of the result, and one of the source that it is compared with. */
interface Heard {
  readonly track: Track;
  readonly sound: SourceSound;
  /** The channel of the result that the track became; all of them where it holds the whole sound. */
  readonly channel: number | undefined;
  /** Where comparing ends; there may be more of the source. */
  readonly end: number;
  /** How it was made louder or quieter, on purpose. */
  readonly level: Levelling | undefined;
}

/** Both sounds are decoded whole: that costs little, and gaps and shifts may be anywhere. */
async function compareTrack(args: CompareArgs, looks: SourceLooks, heard: Heard): Promise<Finding> {
  const { durationSeconds } = args.source;
  const { track, sound, channel, end, level } = heard;
  const reader = new EnvelopeReader({
    place: (time) => time,
    maxSeconds: durationSeconds + spareSeconds,
  });
  const seen = envelopeArgs({ map: "0:a:0", clock: "samples", channel });
  const [source] = await Promise.all([
    looks.envelope(sound, end),
    look(args, [...segmentsInput, ...seen], {
      timeoutMs: listeningMs(args),
      onOutput: (chunk) => {
        reader.add(chunk);
      },
      stdin: segmentsOf(args, track),
    }),
  ]);
  const gain = 10 ** ((level?.gainDb ?? 0) / 20);
  const theirs = source.map((value) => value * gain);
  const ours = reader.envelope();
  const problemsOf = level?.method === "dynamic" ? silenceProblems : soundProblems;
  return {
    looked: theirs.length > 0,
    problems: problemsOf(theirs, ours),
  };
}

/**
 * Where left and right are tracks of their own, each is compared with its side of the result. Sound
 * that does not play by default may end early.
 */
async function compareSound(
  args: CompareArgs,
  looks: SourceLooks,
  sound: SoundRendition,
): Promise<Finding> {
  const track = args.tracks.find(({ name }) => name === sound.name);
  if (!track) return { looked: false, problems: [] };
  const { level } = sound;
  const parts = soundsOf(sound);
  // Where a clip ends the source goes on, and what begins there is heard a step too early.
  const isWhole = sound.isDefault && sound.source.goesOn !== true;
  const end = isWhole
    ? args.source.durationSeconds + spareSeconds
    : Math.min(trackSeconds(track), sound.end - 2 * stepSeconds);
  const findings: Finding[] = [];
  for (const [side, part] of parts.entries()) {
    const channel = parts.length > 1 ? side : undefined;
    findings.push(await compareTrack(args, looks, { track, sound: part, channel, end, level }));
  }
  const { looked, problems } = allFindings(findings);
  const named = problems.map((problem) =>
    sound.isDefault ? problem : `${track.name}: ${problem}`,
  );
  return { looked, problems: named };
}

/** In smaller pictures, motion looks like fields; no standard of television has so few lines. */
const minFieldHeight = 240;

/** Where fields were to become pictures, none may be left. */
async function findFields(args: CompareArgs, track: Track, place: Place): Promise<Finding> {
  const text = await look(
    args,
    [
      ...segmentsInput,
      ...["-map", "0:v:0", "-frames:v", `${lookFrames}`, "-vf", idetFilter, "-f", "null", "-"],
    ],
    { stdin: segmentsOf(args, track, place.index) },
  );
  const order = fieldOrderOf({}, countFields(text.toString("latin1")));
  const problems = order ? [`pictures still consist of two fields (${order})`] : [];
  return { looked: text.length > 0, problems };
}

/** What is true when a comparison has looked and found nothing. */
const statements = {
  sound: "the sound is the source's, by decoding both",
  pictures: "colours and shapes of pictures are the source's, by decoding both",
  motion: "motion is kept, by decoding both",
  fields: "no picture consists of two fields",
  text: "burnt-in text is shown at its times, by drawing it over the source",
  overlay: "the overlay is shown where and when it should be, by drawing it over the source",
} as const;
type Subject = keyof typeof statements;

export interface Comparison {
  readonly passed: readonly string[];
  readonly problems: readonly string[];
}

type Found = readonly (readonly [Subject, Finding])[];

async function findInSound(args: CompareArgs, looks: SourceLooks): Promise<Found> {
  const findings: Finding[] = [];
  for (const sound of args.plan.sounds) findings.push(await compareSound(args, looks, sound));
  return findings.length === 0 ? [] : [["sound", allFindings(findings)]];
}

/** The smallest rendition of each codec: what is wrong before the encoders is wrong in all of them. */
function lowestOf(renditions: readonly Track[]): Track[] {
  return renditions.filter(
    ({ init }, at) => !renditions.slice(at + 1).some((later) => later.init.codec === init.codec),
  );
}

async function findInPictures(args: CompareArgs, looks: SourceLooks): Promise<Found> {
  const { video } = args.source;
  const renditions = picturesOf(args.tracks);
  const [top] = renditions;
  if (!video || !top) return [];
  const fields = video.fieldOrder && top.init.height >= minFieldHeight;
  const middle = fields ? placeOf(top, video.span.end / 2) : undefined;
  const compared: Found[] = [];
  for (const track of lowestOf(renditions)) {
    const { pictures, motion } = await comparePictures(args, { video, track, looks });
    compared.push([
      ["pictures", pictures],
      ["motion", motion],
    ]);
  }
  const { overlay, text } = args.plan;
  return [
    ...compared.flat(),
    ...(text ? [["text", await findText(args, { text, video, track: top })] as const] : []),
    ...(overlay
      ? [["overlay", await findOverlay(args, { overlay, video, track: top })] as const]
      : []),
    ...(middle ? [["fields", await findFields(args, top, middle)] as const] : []),
  ];
}

/**
 * What a viewer would notice, by decoding source and result and comparing landmarks of both: the
 * course of the loudness, colours and shapes of pictures, motion, combed pictures. It shares neither
 * filters nor time stamps with the encode.
 */
export async function compareWithSource(
  args: CompareArgs,
  looks: SourceLooks = lookAtSource(args),
): Promise<Comparison> {
  const found = await Promise.all([findInSound(args, looks), findInPictures(args, looks)]);
  const findings = found.flat();
  const subjects = [...new Set(findings.map(([subject]) => subject))].map(
    (subject) =>
      [
        subject,
        allFindings(findings.filter(([one]) => one === subject).map(([, one]) => one)),
      ] as const,
  );
  return {
    passed: subjects.flatMap(([subject, { looked, problems }]) =>
      looked && problems.length === 0 ? [statements[subject]] : [],
    ),
    problems: subjects.flatMap(([, { problems }]) => problems),
  };
}
