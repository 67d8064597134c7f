/** What ffmpeg's signalstats filter says of each picture. */
export interface Frames {
  readonly times: readonly number[];
  /** Mean brightness, 0 to 255. */
  readonly luma: readonly number[];
  /** Mean difference to the picture before. */
  readonly change: readonly number[];
}

function valuesOf(text: string, name: string): number[] {
  return [...text.matchAll(new RegExp(`${name}[:=](-?[\\d.]+)`, "g"))].map((match) =>
    Number(match[1]),
  );
}

/** Reads the lines that `metadata=mode=print` writes. */
export function parseFrames(text: string): Frames {
  return {
    times: valuesOf(text, "pts_time"),
    luma: valuesOf(text, "signalstats.YAVG"),
    change: valuesOf(text, "signalstats.YDIF"),
  };
}

/** The share of pictures in which ffmpeg's idet filter sees two fields. */
export function parseCombed(text: string): number {
  const lines = text.match(/Multi frame detection: TFF:\s*\d+ BFF:\s*\d+ Progressive:\s*\d+/g);
  const [tff = 0, bff = 0, progressive = 0] = (lines?.at(-1)?.match(/\d+/g) ?? []).map(Number);
  const decided = tff + bff + progressive;
  return decided === 0 ? 0 : (tff + bff) / decided;
}

/** What ffprobe says of the picture's stream. */
export interface StatedPicture {
  readonly height?: number;
  readonly color_space?: string;
  readonly color_transfer?: string;
  readonly color_primaries?: string;
  readonly color_range?: string;
  readonly sample_aspect_ratio?: string;
}

const matrices: Readonly<Record<string, string>> = {
  bt709: "bt709",
  smpte170m: "bt601",
  bt470bg: "bt601",
  bt2020nc: "bt2020",
};

/** The options of a `scale` filter that show a picture as a player does: by its tags, else its height. */
export function playerScale(stated: StatedPicture): string {
  const usual = (stated.height ?? 0) >= 720 ? "bt709" : "bt601";
  const matrix = matrices[stated.color_space ?? ""] ?? usual;
  return `in_color_matrix=${matrix}:in_range=${stated.color_range === "pc" ? "pc" : "tv"}`;
}

const step = 0.005;

/** Loudness of each 5 ms. */
export function loudness(samples: Int16Array, rate: number): number[] {
  const count = Math.round(rate * step);
  const values: number[] = [];
  for (let from = 0; from + count <= samples.length; from += count) {
    const sum = samples.subarray(from, from + count).reduce((all, one) => all + one * one, 0);
    values.push(Math.sqrt(sum / count));
  }
  return values;
}

/** Times at which values rise above a limit. */
function rises(times: readonly number[], values: readonly number[], limit: number): number[] {
  return times.filter((_, index) => {
    const before = index === 0 ? 0 : (values[index - 1] ?? 0);
    return (values[index] ?? 0) > limit && before <= limit;
  });
}

/** A picture that is brighter than the others by this is a flash. */
const leastFlash = 40;

/** The value below which this share of them lies. */
function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
}

export function flashesIn({ times, luma }: Frames): number[] {
  // At one picture per second, every second one is a flash.
  const usual = quantile(luma, 0.25);
  const brightest = luma.reduce((most, one) => Math.max(most, one), 0);
  if (brightest - usual <= leastFlash) return [];
  const first = times[0] ?? 0;
  return rises(
    times.map((time) => time - first),
    luma,
    (usual + brightest) / 2,
  );
}

/** Quieter than this is no beep (of 32 768). */
export const leastBeep = 300;
/** Two rises so near are one beep. */
const sameBeep = 0.25;

export function beepsIn(values: readonly number[]): number[] {
  const loudest = values.reduce((most, one) => Math.max(most, one), 0);
  if (loudest <= leastBeep) return [];
  const times = values.map((_, index) => index * step);
  return rises(times, values, loudest * 0.3).filter(
    (time, index, all) => index === 0 || time - (all[index - 1] ?? 0) > sameBeep,
  );
}

interface Run {
  readonly count: number;
  readonly width: number;
}

/** The red pixels of one line. */
function redRun(line: Buffer): Run {
  const red = Array.from({ length: line.length / 3 }, (_, x) => {
    const [r = 0, g = 255, b = 255] = line.subarray(3 * x, 3 * x + 3);
    return r > 150 && g < 90 && b < 90;
  });
  const width = red.lastIndexOf(true) - red.indexOf(true) + 1;
  return { count: red.filter(Boolean).length, width };
}

/** Width and height of the red square in an RGB picture. */
export function redSquare(
  rgb: Buffer,
  width: number,
  height: number,
): { width: number; height: number } | undefined {
  const lines = Array.from({ length: height }, (_, y) =>
    redRun(rgb.subarray(3 * y * width, 3 * (y + 1) * width)),
  );
  const widths = lines.filter(({ count }) => count > width / 30).map((run) => run.width);
  return widths.length === 0 ? undefined : { width: quantile(widths, 0.5), height: widths.length };
}
