import { Type, type TObject } from "typebox";
import { withDefault, type EnvOf } from "@framewright/runtime/env.ts";

const path = (value: string, description: string, pattern = ".") =>
  withDefault(Type.String({ pattern, description }), value);
const bounded = (
  value: number,
  [minimum, maximum]: readonly [number, number],
  description: string,
) => withDefault(Type.Integer({ minimum, maximum, description }), value);

/** Variables of recorders of pages. Bounds and their sources: config/egress-schema.ts. */
export const pageVariables = {
  CHROMIUM_PATH: path("/usr/bin/chromium", "Browser that shows pages", "^/"),
  XVFB_PATH: path("Xvfb", "Display that it shows them on"),
  PULSEAUDIO_PATH: path("pulseaudio", "Server of their sound"),
  PAGE_CALIBRATION_SECONDS: bounded(
    8,
    [4, 60],
    "Seconds of its own page that a recorder of pages records before it takes any",
  ),
  PAGE_MOST_OFFSET_MS: bounded(
    80,
    [1, 300],
    "By how much that page's sound may be early or late; it is corrected by so much",
  ),
  PAGE_MOST_SPREAD_MS: bounded(
    40,
    [1, 300],
    "How far from the middle of its offsets four of five beeps may be; that cannot be corrected",
  ),
  PAGE_LEAST_PICTURES_PERCENT: bounded(95, [1, 100], "Of its pictures, those that have to be new"),
};

type PageEnv = EnvOf<TObject<typeof pageVariables>>;

/** What pages are shown with. */
export interface PageSetting {
  readonly programs: {
    readonly chromium: string;
    readonly xvfb: string;
    readonly pulseaudio: string;
    readonly path: string;
  };
  /** By which the sound of a page is put off: its pictures take longer to be seen. */
  readonly soundDelayMs: number;
}

/** How a recorder of pages finds out how far its sound is from its pictures, and what of that it may have. */
export interface Calibration {
  readonly seconds: number;
  readonly mostOffsetMs: number;
  readonly mostSpreadMs: number;
  readonly leastPicturesPercent: number;
}

/** Before anything is known of its sound. */
export function pageOf(env: PageEnv, searched: string): PageSetting {
  const { chromiumPath: chromium, xvfbPath: xvfb, pulseaudioPath: pulseaudio } = env;
  return { programs: { chromium, xvfb, pulseaudio, path: searched }, soundDelayMs: 0 };
}

export function calibrationOf(env: PageEnv): Calibration {
  return {
    seconds: env.pageCalibrationSeconds,
    mostOffsetMs: env.pageMostOffsetMs,
    mostSpreadMs: env.pageMostSpreadMs,
    leastPicturesPercent: env.pageLeastPicturesPercent,
  };
}

export type PageVariables = keyof PageEnv;
