import type { Loudness } from "@framewright/contracts/loudness.ts";
import { wavInput } from "../made-sound.ts";

export interface MixArgs {
  /** The source's own sound, in stereo. */
  readonly bed: string;
  /** The voice alone, as long as the bed. */
  readonly voice: string;
  readonly to: string;
  /** Of the bed, and of the mix. */
  readonly seconds: number;
  /** Of both; the voice becomes as loud as the one that it stands for. */
  readonly loudness: { readonly bed: Loudness; readonly voice: Loudness };
}

/** A voice is not made louder or quieter by more than this, in dB: what needs more is no speech. */
const mostGain = 15;
/** What EBU R128 calls silence. */
const silentLufs = -70;

function voiceGain({ bed, voice }: MixArgs["loudness"]): number {
  if (bed.lufs <= silentLufs || voice.lufs <= silentLufs) return 0;
  return Math.min(mostGain, Math.max(-mostGain, bed.lufs - voice.lufs));
}

/**
 * The original goes down while the voice speaks and comes back behind it, as interpreters are heard: attack and
 * release are long enough not to pump. It is not silenced, as music and steps belong to the film, too.
 */
const ducking = "sidechaincompress=threshold=0.015:ratio=14:attack=15:release=350";

/**
 * Mixes voice and bed: in stereo, as long as the bed, and never over the full scale. Both inputs go on for ever and the mix is
 * cut: a compressor whose first input ends drops what still waits for the second one (7.1).
 */
export function mixArgs(args: MixArgs): string[] {
  const gain = voiceGain(args.loudness).toFixed(2);
  const graph = [
    `[1:a]aresample=48000,aformat=channel_layouts=stereo,volume=${gain}dB,apad,asplit=2[v][key]`,
    "[0:a]aresample=48000,aformat=channel_layouts=stereo,apad[o]",
    `[o][key]${ducking}[low]`,
    "[low][v]amix=inputs=2:duration=longest:normalize=0,alimiter=limit=0.95:level=disabled[both]",
    `[both]atrim=end=${args.seconds.toFixed(6)}[mix]`,
  ].join(";");
  return [
    ...["-nostdin", "-y", "-v", "error", ...wavInput(args.bed), ...wavInput(args.voice)],
    ...["-filter_complex", graph, "-map", "[mix]"],
    ...["-c:a", "pcm_s16le", "-rf64", "auto", "-f", "wav", `file:${args.to}`],
  ];
}
