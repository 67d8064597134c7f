import type { SoundRendition } from "./sound-renditions.ts";
import type { SourceAudio } from "./source.ts";
import type { TrackLabel } from "./track-names.ts";

/** A WAV that we have written: 48 kHz, stereo, in the time of the result. */
export interface MadeSound {
  readonly path: string;
  readonly seconds: number;
  readonly label: TrackLabel;
}

/** A sound beside those of the source, such as a dub. */
export function madeSound({ path, seconds, label }: MadeSound): SourceAudio {
  return {
    file: path,
    indices: [0],
    toStereo: "aformat=sample_fmts=flt:sample_rates=48000:channel_layouts=stereo",
    codec: "pcm_s16le",
    channels: 2,
    sampleRate: 48_000,
    span: { start: 0, end: seconds },
    isSurround: false,
    label,
    characteristics: [],
    isCommentary: false,
  };
}

/** What opens such a file: nothing else, and nothing that is in it is taken for an address. */
export function wavInput(path: string): string[] {
  const guards = ["-protocol_whitelist", "file,pipe", "-format_whitelist", "wav", "-f", "wav"];
  return [...guards, "-i", `file:${path}`];
}

/** The files of made sounds, in the order of the sounds. */
export function madeFiles(sounds: readonly Pick<SoundRendition, "source">[]): string[] {
  return sounds.flatMap(({ source }) => (source.file === undefined ? [] : [source.file]));
}

/** The streams of the source that are heard. */
export function heardStreams(sounds: readonly Pick<SoundRendition, "source">[]): number[] {
  return sounds.flatMap(({ source }) => (source.file === undefined ? source.indices : []));
}
