import {
  boxWidth,
  codecOf,
  codecsOf,
  renditionName,
  type Ladder,
  type Rung,
  type VideoCodec,
} from "@framewright/contracts/profile.ts";
import { toNumber, type Rational } from "./rational.ts";

/** A rung that saves less than this share of the pixels of the one above is not worth its bytes. */
const worthwhile = 0.85;
/** Bits grow more slowly than pixels. */
const pixelExponent = 0.75;
const minKbps = 150;

/** The box of a rung that lies; upright pictures are fitted into the same one, turned. */
interface Box {
  readonly name: string;
  readonly long: number;
  readonly short: number;
}

function boxOf(rung: Rung): Box {
  return { name: `${rung.height}p`, long: boxWidth(rung), short: rung.height };
}

export interface Picture {
  readonly width: number;
  readonly height: number;
}

export interface Rendition extends Picture {
  readonly name: string;
  readonly codec: VideoCodec;
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
  const { long, short } = boxOf(rung);
  const share = (picture.width * picture.height) / (long * short);
  const motion = fps > 30.5 ? 1.5 : 1;
  const kbps = rung.kbps * share ** pixelExponent * motion;
  return Math.max(minKbps, Math.round(kbps / 10) * 10);
}

interface Fitted extends Picture {
  readonly name: string;
  readonly scaled: boolean;
}

function fit(source: Picture, rung: Rung): Fitted {
  const box = boxOf(rung);
  const [long, short] =
    source.width >= source.height ? [source.width, source.height] : [source.height, source.width];
  const scale = Math.min(1, box.long / long, box.short / short);
  const scaled = scale < 1;
  const side = (value: number, limit: number): number =>
    scaled ? Math.min(even(value * scale), evenDown(limit)) : evenDown(value);
  const landscape = source.width >= source.height;
  const width = side(source.width, landscape ? box.long : box.short);
  const height = side(source.height, landscape ? box.short : box.long);
  const fills = scaled || Math.max(width, height) === box.long;
  const name = fills ? box.name : `${Math.min(width, height)}p`;
  return { name, width, height, scaled };
}

function area(picture: Picture): number {
  return picture.width * picture.height;
}

/** Of the rungs of one codec. */
function planRungs(picture: Picture, fps: Rational, ladder: Ladder): Omit<Rendition, "codec">[] {
  const source = { width: evenDown(picture.width), height: evenDown(picture.height) };
  const chosen: Omit<Rendition, "codec">[] = [];
  // A picture that a smaller box holds whole belongs to that smaller rung.
  const first = ladder.findLastIndex((rung) => !fit(source, rung).scaled);
  for (const rung of ladder.slice(Math.max(0, first))) {
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

/**
 * The renditions for a source of this displayed size, by codec, tallest first. Nothing is scaled up; a
 * source between two rungs keeps its own size as the first rendition of each codec.
 */
export function planLadder(picture: Picture, fps: Rational, ladder: Ladder): Rendition[] {
  return codecsOf(ladder).flatMap((codec) => {
    const rungs = ladder.filter((rung) => codecOf(rung) === codec);
    return planRungs(picture, fps, rungs).map((one) => ({
      ...one,
      name: renditionName(one.name, codec),
      codec,
    }));
  });
}
