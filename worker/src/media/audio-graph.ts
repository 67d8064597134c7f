import type { SourceAudio } from "./source.ts";
import { soundTimeFilter, type Timeline } from "./timeline.ts";

const audioKbps = 128;
/** Samples of silence that an AAC encoder puts before the first one; see `soundFilters`. */
const aacPriming = 1024;

/** Stamps that drift further apart than this are filled with silence or cut (ffmpeg's own limit is 0.1 s). */
const maxDriftSeconds = 0.05;

/**
 * Decodes the sound to one format, whatever changes on the way: ffmpeg rebuilds this graph when
 * layout or rate of the source change, so that nothing in it may count time. A loopback decoder
 * (`[dec:0]`) takes what comes out into a second graph, which nothing can disturb.
 */
export function decodeArgs({ indices, toStereo }: SourceAudio, timeline: Timeline): string[] {
  const inputs = indices.map((index) => `[0:${index}]`).join("");
  const joined = "join=inputs=2:channel_layout=stereo:map=0.0-FL|1.0-FR";
  const chain = [...(indices.length > 1 ? [joined] : []), toStereo, ...soundTimeFilter(timeline)];
  return [
    ...["-filter_complex", `${inputs}${chain.join(",")}[pcm]`],
    ...["-map", "[pcm]", "-c:a", "pcm_f32le", "-f", "null", "-"],
    ...["-dec", "0:0"],
  ];
}

/**
 * Gaps are filled with silence, and sound starts at zero. The encoder's priming then pushes
 * everything back by 1024 samples, and players that go by decode times (hls.js) keep it so: the
 * first 1024 samples are cut, which the priming replaces.
 */
export function soundGraph(output: string): string {
  const chain = [
    `aresample=async=1:first_pts=0:min_hard_comp=${maxDriftSeconds}`,
    "aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo",
    `atrim=start_sample=${aacPriming}`,
    "asetpts=PTS-STARTPTS",
  ];
  return `[dec:0]${chain.join(",")}[${output}]`;
}

export const aacArgs = ["-c:a", "aac", "-b:a", `${audioKbps}k`, "-ac", "2"] as const;
