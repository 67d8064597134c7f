import type { FailureCode } from "../../../worker/src/failure.ts";
import type { Make } from "./make.ts";

/** Left, top (as shares of the picture), red, green, blue. */
export type ColourPatch = readonly [x: number, y: number, r: number, g: number, b: number];

/** One sound of a result, as players offer it. */
export interface Sound {
  /** As in the playlist, such as `en`. */
  readonly language?: string;
  /** Players take it unless their user chooses another. */
  readonly isDefault?: true;
  /** Such as describes-video. */
  readonly madeFor?: string;
  /** As the playlist states and as they decode. */
  readonly channels: number;
  readonly beeps: readonly number[];
}

/** Seconds of the result, and the text as a player shows it, with its tags. */
export type ShownText = readonly [from: number, to: number, text: string];

/** One rendition of subtitles. */
export interface Subtitles {
  /** As in the playlist, such as `en`. */
  readonly language?: string;
  readonly forced?: true;
  /** Players show it at once. */
  readonly isDefault?: true;
  readonly texts: readonly ShownText[];
}

/** What a right result has; everything that is not stated is not looked at. */
export interface Accepted {
  /** Of picture and sound. */
  readonly seconds: number;
  /** Of the picture, where it is shorter. */
  readonly pictureSeconds?: number;
  /** White pictures and beeps begin at these times; `flashes` and `beeps` where only one of both does. */
  readonly marks?: readonly number[];
  readonly flashes?: readonly number[];
  readonly beeps?: readonly number[];
  /** Width over height of what is seen. */
  readonly aspect?: readonly [width: number, height: number];
  /** Least and most pictures per second. */
  readonly fps?: readonly [least: number, most: number];
  readonly audio: boolean;
  /** Absent from results of sound alone. */
  readonly picture?: false;
  /** The beeps are heard in both ears, at about the same level. */
  readonly ears?: 2;
  readonly colours?: readonly ColourPatch[];
  /** Of 255, where colours cannot be exact. */
  readonly colourTolerance?: number;
  /** No picture has two fields of different times. */
  readonly progressive?: true;
  /** So many different pictures between two times. */
  readonly distinct?: { readonly from: number; readonly to: number; readonly least: number };
  /** A red square is as wide as high at these times. */
  readonly square?: readonly number[];
  /** The picture may stand still. */
  readonly still?: true;
  /** Seconds that may be missing or wrong because the source lacks them. */
  readonly slack?: number;
  /** All that the result offers, in order. */
  readonly subtitles?: readonly Subtitles[];
  /** All that the result offers, in order. */
  readonly sounds?: readonly Sound[];
  /** Codes of the warnings that the job shows, and no others. */
  readonly warnings?: readonly string[];
}

export interface Refused {
  readonly refused: FailureCode;
  readonly message: RegExp;
}

export type Expect = Accepted | Refused;

export interface Case {
  /** Of the row, and of the file that is made. */
  readonly name: string;
  /** What is particular about the file, for developers of applications. */
  readonly property: string;
  readonly make: Make;
  /** Part of every `npm test`. */
  readonly quick?: true;
  readonly expect: Expect;
}

export interface Theme {
  readonly title: string;
  /** Rules that hold for all rows, as a paragraph of the documentation. */
  readonly about: string;
  readonly cases: readonly Case[];
}

export function isRefused(expected: Expect): expected is Refused {
  return "refused" in expected;
}
