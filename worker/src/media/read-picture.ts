import { JobFailure } from "../failure.ts";
import { largestPicture } from "@framewright/media/input.ts";
import type { Crop, Picture, Size } from "@framewright/media/picture.ts";
import type { ProbedStream } from "@framewright/media/probe-report.ts";
import { parseRational, toNumber } from "@framewright/media/rational.ts";
import { usualShape, type ShapeChange } from "@framewright/media/shape-changes.ts";

export interface PictureLimits {
  /** Of the decoded picture; 8K is 7680 × 4320 plus a margin. */
  readonly maxPixels: number;
}

const minSide = 16;
/** A pixel shape that makes a picture longer than this is an error of the file. */
const maxAspect = 20;

function checkSize({ width, height }: Size, limits: PictureLimits): void {
  const note = `It is ${width} by ${height} pixels.`;
  if (width < minSide || height < minSide) throw new JobFailure("picture-too-small", { note });
  if (width * height > limits.maxPixels || Math.max(width, height) > largestPicture.maxSide) {
    throw new JobFailure("picture-too-large", { note });
  }
}

function readCrop(stream: ProbedStream, decoded: Size): Crop | undefined {
  const data = stream.side_data_list?.find((one) => one.side_data_type === "Frame Cropping");
  if (!data) return undefined;
  const { crop_left: left = 0, crop_right = 0, crop_top: top = 0, crop_bottom = 0 } = data;
  const width = decoded.width - left - crop_right;
  const height = decoded.height - top - crop_bottom;
  const sane = width >= minSide && height >= minSide;
  return sane && (width < decoded.width || height < decoded.height)
    ? { left, top, width, height }
    : undefined;
}

/** The signs of the display matrix, `[a, b, c, d]`: right goes to (a, b), down to (c, d). */
function matrixSigns(text: string): readonly number[] | undefined {
  const rows = text
    .split("\n")
    .filter((line) => line.includes(":"))
    .map((line) => (line.split(":")[1] ?? "").trim().split(/\s+/).map(Number));
  const values = [rows[0]?.[0], rows[0]?.[1], rows[1]?.[0], rows[1]?.[1]];
  const largest = Math.max(...values.map((value) => Math.abs(value ?? 0)));
  // An angle between is brought to the nearest right one.
  return largest > 0
    ? values.map((value = 0) => (Math.abs(value) > largest / 1.5 ? Math.sign(value) : 0))
    : undefined;
}

const turns: Readonly<Record<string, readonly string[]>> = {
  "1,0,0,1": [],
  "-1,0,0,-1": ["hflip", "vflip"],
  "-1,0,0,1": ["hflip"],
  "1,0,0,-1": ["vflip"],
  "0,1,-1,0": ["transpose=clock"],
  "0,-1,1,0": ["transpose=cclock"],
  "0,1,1,0": ["transpose=cclock_flip"],
  "0,-1,-1,0": ["transpose=clock_flip"],
};

function readTurn(stream: ProbedStream): readonly string[] {
  const text = stream.side_data_list?.find((one) => one.displaymatrix)?.displaymatrix;
  const signs = text === undefined ? undefined : matrixSigns(text);
  return turns[signs?.join(",") ?? ""] ?? [];
}

function sanePixelAspect(aspect: number, { width, height }: Size): number {
  const shape = (width * aspect) / height;
  return shape > maxAspect || shape < 1 / maxAspect ? 1 : aspect;
}

function statedPixelAspect(stream: ProbedStream): number {
  const ratio = parseRational(stream.sample_aspect_ratio);
  return ratio ? toNumber(ratio) : 1;
}

export interface PictureFacts {
  readonly stream: ProbedStream;
  /** Of the pictures' shape, with the time of the last one; empty where it was not looked for. */
  readonly changes: readonly ShapeChange[];
  readonly end: number;
}

/** Throws for a picture that is smaller or larger than allowed. */
export function readPicture(facts: PictureFacts, limits: PictureLimits): Picture {
  const { stream, changes, end } = facts;
  const usual = usualShape(changes, end);
  const decoded = usual ?? { width: stream.width ?? 0, height: stream.height ?? 0 };
  checkSize(decoded, limits);
  const crop = readCrop(stream, decoded);
  const { width, height } = crop ?? decoded;
  const stated = usual?.pixelAspect ?? statedPixelAspect(stream);
  const pixelAspect = sanePixelAspect(stated, { width, height });
  const shown = { width: Math.round(width * pixelAspect), height };
  const turn = readTurn(stream);
  const lies = turn.some((filter) => filter.startsWith("transpose"));
  return {
    decoded: { width: decoded.width, height: decoded.height },
    pixelAspect,
    crop,
    turn,
    displayed: lies ? { width: shown.height, height: shown.width } : shown,
    changes: changes.length > 1 ? changes : [],
  };
}
