import type { Rendition } from "../ladder.ts";
import { inputUrl } from "../input.ts";
import type { SoundRendition } from "../sound-renditions.ts";
import { begin, segmentsArgs } from "./packaging.ts";

export const mp4Path = "video.mp4";
export const audioPath = "audio.m4a";

/** One file for progressive playback. */
export interface FilePlan {
  readonly path: string;
  /** Nothing in a file of sound. */
  readonly rendition: Rendition | undefined;
  /** Nothing where the source is silent. */
  readonly sound: SoundRendition | undefined;
  readonly argv: readonly string[];
}

/** Streams are copied; the index is moved to the front, so that playing begins before all is there. */
export function planFile(
  outputDir: string,
  { path, rendition, sound }: Omit<FilePlan, "argv">,
): FilePlan {
  const tracks = [rendition, sound].filter((one) => one !== undefined);
  const kinds = [...(rendition ? ["v"] : []), ...(sound ? ["a"] : [])];
  const argv = [
    ...begin,
    ...tracks.flatMap(({ name }) => segmentsArgs(outputDir, name)),
    ...kinds.flatMap((kind, index) => ["-map", `${index}:${kind}:0`]),
    ...["-c", "copy", "-map_metadata", "-1", "-movflags", "+faststart"],
    ...["-f", "mp4", inputUrl(`${outputDir}/${path}`)],
  ];
  return { path, rendition, sound, argv };
}
