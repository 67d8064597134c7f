import type { SmallPicture } from "../../../../worker/src/media/landmarks/picture-look.ts";

const [columns, rows, side] = [16, 9, 4];

/** A picture of 64 by 36 pixels by the colour of each of its 16 by 9 fields. */
export function smallPicture(
  colourOf: (column: number, row: number) => readonly number[],
): SmallPicture {
  const pixels: number[] = [];
  for (let y = 0; y < rows * side; y += 1) {
    for (let x = 0; x < columns * side; x += 1) {
      pixels.push(...colourOf(Math.floor(x / side), Math.floor(y / side)));
    }
  }
  return Buffer.from(pixels);
}

/** Pictures of one grey each. */
export function greys(...values: readonly number[]): SmallPicture[] {
  return values.map((value) => smallPicture(() => [value, value, value]));
}
