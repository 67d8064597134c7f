import type { Profile } from "@framewright/contracts/job.ts";
import { toNumber, type Rational } from "./rational.ts";

/** One step of a ladder: a 16:9 box that pictures are fitted into, and its rate at 30 fps. */
interface Rung {
  readonly name: string;
  readonly long: number;
  readonly short: number;
  /** Kilobits per second at the full box and up to 30 frames per second. */
  readonly kbps: number;
}

const rungs = [
  { name: "2160p", long: 3840, short: 2160, kbps: 14000 },
  { name: "1440p", long: 2560, short: 1440, kbps: 8000 },
  { name: "1080p", long: 1920, short: 1080, kbps: 5000 },
  { name: "720p", long: 1280, short: 720, kbps: 2800 },
  { name: "480p", long: 854, short: 480, kbps: 1400 },
  { name: "360p", long: 640, short: 360, kbps: 800 },
] as const satisfies readonly Rung[];

interface ProfileLimits {
  /** Short side of the largest rendition, in pixels. */
  readonly tallest: number;
  /** Rate of the 5.1 sound beside the stereo one; nothing where stereo is all. */
  readonly surroundKbps: number | undefined;
}

export const profileLimits = {
  "hls-720p": { tallest: 720, surroundKbps: undefined },
  "hls-1080p": { tallest: 1080, surroundKbps: 384 },
  "hls-2160p": { tallest: 2160, surroundKbps: 384 },
} as const satisfies Record<Profile, ProfileLimits>;

/** A rung that saves less than this share of the pixels of the one above is not worth its bytes. */
const worthwhile = 0.85;
/** Bits grow more slowly than pixels. */
const pixelExponent = 0.75;
const minKbps = 150;

export interface Picture {
  readonly width: number;
  readonly height: number;
}

export interface Rendition extends Picture {
  readonly name: string;
  /** Upper bound of the mean rate over the buffer window, kilobits per second. */
  readonly maxKbps: number;
}

/** 4:2:0 needs even sides. */
function even(value: number): number {
  return Math.max(2, 2 * Math.round(value / 2));
}

function evenDown(value: number): number {
  return Math.max(2, 2 * Math.floor(value / 2));
}

function rateOf(rung: Rung, picture: Picture, fps: number): number {
  const share = (picture.width * picture.height) / (rung.long * rung.short);
  const motion = fps > 30.5 ? 1.5 : 1;
  const kbps = rung.kbps * share ** pixelExponent * motion;
  return Math.max(minKbps, Math.round(kbps / 10) * 10);
}

function fit(source: Picture, rung: Rung): Rendition & { scaled: boolean } {
  const [long, short] =
    source.width >= source.height ? [source.width, source.height] : [source.height, source.width];
  const scale = Math.min(1, rung.long / long, rung.short / short);
  const scaled = scale < 1;
  const side = (value: number, limit: number): number =>
    scaled ? Math.min(even(value * scale), evenDown(limit)) : evenDown(value);
  const landscape = source.width >= source.height;
  const width = side(source.width, landscape ? rung.long : rung.short);
  const height = side(source.height, landscape ? rung.short : rung.long);
  const fills = scaled || Math.max(width, height) === rung.long;
  const name = fills ? rung.name : `${Math.min(width, height)}p`;
  return { name, width, height, maxKbps: 0, scaled };
}

function area(picture: Picture): number {
  return picture.width * picture.height;
}

/**
 * The renditions for a source of this displayed size, tallest first. Nothing is scaled up; a
 * source between two rungs keeps its own size as the first rendition.
 */
export function planLadder(picture: Picture, fps: Rational, profile: Profile): Rendition[] {
  const source = { width: evenDown(picture.width), height: evenDown(picture.height) };
  const limit = profileLimits[profile].tallest;
  const chosen: Rendition[] = [];
  // A picture that a smaller box holds whole belongs to that smaller rung.
  const steps = rungs.filter((rung) => rung.short <= limit);
  const first = steps.findLastIndex((rung) => !fit(source, rung).scaled);
  for (const rung of steps.slice(Math.max(0, first))) {
    const { name, width, height } = fit(source, rung);
    const above = chosen.at(-1);
    // A source between two rungs may bear the name of a lower one, and names are folders.
    if (chosen.some((one) => one.name === name)) continue;
    if (above && area({ width, height }) > area(above) * worthwhile) continue;
    const maxKbps = rateOf(rung, { width, height }, toNumber(fps));
    chosen.push({ name, width, height, maxKbps });
  }
  return chosen;
}
