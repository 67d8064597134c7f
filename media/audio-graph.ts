import { levelFilters, measuringFilters } from "./loudness.ts";
import { madeFiles } from "./made-sound.ts";
import type { SoundRendition } from "./sound-renditions.ts";
import { soundTimeFilter, type Timeline } from "./timeline.ts";

/** Samples of silence that an AAC encoder puts before the first one; see `countingGraph`. */
const aacPriming = 1024;

/** Stamps that drift further apart than this are filled with silence or cut (ffmpeg's own limit is 0.1 s). */
const maxDriftSeconds = 0.05;

/** Whatever has more channels is mixed down to it. */
const toSurround = "aresample=48000,aformat=sample_fmts=flt:sample_rates=48000:channel_layouts=5.1";

/** Where a sound is read. */
interface Opened {
  /** Number of ffmpeg's input. */
  readonly input: number;
  readonly timeline: Timeline;
}

/**
 * Decodes the sound to one format, whatever changes on the way: ffmpeg rebuilds this graph when
 * layout or rate of the source change, so that nothing in it may count time. A loopback decoder
 * (`[dec:0]`) takes what comes out into a second graph, which nothing can disturb. Each sound has an
 * output of its own: none waits for another one.
 */
function decodeArgs(sound: SoundRendition, number: number, { timeline, input }: Opened): string[] {
  const { indices, toStereo, file } = sound.source;
  const inputs = indices.map((index) => `[${input}:${index}]`).join("");
  const joined = "join=inputs=2:channel_layout=stereo:map=0.0-FL|1.0-FR";
  const format = sound.layout === "stereo" ? toStereo : toSurround;
  // What was made is in the time of the result already.
  const time = file === undefined ? soundTimeFilter(timeline) : [];
  const chain = [...(indices.length > 1 ? [joined] : []), format, ...time];
  return [
    ...["-filter_complex", `${inputs}${chain.join(",")}[pcm${number}]`],
    ...["-map", `[pcm${number}]`, "-c:a", "pcm_f32le", "-f", "null", "-"],
    ...["-dec", `${number}:0`],
  ];
}

/** From zero on, without gaps, in one format. */
function wholeFilters(layout: SoundRendition["layout"]): string[] {
  return [
    `aresample=async=1:first_pts=0:min_hard_comp=${maxDriftSeconds}`,
    `aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=${layout}`,
  ];
}

/**
 * Gaps are filled with silence, and sound starts at zero. The encoder's priming then pushes
 * everything back by 1024 samples, and players that go by decode times (hls.js) keep it so: the
 * first 1024 samples are cut, which the priming replaces.
 */
function countingGraph(sound: SoundRendition, number: number): string {
  const { source, layout, end, level } = sound;
  const isCut = source.goesOn === true || end < source.span.end;
  const cut = isCut ? `:end=${end.toFixed(6)}` : "";
  const chain = [
    ...wholeFilters(layout),
    ...levelFilters(level),
    `atrim=start_sample=${aacPriming}${cut}`,
    "asetpts=PTS-STARTPTS",
  ];
  return `[dec:${number}]${chain.join(",")}[a${number}]`;
}

/**
 * From the decoders to the outputs `[a0]`, `[a1]`, in the order of the sounds.
 * @param firstMade number of the input that is the first made sound
 */
export function soundArgs(
  sounds: readonly SoundRendition[],
  { timeline, firstMade }: { readonly timeline: Timeline; readonly firstMade: number },
): string[] {
  const files = madeFiles(sounds);
  const inputOf = ({ source: { file } }: SoundRendition): number =>
    file === undefined ? 0 : firstMade + files.indexOf(file);
  return sounds.flatMap((sound, number) => [
    ...decodeArgs(sound, number, { timeline, input: inputOf(sound) }),
    ...["-filter_complex", countingGraph(sound, number)],
  ]);
}

/** One sound of the first input as it will be encoded, as far as its end and without the encoder's priming. */
function wholeChain(sound: SoundRendition): string {
  return [...wholeFilters(sound.layout), `atrim=end=${sound.end.toFixed(6)}`].join(",");
}

/** Measures one sound as it will be encoded; see `measuringFilters`. */
export function measureArgs(sound: SoundRendition, timeline: Timeline): string[] {
  const chain = [wholeChain(sound), ...measuringFilters].join(",");
  return [
    ...decodeArgs(sound, 0, { timeline, input: 0 }),
    ...["-filter_complex", `[dec:0]${chain}[m0]`, "-map", "[m0]", "-f", "null", "-"],
  ];
}

/** Where one sound is written as it will be encoded. */
export interface Written {
  /** The whole sound, in stereo at 48 kHz. */
  readonly whole: string;
  /** The same as those hear it who listen for words: one channel at 16 kHz. */
  readonly speech: string;
}

/** Writes a sound as it will be encoded into two WAVs, which begin with the result. */
export function writeArgs(
  sound: SoundRendition,
  timeline: Timeline,
  { whole, speech }: Written,
): string[] {
  const toSpeech = "aresample=16000,aformat=channel_layouts=mono";
  const graph = `[dec:0]${wholeChain(sound)},asplit=2[w][s];[s]${toSpeech}[m]`;
  const wav = (path: string) => ["-c:a", "pcm_s16le", "-rf64", "auto", "-f", "wav", `file:${path}`];
  return [
    ...decodeArgs(sound, 0, { timeline, input: 0 }),
    ...["-filter_complex", graph],
    ...["-map", "[w]", ...wav(whole), "-map", "[m]", ...wav(speech)],
  ];
}

export function aacArgs(sounds: readonly SoundRendition[]): string[] {
  if (sounds.length === 0) return [];
  return ["-c:a", "aac", ...sounds.flatMap(({ kbps }, index) => [`-b:a:${index}`, `${kbps}k`])];
}
