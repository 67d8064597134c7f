import { countFields, fieldOrderOf, idetFilter, lookFrames } from "../../media/interlace.ts";
import {
  envelopeArgs,
  EnvelopeReader,
  soundProblems,
} from "../../media/landmarks/sound-envelope.ts";
import { audioName } from "../../media/sound-renditions.ts";
import { timeInResult } from "../../media/timeline.ts";
import { picturesOf, type Track } from "../../media/tracks.ts";
import {
  allFindings,
  look,
  placeOf,
  segmentsInput,
  segmentsOf,
  wholeSource,
  type CompareArgs,
  type Finding,
  type Place,
} from "./looks.ts";
import { comparePictures } from "./pictures.ts";

interface Sound {
  /** Index of a track of the source. */
  readonly index: number;
  /** The channel of the result that the track became; all of them where it holds the whole sound. */
  readonly channel: number | undefined;
}

/** Sound that is heard longer than its source lasts is wrong anyway. */
const spareSeconds = 60;

/** Both sounds are decoded whole: that costs little, and gaps and shifts may be anywhere. */
async function compareTrack(args: CompareArgs, track: Track, sound: Sound): Promise<Finding> {
  const { timeline, durationSeconds } = args.source;
  const { index, channel } = sound;
  const timeoutMs = 60_000 + durationSeconds * 100;
  const maxSeconds = durationSeconds + spareSeconds;
  const source = new EnvelopeReader({ place: (time) => timeInResult(timeline, time), maxSeconds });
  const result = new EnvelopeReader({ place: (time) => time, maxSeconds });
  const into = (reader: EnvelopeReader) => ({
    timeoutMs,
    onOutput: (chunk: string): void => {
      reader.add(chunk);
    },
  });
  const wanted = envelopeArgs({ map: `0:${index}`, clock: "stamps" });
  const seen = envelopeArgs({ map: "0:a:0", clock: "samples", channel });
  const stdin = segmentsOf(args, track);
  await Promise.all([
    look(args, [...wholeSource(args), ...wanted], into(source)),
    look(args, [...segmentsInput, ...seen], { ...into(result), stdin }),
  ]);
  const [theirs, ours] = [source.envelope(), result.envelope()];
  return { looked: theirs.length > 0, problems: soundProblems(theirs, ours) };
}

/** Where left and right are tracks of their own, each is compared with its side of the result. */
async function compareSound(args: CompareArgs, track: Track): Promise<Finding> {
  const indices = args.source.audio?.indices ?? [];
  const findings: Finding[] = [];
  for (const [side, index] of indices.entries()) {
    const channel = indices.length > 1 ? side : undefined;
    findings.push(await compareTrack(args, track, { index, channel }));
  }
  return allFindings(findings);
}

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
} as const;
type Subject = keyof typeof statements;

export interface Comparison {
  readonly passed: readonly string[];
  readonly problems: readonly string[];
}

type Found = readonly (readonly [Subject, Finding])[];

async function findInSound(args: CompareArgs): Promise<Found> {
  const sound = args.tracks.find(({ name }) => name === audioName);
  return sound ? [["sound", await compareSound(args, sound)]] : [];
}

async function findInPictures(args: CompareArgs): Promise<Found> {
  const { video } = args.source;
  const renditions = picturesOf(args.tracks);
  const [top] = renditions;
  const low = renditions.at(-1);
  if (!video || !top || !low) return [];
  const middle = video.fieldOrder && placeOf(top, video.span.end / 2);
  const { pictures, motion } = await comparePictures(args, { video, track: low });
  return [
    ["pictures", pictures],
    ["motion", motion],
    ...(middle ? [["fields", await findFields(args, top, middle)] as const] : []),
  ];
}

/**
 * What a viewer would notice, by decoding source and result and comparing landmarks of both: the
 * course of the loudness, colours and shapes of pictures, motion, combed pictures. It shares neither
 * filters nor time stamps with the encode.
 */
export async function compareWithSource(args: CompareArgs): Promise<Comparison> {
  const found = await Promise.all([findInSound(args), findInPictures(args)]);
  const findings = found.flat();
  return {
    passed: findings.flatMap(([subject, { looked, problems }]) =>
      looked && problems.length === 0 ? [statements[subject]] : [],
    ),
    problems: findings.flatMap(([, { problems }]) => problems),
  };
}
