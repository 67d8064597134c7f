import type { Accepted, ColourPatch } from "./case.ts";
import { soundRate, type Measured, type MeasuredPicture, type MeasuredSound } from "./measure.ts";
import { beepsIn, flashesIn, leastBeep, loudness, redSquare } from "./readings.ts";

/** One sentence for each thing that is wrong. */
export type Findings = readonly string[];

const lengthTolerance = 0.25;
const flashTolerance = 0.07;
export const beepTolerance = 0.06;
const maxApart = 0.07;
const aspectTolerance = 0.02;
const colourTolerance = 3;
/** A picture that differs less from the one before stands still. */
const stillChange = 0.05;
const maxStill = 0.6;
const maxCombed = 0.2;

export function show(times: readonly number[]): string {
  return `[${times.map((time) => time.toFixed(2)).join(" ")}]`;
}

export function near(
  found: readonly number[],
  right: readonly number[],
  tolerance: number,
): boolean {
  const gap = (time: number, index: number): number => Math.abs(time - (right[index] ?? Infinity));
  return (
    found.length === right.length && found.every((time, index) => gap(time, index) <= tolerance)
  );
}

/** When the picture of the largest size is looked at for colours. */
export function colourTime({ seconds }: Accepted): number {
  return seconds > 3 ? Math.min(2.6, seconds / 2) : seconds / 2;
}

function pictureFindings(
  wanted: Accepted,
  { seconds, width, height, fps }: MeasuredPicture,
): Findings {
  const right = wanted.pictureSeconds ?? wanted.seconds;
  const { slack = 0, aspect, fps: rates } = wanted;
  const found: string[] = [];
  // A last picture may stand until the sound ends.
  const longest = Math.max(right, wanted.seconds) + lengthTolerance + slack;
  if (seconds < right - lengthTolerance - slack || seconds > longest) {
    found.push(`${height}p lasts ${seconds.toFixed(2)} s, right is ${right}`);
  }
  const shape = aspect ? aspect[0] / aspect[1] : width / height;
  // Sides are whole and even.
  const rounding = 2 / Math.min(width, height);
  if (Math.abs(width / height / shape - 1) > Math.max(aspectTolerance, rounding)) {
    found.push(
      `${width}x${height} is ${(width / height).toFixed(3)}, right is ${shape.toFixed(3)}`,
    );
  }
  if (rates && (fps < rates[0] * 0.98 || fps > rates[1] * 1.02)) {
    found.push(`${fps} pictures per second, right is ${rates[0]} to ${rates[1]}`);
  }
  return found;
}

function longestStill({ times, change }: Measured["frames"]): number {
  let longest = 0;
  let current = 0;
  for (let index = 1; index < times.length; index += 1) {
    const interval = (times[index] ?? 0) - (times[index - 1] ?? 0);
    current = (change[index] ?? 0) < stillChange ? current + interval : 0;
    longest = Math.max(longest, current);
  }
  return longest;
}

function frameFindings(wanted: Accepted, { frames, pictures }: Measured): Findings {
  const { slack = 0, distinct } = wanted;
  const found: string[] = [];
  const fps = pictures[0]?.fps ?? 0;
  const right = fps * wanted.seconds;
  const count = frames.times.length;
  if (wanted.pictureSeconds === undefined && Math.abs(count - right) > fps * (0.3 + slack) + 1) {
    found.push(`${count} pictures, right is ${right.toFixed(0)}`);
  }
  const first = frames.times[0] ?? 0;
  if (distinct) {
    const different = frames.times.filter((time, index) => {
      const inside = time - first >= distinct.from && time - first <= distinct.to;
      return inside && (frames.change[index] ?? 0) > 0.3;
    }).length;
    if (different < distinct.least) {
      found.push(`${different} different pictures, right is ${distinct.least} or more`);
    }
  } else if (!wanted.still && longestStill(frames) > maxStill) {
    found.push(`the picture stands still for ${longestStill(frames).toFixed(2)} s`);
  }
  return found;
}

function tagFindings({ stated }: Measured): Findings {
  const { color_space: matrix, color_transfer: transfer, sample_aspect_ratio: ratio } = stated;
  const found: string[] = [];
  if (!["1:1", "0:1", undefined].includes(ratio)) found.push(`pixels are ${ratio ?? ""}`);
  if (matrix === undefined || matrix === "gbr") found.push(`the matrix is ${matrix ?? "unstated"}`);
  if (transfer === undefined || ["smpte2084", "arib-std-b67"].includes(transfer)) {
    found.push(`the transfer is ${transfer ?? "unstated"}`);
  }
  return found;
}

function colourAt(rgb: Buffer, { width, height }: MeasuredPicture, patch: ColourPatch): number[] {
  const [x, y] = patch;
  const at = 3 * (Math.floor(y * height) * width + Math.floor(x * width));
  return [...rgb.subarray(at, at + 3)];
}

function colourFindings(wanted: Accepted, { rgb, pictures: [top] }: Measured): Findings {
  const picture = rgb.get(colourTime(wanted));
  return (wanted.colours ?? []).flatMap((patch) => {
    const [, , ...right] = patch;
    const got = top && picture ? colourAt(picture, top, patch) : [];
    const off = right.map((value, index) => Math.abs(value - (got[index] ?? 999)));
    return Math.max(...off) > (wanted.colourTolerance ?? colourTolerance)
      ? [`${right.join("/")} is ${got.join("/")}`]
      : [];
  });
}

