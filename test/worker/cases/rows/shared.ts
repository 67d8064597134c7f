import type { Accepted, Case, ColourPatch } from "../case.ts";
import { encoded } from "../make.ts";
import { filmOf } from "../media.ts";

/** Length of a row's film where nothing else is said. */
export const filmSeconds = 4;

/** A row whose file is encoded in one go; the ending of its name says the container. */
export function row(
  name: string,
  property: string,
  args: string,
  expect: Partial<Accepted> = {},
): Case {
  const extension = name.split(".").at(-1) ?? "";
  return {
    name,
    property,
    make: encoded(extension, args),
    expect: { ...filmOf(filmSeconds), ...expect },
  };
}

/** Six upright bars in RGB, as a filter graph that ends in a picture of `gbrp`. */
const barColours = ["C00000", "00C000", "0000C0", "C0C000", "404040", "E0E0E0"] as const;

export function bars(height: number, seconds: number, rate = 25): string {
  const width = (Math.floor((height * 16) / 54) >> 1) * 2;
  const parts = barColours.map(
    (colour, index) => `color=c=0x${colour}:s=${width}x${height}:r=${rate}:d=${seconds}[b${index}]`,
  );
  const inputs = barColours.map((_, index) => `[b${index}]`).join("");
  return `${parts.join(";")};${inputs}hstack=6,format=gbrp`;
}

/** What the bars look like in the result. */
export const barPatches: readonly ColourPatch[] = barColours.map((colour, index) => {
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) =>
    Number.parseInt(colour.slice(at, at + 2), 16),
  );
  return [(index + 0.5) / barColours.length, 0.5, r, g, b];
});

const corner = {
  red: [192, 0, 0],
  green: [0, 192, 0],
  blue: [0, 0, 192],
  yellow: [192, 192, 0],
} as const;

type Corner = keyof typeof corner;

/** Red above left, green above right, blue below left, yellow below right. */
export function quarters(size: string, seconds: number, rate = 25): string {
  const boxes = [
    "drawbox=x=iw/2:y=0:w=iw/2:h=ih/2:c=0x00C000:t=fill",
    "drawbox=x=0:y=ih/2:w=iw/2:h=ih/2:c=0x0000C0:t=fill",
    "drawbox=x=iw/2:y=ih/2:w=iw/2:h=ih/2:c=0xC0C000:t=fill",
  ];
  return `color=c=0xC00000:s=${size}:r=${rate}:d=${seconds},${boxes.join(",")}`;
}

/** The corners as they are seen: above left, above right, below left, below right. */
export function cornersAre(...names: readonly [Corner, Corner, Corner, Corner]): ColourPatch[] {
  const places = [
    [0.2, 0.2],
    [0.8, 0.2],
    [0.2, 0.8],
    [0.8, 0.8],
  ] as const;
  return places.map(([x, y], index) => [x, y, ...corner[names[index] ?? "red"]]);
}
