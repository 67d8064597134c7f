import type { Picture } from "../../media/picture.ts";
import type { Film, Source, SourceAudio, SourceVideo } from "../../media/source.ts";

/** A picture in square pixels, upright and whole. */
export function aPicture(width: number, height: number): Picture {
  const size = { width, height };
  const plain = { pixelAspect: 1, crop: undefined, turn: [], changes: [] };
  return { decoded: size, displayed: size, ...plain };
}

/** Gives each picture a place on the grid of the rate, by its time in the result. */
export function onGrid(rate: string, time = "(T-(0))"): string {
  return `setpts='if(isnan(T),NAN,st(1,${time}*${rate});st(2,round(ld(1)));st(0,if(gt(N,0)*lte(ld(2),ld(0))*lt(ld(0)+1-ld(1),0.9),ld(0)+1,ld(2)));ld(0)/(${rate})/TB)',fps=fps=${rate}:start_time=0:round=near:eof_action=pass`;
}

/** What the result says of itself, and no longer says of the source. */
export const bt709Tags =
  "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709,sidedata=mode=delete:type=DISPLAYMATRIX,sidedata=mode=delete:type=MASTERING_DISPLAY_METADATA,sidedata=mode=delete:type=CONTENT_LIGHT_LEVEL";

export interface SourceChanges extends Partial<Omit<Source, "video" | "audio">> {
  readonly video?: Partial<SourceVideo>;
  /** "none" for a source without sound. */
  readonly audio?: Partial<SourceAudio> | "none";
}

function aVideo(durationSeconds: number, changes: Partial<SourceVideo> = {}): SourceVideo {
  return {
    index: 0,
    codec: "h264",
    picture: aPicture(1920, 1080),
    colour: {
      bitstreamFilter: undefined,
      filters: [],
      output: { matrix: "bt709", primaries: "bt709", transfer: "bt709" },
      reading: "in_color_matrix=bt709:in_range=tv",
      source: "bt709/bt709/bt709, limited range",
      assumed: false,
    },
    pixelFormat: "yuv420p",
    hasAlpha: false,
    fieldOrder: undefined,
    fps: { num: 30, den: 1 },
    sourceFps: { num: 30, den: 1 },
    span: { start: 0, end: durationSeconds },
    pictures: 30 * durationSeconds,
    keyTimes: [0],
    busiest: 0,
    fastest: 30,
    ...changes,
  };
}

export const stereoFilters =
  "aresample=48000,aformat=sample_fmts=flt:sample_rates=48000:channel_layouts=stereo";

export function anAudio(durationSeconds: number, changes: Partial<SourceAudio> = {}): SourceAudio {
  return {
    indices: [1],
    toStereo: stereoFilters,
    codec: "aac",
    channels: 2,
    sampleRate: 48000,
    span: { start: 0, end: durationSeconds },
    isSurround: false,
    label: { language: undefined, title: undefined },
    characteristics: [],
    isCommentary: false,
    ...changes,
  };
}

/** Ten seconds of 1080p at 30 frames per second with stereo sound, but for the changes. */
export function aSource({ video, audio, ...changes }: SourceChanges = {}): Film {
  const { durationSeconds = 10 } = changes;
  return {
    demuxer: "mov",
    durationSeconds,
    sizeBytes: 1000,
    timeline: { origin: 0, leaps: [] },
    closesLeaps: false,
    closings: [],
    startTime: 0,
    lastTime: durationSeconds - 1 / 30,
    video: aVideo(durationSeconds, video),
    audio: audio === "none" ? undefined : anAudio(durationSeconds, audio),
    alternates: [],
    subtitles: [],
    cover: undefined,
    warnings: [],
    choices: [],
    ...changes,
  };
}

/** The same without pictures. */
export function aSoundSource(changes: Omit<SourceChanges, "video"> = {}): Source {
  return { ...aSource(changes), video: undefined };
}
