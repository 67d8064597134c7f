import { overlayBox, overlayInputArgs, type PlacedOverlay } from "@framewright/media/overlay.ts";
import type { Size } from "@framewright/media/picture.ts";
import type { SourceVideo } from "@framewright/media/source.ts";
import type { Track } from "../../media/tracks.ts";
import { findAt, lookedSeconds, type Drawing } from "./drawn.ts";
import { allFindings, type CompareArgs, type Finding } from "./looks.ts";

function drawingOf(overlay: PlacedOverlay, film: Size): Drawing {
  return {
    what: "the overlay is",
    box: overlayBox(film, overlay),
    small: { width: 16, height: 16 },
    minChange: 0,
    inputs: overlayInputArgs(overlay),
    reads: [overlay.path],
    graph: ({ film: pictures, crop, end }) =>
      `${pictures},${crop}[film];[1:v]format=rgba[logo];[film][logo]overlay=format=rgb,${end}`,
  };
}

/** Times in the middle of when it is shown and of when it is not, with room to both sides. */
export function overlayTimes({ from = 0, to = Infinity }: PlacedOverlay["look"], end: number) {
  const room = 2 * lookedSeconds;
  const last = Math.min(to, end);
  const middle = (start: number, stop: number): number[] =>
    stop - start > room ? [(start + stop - lookedSeconds) / 2] : [];
  return {
    shown: middle(from, last),
    hidden: [...middle(0, Math.min(from, end)), ...middle(last, end)],
  };
}

interface ShownOverlay {
  readonly overlay: PlacedOverlay;
  readonly video: SourceVideo;
  readonly track: Track;
}

/** Whether the picture stands where and when it was asked for, by drawing it over the source once more. */
export async function findOverlay(
  args: CompareArgs,
  { overlay, video, track }: ShownOverlay,
): Promise<Finding> {
  const times = overlayTimes(overlay.look, video.span.end);
  const shown = { drawing: drawingOf(overlay, video.picture.displayed), video, track };
  const findings: Finding[] = [];
  for (const at of times.shown) findings.push(await findAt(args, shown, at, true));
  for (const at of times.hidden) findings.push(await findAt(args, shown, at, false));
  return allFindings(findings);
}
