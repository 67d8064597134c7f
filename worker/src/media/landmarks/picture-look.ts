import type { Size } from "@framewright/media/picture.ts";

/** Pictures are looked at as small ones of so many pixels. */
const size: Size = { width: 64, height: 36 };
const bytesPerPicture = size.width * size.height * 3;
/** More often than any result shows pictures (`maxFps`), so that none is overlooked. */
export const picturesPerSecond = 120;
/** The result is looked at so much longer to each side: not every container is sought exactly. */
export const lookMargin = 0.5;

/** A part of the picture, as shares of its width and height. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function cropTo(part: Part | undefined): string[] {
  if (!part) return [];
  const { left, top, width, height } = part;
  return [`crop=iw*${width}:ih*${height}:iw*${left}:ih*${top}`];
}

export interface LookArgs {
  /** Filters that bring the wanted time to zero. */
  readonly before: readonly string[];
  readonly seconds: number;
  /** Only this part of the picture. */
  readonly part?: Part | undefined;
  /** How the numbers are to be read: matrix and range of a `scale` filter. */
  readonly colours: string;
}

/** To small pictures in RGB, as a player shows them. */
export function lookArgs(map: string, { before, seconds, part, colours }: LookArgs): string[] {
  const { width, height } = size;
  const chain = [
    ...before,
    ...cropTo(part),
    `scale=${width}:${height}:flags=area+accurate_rnd+full_chroma_int:${colours}`,
    "format=rgb24",
    // Last, so that a picture is made small once, however often it is shown.
    `fps=${picturesPerSecond}`,
  ];
  return [...["-map", map, "-t", `${seconds}`, "-vf", chain.join(",")], ...["-f", "rawvideo", "-"]];
}

/** A small picture, in RGB. */
export type SmallPicture = Buffer;

/** Reads the output of `lookArgs`. */
export function readPictures(data: Buffer): SmallPicture[] {
  const count = Math.floor(data.length / bytesPerPicture);
  return Array.from({ length: count }, (_, index) =>
    data.subarray(index * bytesPerPicture, (index + 1) * bytesPerPicture),
  );
}

/** Whether results of this size can be compared: smaller ones show the coding of single pixels. */
export function isLargeEnough({ width, height }: Size): boolean {
  return width >= size.width && height >= size.height;
}

/** The pictures with black where this part is, and one pixel around it. */
export function withoutPart(pictures: readonly SmallPicture[], part: Part): SmallPicture[] {
  const left = Math.max(0, Math.floor(part.left * size.width) - 1);
  const right = Math.min(size.width, Math.ceil((part.left + part.width) * size.width) + 1);
  const top = Math.max(0, Math.floor(part.top * size.height) - 1);
  const bottom = Math.min(size.height, Math.ceil((part.top + part.height) * size.height) + 1);
  return pictures.map((picture) => {
    const copy = Buffer.from(picture);
    for (let row = top; row < bottom; row += 1) {
      copy.fill(0, (row * size.width + left) * 3, (row * size.width + right) * 3);
    }
    return copy;
  });
}
