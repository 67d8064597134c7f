import {
  defaultEverySeconds,
  defaultWidths,
  mostSpritePictures,
  mostThumbnails,
  type Outputs,
} from "@framewright/contracts/outputs.ts";
import { inputUrl } from "../input.ts";
import type { Rendition } from "../ladder.ts";
import { begin, segmentsArgs } from "./packaging.ts";

/** Pictures at even distances, out of one rendition. */
export interface PictureRow {
  readonly rendition: Rendition;
  /** Of each picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Time of the first one, and from one to the next, in seconds. */
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

export interface ThumbnailPlan extends PictureRow {
  readonly argv: readonly string[];
}

export interface SpritePlan extends PictureRow {
  readonly columns: number;
  readonly rows: number;
  readonly sheets: number;
  readonly argv: readonly string[];
}

export const folders = { thumbnails: "thumbnails", sprite: "sprite" } as const;

/** Of the pictures of a folder, by their place. */
export function pictureUri(index: number): string {
  return `${String(index).padStart(5, "0")}.jpg`;
}

export interface Film {
  readonly rendition: Rendition;
  readonly durationSeconds: number;
  /** Seconds from one keyframe to the next. */
  readonly gopSeconds: number;
  readonly outputDir: string;
}

/** A film that is a few milliseconds longer than so many steps has no further picture. */
const remainder = 0.05;

/** At so many seconds, or further apart where that would be too many. */
function evenly(durationSeconds: number, everySeconds: number, most: number) {
  const step = Math.max(everySeconds, durationSeconds / most);
  const count = Math.max(1, Math.ceil((durationSeconds - remainder) / step));
  return { first: 0, step, count: Math.min(most, count) };
}

/** So many, each from the middle of its share. */
function spread(durationSeconds: number, count: number) {
  const step = durationSeconds / count;
  return { first: step / 2, step, count };
}

function sized(rendition: Rendition, wanted: number) {
  const width = Math.min(wanted, rendition.width);
  const height = Math.max(2, 2 * Math.round((width * rendition.height) / rendition.width / 2));
  return { rendition, width, height };
}

function seconds(value: number): string {
  return String(Number(value.toFixed(6)));
}

/** Where pictures lie further apart than this many keyframes, the keyframe before each time is taken. */
const gopsPerStep = 2;

/** Decodes keyframes alone where that is enough: a sixtieth of the work. */
function inputOf({ outputDir, gopSeconds }: Film, { rendition, step }: PictureRow): string[] {
  const keyframes = step >= gopsPerStep * gopSeconds ? ["-skip_frame", "nokey"] : [];
  return [...begin, ...keyframes, ...segmentsArgs(outputDir, rendition.name), "-map", "0:v:0"];
}

/** Each picture is the last one at or before its time; behind the last keyframe it is that one again. */
function filtersOf({ first, step, count, width, height }: PictureRow): string[] {
  return [
    ...(first > 0 ? [`setpts=PTS-${seconds(first)}/TB`] : []),
    `fps=fps=1/${seconds(step)}:start_time=0:round=up`,
    "tpad=stop=2:stop_mode=clone",
    `trim=end_frame=${count}`,
    `scale=${width}:${height}:out_range=pc:out_color_matrix=bt601`,
    "format=yuvj420p",
  ];
}

function jpegs(film: Film, row: PictureRow, folder: string, filters: readonly string[]): string[] {
  return [
    ...inputOf(film, row),
    ...["-vf", filters.join(","), "-q:v", "4", "-f", "image2", "-start_number", "0"],
    inputUrl(`${film.outputDir}/${folder}/%05d.jpg`),
  ];
}

export function planThumbnails(
  film: Film,
  wanted: NonNullable<Outputs["thumbnails"]>,
): ThumbnailPlan {
  const { count, everySeconds = defaultEverySeconds, width = defaultWidths.thumbnails } = wanted;
  const { durationSeconds } = film;
  const times =
    count === undefined
      ? evenly(durationSeconds, everySeconds, mostThumbnails)
      : spread(durationSeconds, count);
  const row = { ...times, ...sized(film.rendition, width) };
  return { ...row, argv: jpegs(film, row, folders.thumbnails, filtersOf(row)) };
}

/** Pictures of a sheet in each direction: sheets of 1600 by 900 pixels, for the usual width of a picture. */
const sheetSide = 10;

export function planSprite(film: Film, wanted: NonNullable<Outputs["sprite"]>): SpritePlan {
  const { everySeconds = defaultEverySeconds, width = defaultWidths.sprite } = wanted;
  const times = evenly(film.durationSeconds, everySeconds, mostSpritePictures);
  const row = { ...times, ...sized(film.rendition, width) };
  const columns = Math.min(sheetSide, row.count);
  const rows = Math.min(sheetSide, Math.ceil(row.count / columns));
  const sheets = Math.ceil(row.count / (columns * rows));
  const filters = [...filtersOf(row), `tile=${columns}x${rows}`];
  return { ...row, columns, rows, sheets, argv: jpegs(film, row, folders.sprite, filters) };
}
