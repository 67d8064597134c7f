import { countFields, fieldOrderOf, idetFilter, lookFrames } from "../../media/interlace.ts";
import {
  distinctPictures,
  motionArgs,
  motionProblem,
  motionSeconds,
} from "../../media/landmarks/motion.ts";
import {
  envelopeArgs,
  EnvelopeReader,
  soundProblems,
} from "../../media/landmarks/sound-envelope.ts";
import { audioName } from "../../media/sound-renditions.ts";
import { toNumber } from "../../media/rational.ts";
import type { SourceVideo } from "../../media/source.ts";
import { timeInResult } from "../../media/timeline.ts";
import { picturesOf, type Track } from "../../media/tracks.ts";
import {
  allFindings,
  fromSecond,
  look,
  placeOf,
  segmentsInput,
  segmentsOf,
  sourceCut,
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
  await look(args, [...wholeSource(args), ...wanted], into(source));
  const all = track.segments.map((_, segment) => segment);
  const seen = envelopeArgs({ map: "0:a:0", clock: "samples", channel });
  const stdin = segmentsOf(args, track, all);
  await look(args, [...segmentsInput, ...seen], { ...into(result), stdin });
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

/** Pictures that move in the busiest second of the source. */
async function compareMotion(
  args: CompareArgs,
  video: SourceVideo,
  track: Track,
): Promise<Finding> {
  const { timeline } = args.source;
  const time = timeInResult(timeline, video.busiest);
  const place = placeOf(track, time);
  if (!place) return { looked: false, problems: [] };
  const start = Math.max(place.start, Math.min(time, place.end - motionSeconds));
  const before = fromSecond(start - place.start);
  const cut = sourceCut(args, video.busiest + start - time, motionSeconds);
  const theirs = await look(args, [...cut.input, ...motionArgs(`0:${video.index}`, cut.filters)]);
  const ours = await look(args, [...segmentsInput, ...motionArgs("0:v:0", before)], {
    stdin: segmentsOf(args, track, [place.index]),
  });
  const problem = motionProblem(
    distinctPictures(theirs),
    distinctPictures(ours),
    toNumber(video.fps),
  );
  return { looked: theirs.length > 0, problems: problem === undefined ? [] : [problem] };
}

/** Where fields were to become pictures, none may be left. */
async function findFields(args: CompareArgs, track: Track, place: Place): Promise<Finding> {
  const text = await look(
    args,
    [
      ...segmentsInput,
      ...["-map", "0:v:0", "-frames:v", `${lookFrames}`, "-vf", idetFilter, "-f", "null", "-"],
    ],
    { stdin: segmentsOf(args, track, [place.index]) },
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

async function findingsOf(args: CompareArgs): Promise<(readonly [Subject, Finding])[]> {
  const { source, tracks } = args;
  const pictures = picturesOf(tracks);
  const sound = tracks.find(({ name }) => name === audioName);
  const { video } = source;
  const [top] = pictures;
  const low = pictures.at(-1);
  const heard = sound ? [["sound", await compareSound(args, sound)] as const] : [];
  if (!video || !top || !low) return heard;
  const middle = video.fieldOrder && placeOf(top, video.span.end / 2);
  return [
    ...heard,
    ["pictures", await comparePictures(args, video, low)],
    ["motion", await compareMotion(args, video, low)],
    ...(middle ? [["fields", await findFields(args, top, middle)] as const] : []),
  ];
}

/**
 * What a viewer would notice, by decoding source and result and comparing landmarks of both: the
 * course of the loudness, colours and shapes of pictures, motion, combed pictures. It shares neither
 * filters nor time stamps with the encode.
 */
export async function compareWithSource(args: CompareArgs): Promise<Comparison> {
  const findings = await findingsOf(args);
  return {
    passed: findings.flatMap(([subject, { looked, problems }]) =>
      looked && problems.length === 0 ? [statements[subject]] : [],
    ),
    problems: findings.flatMap(([, { problems }]) => problems),
  };
}
