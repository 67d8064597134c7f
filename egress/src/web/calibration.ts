import type { Calibration } from "../../page-env.ts";
import type { Measured } from "../messages.ts";
import { beats } from "./calibration-page.ts";

/** What a calibration says of a recorder. */
export interface Calibrated {
  /** Of the sound against the pictures, in the middle: later sound is positive. */
  readonly offsetMs: number;
  /** How far from it four of five beeps are at most. */
  readonly spreadMs: number;
  /** Of the pictures, those that were new. */
  readonly picturesPercent: number;
  readonly beeps: number;
  /** Why no page may be recorded by it; unset where one may. */
  readonly outside: string | undefined;
}

/** The value that this share of all values does not exceed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

const tenth = (value: number) => Math.round(value * 10) / 10;

/** Fewer say nothing of the middle; a page's first ones may be missed. */
function leastBeeps({ seconds }: Calibration): number {
  return Math.max(3, Math.floor(seconds / beats.everySeconds / 2));
}

function problemOf(found: Omit<Calibrated, "outside">, bounds: Calibration): string | undefined {
  const { offsetMs, spreadMs, picturesPercent, beeps } = found;
  const { mostOffsetMs, mostSpreadMs, leastPicturesPercent } = bounds;
  const least = leastBeeps(bounds);
  if (beeps < least) return `${beeps} beeps came with a flash; ${least} are needed`;
  if (picturesPercent < leastPicturesPercent) {
    return `${picturesPercent} % of the pictures were new; ${leastPicturesPercent} % are needed`;
  }
  if (Math.abs(offsetMs) > mostOffsetMs) {
    const way = offsetMs < 0 ? "early" : "late";
    return `the sound was ${Math.abs(offsetMs)} ms ${way}; ${mostOffsetMs} ms may be corrected`;
  }
  if (spreadMs > mostSpreadMs) {
    return `beeps were up to ${spreadMs} ms from the middle of their offsets; ${mostSpreadMs} ms are allowed`;
  }
  return undefined;
}

/** Whether a recorder may take pages, by what it has recorded of its own. */
export function assess({ pictures, fresh, offsetsMs }: Measured, bounds: Calibration): Calibrated {
  const middle = quantile(offsetsMs, 0.5);
  const found = {
    offsetMs: tenth(middle),
    spreadMs: tenth(
      quantile(
        offsetsMs.map((offset) => Math.abs(offset - middle)),
        0.8,
      ),
    ),
    picturesPercent: pictures === 0 ? 0 : tenth((fresh / pictures) * 100),
    beeps: offsetsMs.length,
  };
  return { ...found, outside: problemOf(found, bounds) };
}
