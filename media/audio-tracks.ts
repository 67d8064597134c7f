import type { ProbedStream } from "@framewright/media/probe-report.ts";
import type { StreamScan } from "@framewright/media/packet-scan.ts";

/** What came out of the decoder when the first seconds of a track were decoded. */
export interface DecodedSample {
  readonly frames: number;
  readonly samples: number;
}

/** Seconds of each candidate that are decoded to see whether it can be used. */
const lookSeconds = 4;

/** Fewer samples are no sound: an encoder's delay alone is longer. */
const minSamples = 4096;
/** A track of which less than this share of the looked-at packets decodes is garbage. */
const minDecodedShare = 0.5;

/** Four times that of studios: no recorder has a higher one, and ffmpeg cannot convert from all of them. */
const maxSampleRate = 768_000;

/** Why a track cannot be used, as the end of a sentence; nothing when it can. */
export function unusableBecause(
  stream: ProbedStream,
  scan: StreamScan | undefined,
): string | undefined {
  const codec = stream.codec_name ?? "unknown";
  if (codec === "unknown" || codec === "none") return "its codec is not known";
  const rate = Number(stream.sample_rate ?? 0);
  if (rate > maxSampleRate) return `its rate is ${rate} Hz`;
  if (!scan || scan.times.length === 0) return "it holds no samples";
  if (scan.times.length === 1) return "it holds a single packet";
  return undefined;
}

/** The same, by what decodes. */
export function undecodableBecause(scan: StreamScan, seen: DecodedSample): string | undefined {
  if (seen.frames === 0) return "nothing in it can be decoded";
  if (seen.samples < minSamples) return "it holds almost no samples";
  const first = scan.times[0] ?? 0;
  const looked = scan.times.filter((time) => time < first + lookSeconds).length;
  return seen.frames < looked * minDecodedShare ? "most of it cannot be decoded" : undefined;
}

export function decodedSample(text: string): DecodedSample {
  const samples = text
    .split("\n")
    .map((line) => Number.parseInt(line, 10))
    .filter((count) => Number.isFinite(count) && count > 0);
  return { frames: samples.length, samples: samples.reduce((sum, one) => sum + one, 0) };
}

export function lookArgs(index: number, from: number): string[] {
  return [
    ...["-v", "quiet", "-print_format", "csv=p=0", "-show_entries", "frame=nb_samples"],
    ...["-select_streams", `${index}`, "-read_intervals", `${from}%+${lookSeconds}`],
  ];
}

/** Best first: the default one, then the one with more channels, then the order of the file. */
export function byPreference(streams: readonly ProbedStream[]): ProbedStream[] {
  const flag = (stream: ProbedStream, name: string): number => stream.disposition?.[name] ?? 0;
  const rank = (stream: ProbedStream): number =>
    flag(stream, "default") * 4 -
    (flag(stream, "comment") + flag(stream, "visual_impaired") + flag(stream, "hearing_impaired")) *
      2;
  return streams.toSorted(
    (a, b) => rank(b) - rank(a) || Math.min(b.channels ?? 0, 6) - Math.min(a.channels ?? 0, 6),
  );
}

/** A track that plays on one side only: recorders write left and right as two of them. */
function sideOf(stream: ProbedStream): "left" | "right" | undefined {
  if (stream.channels !== 1) return undefined;
  const position = /\b(FL|FR)\b/.exec(stream.channel_layout ?? "")?.[1];
  if (position === undefined) return undefined;
  return position === "FL" ? "left" : "right";
}

/** The tracks that together are one stereo sound, left first. */
function stereoPair(
  chosen: ProbedStream,
  usable: readonly ProbedStream[],
): readonly [ProbedStream, ProbedStream] | undefined {
  const side = sideOf(chosen);
  if (!side) return undefined;
  const other = usable.find((one) => {
    const position = sideOf(one);
    return position !== undefined && position !== side;
  });
  if (!other) return undefined;
  return side === "left" ? [chosen, other] : [other, chosen];
}

/** What is heard together: one track, or two that are left and right. */
export type Sound = readonly [ProbedStream] | readonly [ProbedStream, ProbedStream];

export function soundsIn(usable: readonly ProbedStream[]): Sound[] {
  const sounds: Sound[] = [];
  const taken = new Set<ProbedStream>();
  for (const stream of usable) {
    if (taken.has(stream)) continue;
    const left = usable.filter((one) => !taken.has(one));
    const sound: Sound = stereoPair(stream, left) ?? [stream];
    for (const one of sound) taken.add(one);
    sounds.push(sound);
  }
  return sounds;
}

/** Layouts with six or more channels around the listener. */
const surround = /^([5-9]\.[0-9](\.[0-9])?(\(\w+\))?|22\.2)$/;

export function isSurround({ channels = 0, channel_layout: layout = "" }: ProbedStream): boolean {
  return channels >= 6 && surround.test(layout);
}

/** By ffmpeg's dispositions, in the words of HLS. */
export function characteristicsOf({ disposition = {} }: ProbedStream): string[] {
  const has = (name: string): boolean => disposition[name] === 1;
  return [
    ...(has("visual_impaired") || has("descriptions")
      ? ["public.accessibility.describes-video"]
      : []),
    ...(has("hearing_impaired") ? ["public.accessibility.enhances-speech-intelligibility"] : []),
  ];
}

const stereoFormat =
  "aresample=48000,aformat=sample_fmts=flt:sample_rates=48000:channel_layouts=stereo";

/** Layouts whose channels ffmpeg can place; what else there is must be mixed by number. */
const placed =
  /^(mono|stereo|downmix|quad|hexagonal|octagonal|hexadecagonal|cube|binaural|[2-9]\.[0-9](\.[0-9])?(\(\w+\))?|22\.2)$/;

/** Every other channel to each side, at a level that cannot clip. */
function mixByNumber(channels: number): string {
  const side = (first: number): string => {
    const own = Array.from({ length: channels }, (_, index) => index).filter(
      (index) => index % 2 === first,
    );
    const gain = (1 / Math.max(1, own.length)).toFixed(4);
    return own.map((index) => `${gain}*c${index}`).join("+");
  };
  return `pan=stereo|c0=${side(0)}|c1=${side(1)}`;
}

/** From whatever a decoder gives out to stereo at 48 kHz. */
export function toStereo(stream: Pick<ProbedStream, "channels" | "channel_layout">): string {
  const { channels = 0, channel_layout: layout = "" } = stream;
  // Where nothing is said of three to eight channels, ffmpeg takes their usual places.
  const guessed = layout === "" && channels > 2 && channels <= 8;
  if (channels < 1 || guessed || placed.test(layout)) return stereoFormat;
  // One channel with a place of its own ("FL", "LFE") is heard on both sides, as any mono sound.
  if (channels === 1) return `pan=stereo|c0=c0|c1=c0,${stereoFormat}`;
  if (channels === 2) return `pan=stereo|c0=c0|c1=c1,${stereoFormat}`;
  // Ambisonics, in ACN order: all round, then left minus right.
  if (layout.startsWith("ambisonic")) {
    return `pan=stereo|c0=0.7*c0+0.5*c1|c1=0.7*c0-0.5*c1,${stereoFormat}`;
  }
  return `${mixByNumber(channels)},${stereoFormat}`;
}
