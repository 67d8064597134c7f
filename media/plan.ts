import { mostFps, type Profile } from "@framewright/contracts/profile.ts";
import { defaultOutputs } from "@framewright/contracts/outputs.ts";
import { aacArgs, measureArgs, soundArgs, writeArgs, type Written } from "./audio-graph.ts";
import type { BurntText } from "./burnt-text.ts";
import { soughtTimeline } from "./clip.ts";
import { encoderArgs, type Encoder } from "./encoders/encoder.ts";
import { cadenceOf, plannedRate, type Cadence } from "./frame-rate.ts";
import { planLadder, type Rendition } from "./ladder.ts";
import { inputArgs } from "./input.ts";
import { neededRenditions, neededSounds } from "./outputs/wanted.ts";
import type { Levelling } from "./loudness.ts";
import { madeFiles, wavInput } from "./made-sound.ts";
import { overlayInputArgs, type PlacedOverlay } from "./overlay.ts";
import type { Rational } from "./rational.ts";
import { planSounds, type SoundRendition } from "./sound-renditions.ts";
import { isFilm, type Source } from "./source.ts";
import type { Timeline } from "./timeline.ts";
import { videoGraph, videoInputArgs } from "./video-graph.ts";

export interface PlanArgs {
  readonly source: Source;
  readonly profile: Profile;
  readonly encoder: Encoder;
  /** Of the hardware encoder, such as /dev/dri/renderD128. */
  readonly device: string;
  readonly threads: number;
  readonly sourcePath: string;
  readonly outputDir: string;
  readonly overlay?: PlacedOverlay | undefined;
  readonly text?: BurntText | undefined;
  /** By the name of the sound, where the profile states a loudness. */
  readonly levels?: ReadonlyMap<string, Levelling | undefined>;
}

/** The one ffmpeg command, and what must lie in the output directory when it has ended. */
export interface Plan {
  readonly argv: readonly string[];
  readonly cadence: Cadence;
  /** Pictures per second that the profile, or else the platform, allows. */
  readonly maxFps: number;
  readonly renditions: readonly Rendition[];
  readonly overlay: PlacedOverlay | undefined;
  readonly text: BurntText | undefined;
  /** The one that plays by default first. */
  readonly sounds: readonly SoundRendition[];
  /** Folders under the output directory, in the order of the muxer's variants. */
  readonly folders: readonly string[];
}

/** Names of the muxer's variants are names of folders. */
function variantMap(renditions: readonly Rendition[], sounds: readonly SoundRendition[]): string {
  const group = renditions.length > 0 && sounds.length > 0 ? ",agroup:audio" : "";
  return [
    ...renditions.map(({ name }, index) => `v:${index}${group},name:${name}`),
    ...sounds.map(({ name }, index) => `a:${index}${group},name:${name}`),
  ].join(" ");
}

function muxerArgs({ outputDir }: PlanArgs, cadence: Cadence, variants: string): string[] {
  return [
    ...["-f", "hls", "-hls_time", cadence.segmentSeconds, "-hls_playlist_type", "vod"],
    ...["-hls_segment_type", "fmp4", "-hls_flags", "independent_segments+temp_file"],
    // No edit lists (7.1 writes them unless an option says no): the first picture lies at zero by a negative offset.
    ...[
      "-hls_segment_options",
      "movflags=+cmaf:use_editlist=0",
      "-hls_fmp4_init_filename",
      "init.mp4",
    ],
    ...["-var_stream_map", variants],
    ...["-hls_segment_filename", `${outputDir}/%v/%05d.m4s`],
    `${outputDir}/%v/index.m3u8`,
  ];
}

interface Pictures {
  readonly renditions: readonly Rendition[];
  readonly fps: Rational;
}

interface Renditions {
  readonly renditions: readonly Rendition[];
  readonly sounds: readonly SoundRendition[];
}

function encodeArgs(args: PlanArgs, made: Renditions, cadence: Cadence): string[] {
  const { encoder, threads } = args;
  const { renditions, sounds } = made;
  const { gopFrames } = cadence;
  return [
    ...renditions.flatMap((_, index) => ["-map", `[v${index}]`]),
    ...sounds.flatMap((_, index) => ["-map", `[a${index}]`]),
    ...encoderArgs(encoder, renditions, { gopFrames, threads }),
    ...aacArgs(sounds),
    ...["-map_metadata", "-1", "-map_chapters", "-1"],
  ];
}

/** Reading ends a little behind the last packet that was seen. */
const readMargin = 5;

