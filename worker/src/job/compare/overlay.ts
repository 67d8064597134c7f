import { scaleMatrix } from "@framewright/media/colour.ts";
import { segmentsInput } from "@framewright/media/input.ts";
import { overlayBox, overlayInputArgs, type PlacedOverlay } from "@framewright/media/overlay.ts";
import type { SourceVideo } from "@framewright/media/source.ts";
import { timeInSource } from "@framewright/media/timeline.ts";
import type { Track } from "../../media/tracks.ts";
import {
  allFindings,
  fromSecond,
  look,
  placeOf,
  segmentsOf,
  sourceCut,
  type CompareArgs,
  type Finding,
} from "./looks.ts";

const seconds = 0.5;
const side = 16;
const bytes = side * side * 3;
const small = `fps=20,scale=${side}:${side}:flags=area,format=rgb24`;

/** The mean over time of what is in the box, as small pictures in RGB; nothing where none was seen. */
function meanOf(data: Buffer): number[] | undefined {
  const count = Math.floor(data.length / bytes);
  if (count === 0) return undefined;
  return Array.from({ length: bytes }, (_, at) => {
    let sum = 0;
    for (let picture = 0; picture < count; picture += 1) sum += data[picture * bytes + at] ?? 0;
    return sum / count;
  });
}

function distance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length;
}

interface Shown {
  readonly overlay: PlacedOverlay;
  readonly video: SourceVideo;
  readonly track: Track;
}

/** The box in the source, with the picture drawn over it or without. */
async function sourceBox(args: CompareArgs, shown: Shown, at: number, isDrawn: boolean) {
  const { overlay, video } = shown;
  const { displayed } = video.picture;
  const { left, top, width, height } = overlayBox(displayed, overlay);
  const cut = sourceCut(args, video, { at: timeInSource(args.source.timeline, at), seconds });
  const film = [
    ...cut.filters,
    `scale=${displayed.width}:${displayed.height}:${video.colour.reading ?? "in_range=auto"}`,
    ...["format=rgb24", `crop=${width}:${height}:${left}:${top}`],
  ].join(",");
  const graph = isDrawn
    ? `[0:${video.index}]${film}[film];[1:v]format=rgba[logo];[film][logo]overlay=format=rgb,${small}[box]`
    : `[0:${video.index}]${film},${small}[box]`;
  return meanOf(
    await look(
      args,
      [
        ...[...cut.input, ...(isDrawn ? overlayInputArgs(overlay) : [])],
        ...["-filter_complex", graph, "-map", "[box]", "-t", `${seconds}`, "-f", "rawvideo", "-"],
      ],
      { reads: [args.sourcePath, overlay.path] },
    ),
  );
}

async function resultBox(args: CompareArgs, { overlay, video, track }: Shown, at: number) {
  const { displayed } = video.picture;
  const { left, top, width, height } = overlayBox(displayed, overlay);
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
    ...["format=rgb24", crop, small],
  ].join(",");
  const words = ["-map", "0:v:0", "-t", `${seconds}`, "-vf", chain, "-f", "rawvideo", "-"];
  const stdin = segmentsOf(args, track, place.index);
  return meanOf(await look(args, [...segmentsInput, ...words], { stdin }));
}

/** A picture that changes so little of 255 cannot be told from the film. */
const minContrast = 6;

async function findAt(args: CompareArgs, shown: Shown, at: number, isDrawn: boolean) {
  const drawn = await sourceBox(args, shown, at, true);
  const plain = await sourceBox(args, shown, at, false);
  const seen = await resultBox(args, shown, at);
  if (!drawn || !plain || !seen || distance(drawn, plain) < minContrast) {
    return { looked: false, problems: [] };
  }
  const isSeen = distance(seen, drawn) < distance(seen, plain);
  const what = isSeen ? "is shown" : "is not shown";
  const problems = isSeen === isDrawn ? [] : [`at ${at.toFixed(1)} s the overlay ${what}`];
  return { looked: true, problems };
}

/** Times in the middle of when it is shown and of when it is not, with room to both sides. */
export function overlayTimes({ from = 0, to = Infinity }: PlacedOverlay["look"], end: number) {
  const room = 2 * seconds;
  const last = Math.min(to, end);
  const middle = (start: number, stop: number): number[] =>
    stop - start > room ? [(start + stop - seconds) / 2] : [];
  return {
    shown: middle(from, last),
    hidden: [...middle(0, Math.min(from, end)), ...middle(last, end)],
  };
}

/** Whether the picture stands where and when it was asked for, by drawing it over the source once more. */
export async function findOverlay(args: CompareArgs, shown: Shown): Promise<Finding> {
  const times = overlayTimes(shown.overlay.look, shown.video.span.end);
  const findings: Finding[] = [];
  for (const at of times.shown) findings.push(await findAt(args, shown, at, true));
  for (const at of times.hidden) findings.push(await findAt(args, shown, at, false));
  return allFindings(findings);
}
