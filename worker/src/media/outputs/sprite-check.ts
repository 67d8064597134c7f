import { pictureUri, type SpritePlan } from "@framewright/media/outputs/pictures.ts";

const cue =
  /^(\d{2,}):(\d\d):(\d\d\.\d{3}) --> (\d{2,}):(\d\d):(\d\d\.\d{3})\n(\d{5}\.jpg)#xywh=(\d+),(\d+),(\d+),(\d+)$/;

interface Cue {
  readonly start: number;
  readonly end: number;
  readonly sheet: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function readCue(block: string): Cue | undefined {
  const found = cue.exec(block);
  if (!found) return undefined;
  const [startHours, startMinutes, start, endHours, endMinutes, end] = found
    .slice(1, 7)
    .map(Number);
  const [x = 0, y = 0, width = 0, height = 0] = found.slice(8).map(Number);
  const seconds = (hours = 0, minutes = 0, rest = 0): number => hours * 3600 + minutes * 60 + rest;
  return {
    start: seconds(startHours, startMinutes, start),
    end: seconds(endHours, endMinutes, end),
    sheet: found[7] ?? "",
    ...{ x, y, width, height },
  };
}

/** Times have three decimals. */
const rounding = 0.0015;

interface Wanted {
  readonly plan: SpritePlan;
  readonly durationSeconds: number;
}

function cueProblem({ plan }: Wanted, found: Cue, place: number): string | undefined {
  const { width, height, columns, rows, sheets } = plan;
  const names = Array.from({ length: sheets }, (_, index) => pictureUri(index));
  const inside =
    found.x + found.width <= columns * width && found.y + found.height <= rows * height;
  const sized = found.width === width && found.height === height;
  const known = names.includes(found.sheet) && inside && sized;
  return known ? undefined : `cue ${place} of the sprite's track lies outside of the sheets`;
}

/** Where the track does not lead to each picture of the sheets once, from the film's start to its end. */
export function spriteTrackProblems(text: string, wanted: Wanted): string[] {
  const [header, ...blocks] = text.trimEnd().split("\n\n");
  const cues = blocks.map(readCue);
  const whole = cues.filter((one) => one !== undefined);
  if (header !== "WEBVTT" || whole.length !== cues.length) {
    return ["the sprite's track is not as it was to be written"];
  }
  const places = new Set(whole.map(({ sheet, x, y }) => `${sheet} ${x} ${y}`));
  const gap = whole.findIndex(
    ({ start }, index) => Math.abs(start - (whole[index - 1]?.end ?? 0)) > rounding,
  );
  const end = whole.at(-1)?.end ?? 0;
  return [
    ...whole.flatMap((one, index) => cueProblem(wanted, one, index) ?? []),
    ...(places.size === wanted.plan.count
      ? []
      : [`the sprite's track names ${places.size} of ${wanted.plan.count} pictures`]),
    ...(gap < 0 ? [] : [`cue ${gap} of the sprite's track does not follow on the one before`]),
    ...(Math.abs(end - wanted.durationSeconds) < rounding
      ? []
      : [`the sprite's track ends at ${end} s of ${wanted.durationSeconds.toFixed(3)} s`]),
  ];
}