/** Between which times the file is read. It is decoded from the keyframe before the first one. */
export function seekArgs({ cut, lastTime }: Pick<Source, "cut" | "lastTime">): string[] {
  const from = cut?.readFrom ?? 0;
  return [
    ...(from > 0 ? ["-ss", `${from}`] : []),
    ...["-t", `${Math.ceil(lastTime - from) + readMargin}`],
  ];
}

function sourceArgs(
  { source, sourcePath, threads, overlay }: PlanArgs,
  sounds: readonly SoundRendition[],
): string[] {
  return [
    ...["-threads", `${threads}`, ...(source.video ? videoInputArgs(source.video) : [])],
    ...seekArgs(source),
    ...inputArgs(source.demuxer, sourcePath),
    ...overlayInputArgs(overlay),
    ...madeFiles(sounds).flatMap(wavInput),
  ];
}

/** Of a result without pictures: its segments are as long as those of a film. */
const soundFps: Rational = { num: 25, den: 1 };

function pictureArgs(args: PlanArgs, { renditions, fps }: Pictures): string[] {
  const { source, encoder, overlay, text } = args;
  if (!isFilm(source) || renditions.length === 0) return [];
  return ["-filter_complex", videoGraph({ source, encoder, renditions, fps, overlay, text })];
}

function sought<Sought extends Source>(source: Sought): Sought {
  return { ...source, timeline: soughtTimeline(source.timeline, source.cut?.readFrom ?? 0) };
}

const soundAlone = ["-nostdin", "-hide_banner", "-v", "error", "-max_error_rate", "1"];

/** Opens the source, or the file of a made sound, for its sound alone. */
function openedFor(
  given: Pick<PlanArgs, "source" | "sourcePath">,
  { source: { file } }: SoundRendition,
): { readonly args: string[]; readonly timeline: Timeline } {
  const source = sought(given.source);
  const { timeline } = source;
  if (file !== undefined) return { args: [...soundAlone, ...wavInput(file)], timeline };
  const input = inputArgs(source.demuxer, given.sourcePath);
  return { args: [...soundAlone, ...seekArgs(source), ...input], timeline };
}

/** The command that measures a sound: no picture is decoded. */
export function planMeasure(
  given: Pick<PlanArgs, "source" | "sourcePath">,
  sound: SoundRendition,
): string[] {
  const { args, timeline } = openedFor(given, sound);
  return [...args, ...measureArgs(sound, timeline)];
}

/** The command that writes a sound as it will be heard in the result. */
export function planWrite(
  given: Pick<PlanArgs, "source" | "sourcePath">,
  sound: SoundRendition,
  written: Written,
): string[] {
  const { args, timeline } = openedFor(given, sound);
  return ["-y", ...args, ...writeArgs(sound, timeline, written)];
}

export function planEncode(given: PlanArgs): Plan {
  const args = { ...given, source: sought(given.source) };
  const { source, profile, encoder, threads } = args;
  const { video } = source;
  const { ladder, maxFps = mostFps } = profile.video;
  const fps = video ? plannedRate(video.fps, maxFps) : soundFps;
  const cadence = cadenceOf(fps);
  const { outputs = defaultOutputs } = profile.packaging;
  const all = video ? planLadder(video.picture.displayed, fps, ladder) : [];
  const renditions = neededRenditions(outputs, all);
  const sounds = neededSounds(outputs, planSounds(source, profile.audio)).map((sound) => {
    const level = args.levels?.get(sound.name);
    return level ? { ...sound, level } : sound;
  });
  const folders = [...renditions, ...sounds].map(({ name }) => name);
  const argv = [
    ...["-nostdin", "-y", "-hide_banner", "-v", "warning", "-nostats"],
    ...["-progress", "pipe:1", "-stats_period", "0.5"],
    // What decodes is judged by its length afterwards, not by the share of errors.
    ...["-max_error_rate", "1"],
    ...encoder.deviceArgs(args.device),
    ...sourceArgs(args, sounds),
    ...["-filter_complex_threads", `${threads}`],
    ...soundArgs(sounds, { timeline: source.timeline, firstMade: args.overlay ? 2 : 1 }),
    ...pictureArgs(args, { renditions, fps }),
    ...encodeArgs(args, { renditions, sounds }, cadence),
    ...muxerArgs(args, cadence, variantMap(renditions, sounds)),
  ];
  const { overlay, text } = args;
  return { argv, cadence, maxFps, renditions, overlay, text, sounds, folders };
}
