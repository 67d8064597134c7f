import type { Loudness, LoudnessTarget } from "@framewright/contracts/loudness.ts";

/** What is done to a sound, so that it is as loud as it should be. */
export type Levelling =
  | { readonly method: "linear"; readonly gainDb: number }
  | {
      readonly method: "dynamic";
      readonly gainDb: number;
      readonly measured: Loudness;
      readonly target: LoudnessTarget;
    };

/** The gate of EBU R128: what is quieter is silence, and has no loudness. */
const gateLufs = -70;

/**
 * One gain for the whole sound where its peaks and its range then are within bounds; where they are not, the gain follows the
 * sound. Silence stays as it is.
 */
export function levellingOf(measured: Loudness, target: LoudnessTarget): Levelling | undefined {
  const { lufs, truePeakDbtp, rangeLu } = measured;
  if (lufs <= gateLufs) return undefined;
  const gainDb = Math.round((target.lufs - lufs) * 100) / 100;
  const fits =
    truePeakDbtp + gainDb <= target.maxTruePeakDbtp &&
    (target.maxRangeLu === undefined || rangeLu <= target.maxRangeLu);
  return fits ? { method: "linear", gainDb } : { method: "dynamic", gainDb, measured, target };
}

/** Between the absolute gate and the relative one, which lies 10 LU below the loudness (EBU R128, ITU-R BS.1770). */
const relativeGate = 10;

/**
 * loudnorm would go dynamic by itself also where a range of 0 is measured, and it works at 192 kHz then. Its stamps leap by a
 * tenth of a second near the end (7.1): samples are counted, of which none is missing.
 */
function dynamicFilters(level: Extract<Levelling, { method: "dynamic" }>): string[] {
  const { measured, target } = level;
  const options = {
    I: target.lufs,
    TP: target.maxTruePeakDbtp,
    LRA: target.maxRangeLu ?? 20,
    measured_I: measured.lufs,
    measured_TP: measured.truePeakDbtp,
    measured_LRA: measured.rangeLu,
    measured_thresh: Math.max(gateLufs, measured.lufs - relativeGate),
    linear: "false",
  };
  const text = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  return [`loudnorm=${text.join(":")}`, "aresample=48000", "asetpts=N/SR/TB"];
}

/** Filters behind the format, in front of what cuts the sound. */
export function levelFilters(level: Levelling | undefined): string[] {
  if (!level) return [];
  return level.method === "linear" ? [`volume=${level.gainDb}dB`] : dynamicFilters(level);
}

const printed = ["I", "LRA", "true_peak"].map(
  (key) => `ametadata=mode=print:key=lavfi.r128.${key}:file=-`,
);

/** Prints the loudness up to then ten times a second; the last one is that of the whole. */
export const measuringFilters: readonly string[] = [
  "ebur128=peak=true:metadata=1:framelog=quiet",
  ...printed,
];