function squareFindings(wanted: Accepted, { rgb, pictures: [top] }: Measured): Findings {
  return (wanted.square ?? []).flatMap((at) => {
    const picture = rgb.get(at);
    const seen = top && picture ? redSquare(picture, top.width, top.height) : undefined;
    if (!seen) return [`there is no red square at ${at} s`];
    const wrong = Math.abs(seen.width / seen.height - 1) > 0.05;
    return wrong ? [`the square at ${at} s is ${seen.width} by ${seen.height}`] : [];
  });
}

function soundFindings(wanted: Accepted, sound: MeasuredSound): Findings {
  const { slack = 0, seconds } = wanted;
  const found: string[] = [];
  const held = sound.left.length / soundRate;
  if (Math.abs(sound.seconds - seconds) > lengthTolerance + slack) {
    found.push(`sound lasts ${sound.seconds.toFixed(2)} s, right is ${seconds}`);
  }
  if (Math.abs(held - sound.seconds) > 0.1) {
    found.push(`sound of ${sound.seconds.toFixed(2)} s holds samples for ${held.toFixed(2)} s`);
  }
  if (wanted.ears === 2) {
    const [quiet = 0, loud = 0] = [sound.left, sound.right]
      .map((side) => loudness(side, soundRate).reduce((most, one) => Math.max(most, one), 0))
      .toSorted((a, b) => a - b);
    if (quiet < leastBeep || loud > 4 * quiet) {
      found.push(`one ear hears ${quiet.toFixed(0)}, the other ${loud.toFixed(0)}`);
    }
  }
  return found;
}

export function bothEars({ left, right }: MeasuredSound): number[] {
  const other = loudness(right, soundRate);
  return loudness(left, soundRate).map((value, index) => Math.max(value, other[index] ?? 0));
}

interface Landmarks {
  readonly what: string;
  readonly found: readonly number[];
  readonly right: readonly number[] | undefined;
  readonly tolerance: number;
}

function landmarkFindings({ what, found, right, tolerance }: Landmarks): Findings {
  if (right === undefined || near(found, right, tolerance)) return [];
  return [`${what} at ${show(found)}, right is ${show(right)}`];
}

/** The largest distance of a flash from its beep. */
function apartFindings(flashes: readonly number[], beeps: readonly number[]): Findings {
  if (flashes.length !== beeps.length) return [];
  const apart = flashes.map((time, index) => time - (beeps[index] ?? time));
  const worst = apart.toSorted((a, b) => Math.abs(b) - Math.abs(a))[0] ?? 0;
  return Math.abs(worst) > maxApart ? [`picture and sound are ${worst.toFixed(3)} s apart`] : [];
}

function markFindings(wanted: Accepted, { frames, sound }: Measured): Findings {
  const { marks, flashes = marks, slack = 0 } = wanted;
  const beeps = wanted.audio ? (wanted.beeps ?? marks) : undefined;
  const seen = flashes ? flashesIn(frames) : [];
  const heard = sound && beeps ? beepsIn(bothEars(sound)) : [];
  return [
    ...landmarkFindings({
      ...{ what: "flashes", found: seen, right: flashes },
      tolerance: flashTolerance + slack,
    }),
    ...landmarkFindings({
      ...{ what: "beeps", found: heard, right: beeps },
      tolerance: beepTolerance + slack,
    }),
    ...(flashes === beeps ? apartFindings(seen, heard) : []),
  ];
}

function filmFindings(wanted: Accepted, measured: Measured): Findings {
  const { pictures, combed } = measured;
  return [
    ...(measured.poster ? [] : ["there is no poster"]),
    ...pictures.flatMap((one) => pictureFindings(wanted, one)),
    ...frameFindings(wanted, measured),
    ...tagFindings(measured),
    ...colourFindings(wanted, measured),
    ...squareFindings(wanted, measured),
    ...(wanted.progressive && (combed ?? 1) > maxCombed
      ? [`${Math.round(100 * (combed ?? 1))} % of the pictures are combed`]
      : []),
  ];
}

/** Compares a measured result with what is right; empty where all is right. */
export function judge(wanted: Accepted, measured: Measured): Findings {
  const { pictures, sound } = measured;
  const hasPicture = wanted.picture !== false;
  const found: string[] = [];
  if (hasPicture !== pictures.length > 0) {
    found.push(hasPicture ? "there is no picture" : "there is a picture");
  }
  if (wanted.audio !== (sound !== undefined)) {
    found.push(wanted.audio ? "there is no sound" : "there is sound");
  }
  return [
    ...found,
    ...(hasPicture && pictures.length > 0 ? filmFindings(wanted, measured) : []),
    ...(sound && wanted.audio ? soundFindings(wanted, sound) : []),
    ...markFindings(wanted, measured),
  ];
}

/** Warnings that are missing or that nobody expects. */
export function judgeWarnings(wanted: Accepted, codes: readonly string[]): Findings {
  const right = [...(wanted.warnings ?? [])].toSorted().join(", ");
  const shown = [...codes].toSorted().join(", ");
  return right === shown ? [] : [`the job warns of "${shown}", right is "${right}"`];
}
