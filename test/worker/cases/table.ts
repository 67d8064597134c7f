import type { Case, Theme } from "./case.ts";
import { colours } from "./rows/colours.ts";
import { containers } from "./rows/containers.ts";
import { damage } from "./rows/damage.ts";
import { sizes, turns } from "./rows/pictures.ts";
import { languages } from "./rows/languages.ts";
import { soundFaults, soundLayouts } from "./rows/sounds.ts";
import { subtitles } from "./rows/subtitles.ts";
import { fields } from "./rows/fields.ts";
import { times } from "./rows/times.ts";

/** All files that are made and sent through the worker, as docs/inputs.md lists them. */
export const themes: readonly Theme[] = [
  containers,
  turns,
  sizes,
  colours,
  fields,
  soundLayouts,
  languages,
  soundFaults,
  subtitles,
  times,
  damage,
];

export const cases: readonly Case[] = themes.flatMap((theme) => theme.cases);

/** A file that does not come out right yet, and why. */
export interface Gap extends Case {
  readonly reason: string;
}

export const knownGaps: readonly Gap[] = [];
