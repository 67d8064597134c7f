import { scaleMatrix } from "@framewright/media/colour.ts";
import { segmentsInput } from "@framewright/media/input.ts";
import type { OverlayBox } from "@framewright/media/overlay.ts";
import type { Size } from "@framewright/media/picture.ts";
import type { SourceVideo } from "@framewright/media/source.ts";
import { timeInSource } from "@framewright/media/timeline.ts";
import type { Track } from "../../media/tracks.ts";
import {
  fromSecond,
  look,
  placeOf,
  segmentsOf,
  sourceCut,
  type CompareArgs,
  type Finding,
} from "./looks.ts";

/** For so long a look lasts. */
export const lookedSeconds = 0.5;

/** Something that is drawn over the film, and how it is drawn over the source once more. */
export interface Drawing {
  /** As the subject of a sentence. */
  readonly what: string;
  /** The part of the film that is looked at. */
  readonly box: OverlayBox;
  /** The box is looked at in this size. */
  readonly small: Size;
  /** A value that changes so little of 255 counts as one of the film's. */
  readonly minChange: number;
  /** Further inputs, and what they read. */
  readonly inputs: readonly string[];
  readonly reads: readonly string[];
  /** A graph from the film, at zero from the time `at` on, to what is in the box with the drawing over it. */
  readonly graph: (parts: {
    readonly film: string;
    readonly crop: string;
    readonly end: string;
    readonly at: number;
  }) => string;
}

export interface Shown {
  readonly drawing: Drawing;
  readonly video: SourceVideo;
  readonly track: Track;
}

function smallFilters({ small: { width, height } }: Drawing): string {
  return `fps=20,scale=${width}:${height}:flags=area,format=rgb24`;
}

/** The mean over time of what is in the box, as small pictures in RGB; nothing where none was seen. */
function meanOf(data: Buffer, { small }: Drawing): number[] | undefined {
  const bytes = small.width * small.height * 3;
  const count = Math.floor(data.length / bytes);
  if (count === 0) return undefined;
  return Array.from({ length: bytes }, (_, at) => {
    let sum = 0;
    for (let picture = 0; picture < count; picture += 1) sum += data[picture * bytes + at] ?? 0;
    return sum / count;
  });
}

/** The box in the source, with the drawing over it or without. */
async function sourceBox(args: CompareArgs, shown: Shown, at: number, isDrawn: boolean) {
  const { drawing, video } = shown;
  const { displayed } = video.picture;
  const { left, top, width, height } = drawing.box;
  const sourceTime = timeInSource(args.source.timeline, at);
  const cut = sourceCut(args, video, { at: sourceTime, seconds: lookedSeconds });
  const film = [
    ...[`[0:${video.index}]${cut.filters.join(",")}`],
    `scale=${displayed.width}:${displayed.height}:${video.colour.reading ?? "in_range=auto"}`,
    "format=rgb24",
  ].join(",");
  const crop = `crop=${width}:${height}:${left}:${top}`;
  const end = `${smallFilters(drawing)}[box]`;
  const graph = isDrawn ? drawing.graph({ film, crop, end, at }) : `${film},${crop},${end}`;
  const data = await look(
    args,
    [
      ...[...cut.input, ...(isDrawn ? drawing.inputs : [])],
      ...["-filter_complex", graph, "-map", "[box]", "-t", `${lookedSeconds}`],
      ...["-f", "rawvideo", "-"],
    ],
    { reads: [args.sourcePath, ...drawing.reads] },
  );
  return meanOf(data, drawing);
}

async function resultBox(args: CompareArgs, { drawing, video, track }: Shown, at: number) {
  const { displayed } = video.picture;
  const { left, top, width, height } = drawing.box;
  const place = placeOf(track, at);
  if (!place) return undefined;
  const share = (value: number, of: number): string => (value / of).toFixed(6);
  const crop =
    `crop=iw*${share(width, displayed.width)}:ih*${share(height, displayed.height)}:` +
    `iw*${share(left, displayed.width)}:ih*${share(top, displayed.height)}`;
  const matrix = scaleMatrix(video.colour.output.matrix);
  const chain = [
    ...fromSecond(at - place.start),
    `scale=iw:ih:in_color_matrix=${matrix}:in_range=tv`,
    ...["format=rgb24", crop, smallFilters(drawing)],
  ].join(",");
  const words = ["-map", "0:v:0", "-t", `${lookedSeconds}`, "-vf", chain, "-f", "rawvideo", "-"];
  const stdin = segmentsOf(args, track, place.index);
  return meanOf(await look(args, [...segmentsInput, ...words], { stdin }), drawing);
}

/** A drawing that changes so little of 255 cannot be told from the film. */
const minContrast = 6;
/** Fewer values may be a fault of the encoder's. */
const minValues = 12;

/** Where the drawing changes the film, in this order: with it, without it, and what was seen. */
function changedValues(
  { minChange }: Drawing,
  { drawn, plain, seen }: Readonly<Record<"drawn" | "plain" | "seen", readonly number[]>>,
) {
  return drawn.flatMap((value, at) => {
    const [without = 0, own = 0] = [plain[at], seen[at]];
    const change = Math.abs(value - without);
    return change < minChange
      ? []
      : [{ change, fromDrawn: Math.abs(own - value), fromPlain: Math.abs(own - without) }];
  });
}

type Value = ReturnType<typeof changedValues>[number];

function mean(values: readonly Value[], of: (value: Value) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0) / values.length;
}

/** Whether the drawing stands there at that time as it should, or should not. */
export async function findAt(
  args: CompareArgs,
  shown: Shown,
  at: number,
  isDrawn: boolean,
): Promise<Finding> {
  const drawn = await sourceBox(args, shown, at, true);
  const plain = await sourceBox(args, shown, at, false);
  const seen = await resultBox(args, shown, at);
  if (!drawn || !plain || !seen) return { looked: false, problems: [] };
  const values = changedValues(shown.drawing, { drawn, plain, seen });
  if (values.length < minValues || mean(values, ({ change }) => change) < minContrast) {
    return { looked: false, problems: [] };
  }
  const isSeen =
    mean(values, ({ fromDrawn }) => fromDrawn) < mean(values, ({ fromPlain }) => fromPlain);
  const what = isSeen ? "shown" : "not shown";
  const problems =
    isSeen === isDrawn ? [] : [`at ${at.toFixed(1)} s ${shown.drawing.what} ${what}`];
  return { looked: true, problems };
}
