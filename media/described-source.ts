import type { SourceDescription } from "@framewright/contracts/job-plan.ts";
import { isSurround, toStereo } from "./audio-tracks.ts";
import { colourOf } from "./colour.ts";
import { statedRate } from "./frame-rate.ts";
import { toNumber } from "./rational.ts";
import type { Source, SourceAudio, SourceVideo } from "./source.ts";

type Video = NonNullable<SourceDescription["video"]>;
type Audio = NonNullable<SourceDescription["audio"]>;

/** What the description of a file leaves open, and a plan takes to be so. */
export const assumptions = [
  "The pictures are progressive, upright, in square pixels, of 8 bits 4:2:0, in the usual colours of their size.",
  "Pictures come at a constant rate, and pictures and sound begin at zero and end together.",
  "The file has one video track and one audio track, the video first, and no subtitles.",
  "A worker encodes with as many threads as its size class has cores.",
] as const;

/** Layouts that sound of so many channels mostly has. */
const layouts: Readonly<Record<number, string>> = { 1: "mono", 2: "stereo", 6: "5.1", 8: "7.1" };

const pixelFormat = "yuv420p";

function videoOf({ codec = "h264", width, height, fps }: Video, duration: number): SourceVideo {
  const size = { width, height };
  const rate = statedRate(fps);
  return {
    index: 0,
    codec,
    picture: {
      ...{ decoded: size, displayed: size, pixelAspect: 1 },
      ...{ crop: undefined, turn: [], changes: [] },
    },
    colour: colourOf({ pix_fmt: pixelFormat, codec_name: codec, ...size }),
    pixelFormat,
    hasAlpha: false,
    fieldOrder: undefined,
    fps: rate,
    sourceFps: rate,
    span: { start: 0, end: duration },
    pictures: Math.ceil(duration * fps),
    keyTimes: [0],
    busiest: undefined,
    fastest: fps,
  };
}

interface Place {
  readonly index: number;
  readonly duration: number;
}

function audioOf(
  { codec = "aac", channels, sampleRate = 48_000 }: Audio,
  { index, duration }: Place,
): SourceAudio {
  const layout = layouts[channels];
  const stream = { index, channels, ...(layout !== undefined && { channel_layout: layout }) };
  return {
    indices: [index],
    toStereo: toStereo(stream),
    codec,
    channels,
    sampleRate,
    span: { start: 0, end: duration },
    isSurround: isSurround(stream),
    label: { language: undefined, title: undefined },
    characteristics: [],
    isCommentary: false,
  };
}

/** A plain file of this description, as if it had been read. */
export function describedSource(described: SourceDescription): Source {
  const { container = "mov", durationSeconds, sizeBytes = 0, video, audio } = described;
  const own = video && videoOf(video, durationSeconds);
  return {
    ...{ demuxer: container, durationSeconds, sizeBytes },
    ...{ timeline: { origin: 0, leaps: [] }, closesLeaps: false, closings: [], startTime: 0 },
    lastTime: own ? durationSeconds - 1 / toNumber(own.sourceFps) : durationSeconds,
    video: own,
    audio: audio && audioOf(audio, { index: own ? 1 : 0, duration: durationSeconds }),
    ...{ alternates: [], subtitles: [], cover: undefined, warnings: [], choices: [] },
  };
}
