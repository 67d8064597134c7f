import { defaultWidths, hasSegments, type Outputs } from "@framewright/contracts/outputs.ts";
import type { Rendition } from "../ladder.ts";
import type { SoundRendition } from "../sound-renditions.ts";

/** The number in a name such as 720p. */
function lines(name: string): number {
  return Number.parseInt(name, 10);
}

/** Of the codec that comes first, which most players have. */
function commonest(renditions: readonly Rendition[]): Rendition[] {
  return renditions.filter(({ codec }) => codec === renditions[0]?.codec);
}

/** What stands behind the height in a name: nothing for H.264. */
function codecPart(name: string): string {
  return name.replace(/^\d+p/, "");
}

/** The rendition of this name, or that of its codec which is nearest in height where the source had none. */
export function namedRendition(
  renditions: readonly Rendition[],
  name: string | undefined,
): Rendition | undefined {
  if (name === undefined) return renditions[0];
  const distance = (one: Rendition): number => Math.abs(lines(one.name) - lines(name));
  return renditions
    .filter((one) => codecPart(one.name) === codecPart(name))
    .toSorted((a, b) => distance(a) - distance(b))[0];
}

/** The smallest rendition that is wide enough for pictures of this width, or else the widest. */
export function renditionFor(
  renditions: readonly Rendition[],
  width: number,
): Rendition | undefined {
  return commonest(renditions).findLast((one) => one.width >= width) ?? renditions[0];
}

/** Widths of the pictures that the outputs ask for. */
export function pictureWidths({ thumbnails, sprite }: Outputs): number[] {
  return [
    ...(thumbnails ? [thumbnails.width ?? defaultWidths.thumbnails] : []),
    ...(sprite ? [sprite.width ?? defaultWidths.sprite] : []),
  ];
}

/** What has to be encoded for the outputs: all of the ladder only for those that players adapt with. */
export function neededRenditions(
  outputs: Outputs,
  renditions: readonly Rendition[],
): readonly Rendition[] {
  if (hasSegments(outputs)) return renditions;
  const widths = pictureWidths(outputs);
  const needed = outputs.mp4
    ? [namedRendition(renditions, outputs.mp4.rendition)]
    : widths.slice(0, 1).map(() => renditionFor(renditions, Math.max(...widths)));
  return needed.filter((one) => one !== undefined);
}

/** The one sound of files: that which the job has made, as whoever asks for a dub wants to hear it, or else the default one. */
export function soundOfFiles(sounds: readonly SoundRendition[]): SoundRendition | undefined {
  return (
    sounds.find(({ source }) => source.file !== undefined) ??
    sounds.find(({ isDefault }) => isDefault)
  );
}

/** Without segments, of the sounds only the default one, which everything is measured by, and that of the files. */
export function neededSounds(
  outputs: Outputs,
  sounds: readonly SoundRendition[],
): readonly SoundRendition[] {
  if (hasSegments(outputs)) return sounds;
  if (!outputs.mp4 && !outputs.audio) return [];
  return sounds.filter((sound) => sound.isDefault || sound === soundOfFiles(sounds));
}
