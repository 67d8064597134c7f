import { scaleMatrix } from "@framewright/media/colour.ts";
import { segmentsInput } from "@framewright/media/input.ts";
import { canCompare, colourProblem, type Pictures } from "../../media/landmarks/colours.ts";
import { motionProblem } from "../../media/landmarks/motion.ts";
import {
  isLargeEnough,
  lookArgs,
  lookMargin,
  picturesPerSecond,
  readPictures,
  withoutPart,
  type Part,
  type SmallPicture,
} from "../../media/landmarks/picture-look.ts";
import { lookSeconds } from "../../media/landmarks/places.ts";
import { textStrip } from "./burnt-text.ts";
import { overlayBox } from "@framewright/media/overlay.ts";
import { toNumber } from "@framewright/media/rational.ts";
import { shapeAt } from "@framewright/media/shape-changes.ts";
import type { SourceVideo } from "@framewright/media/source.ts";
import { timeInSource } from "@framewright/media/timeline.ts";
import type { Track } from "../../media/tracks.ts";
import {
  allFindings,
  fromSecond,
  look,
  placeOf,
  segmentsOf,
  type CompareArgs,
  type Finding,
} from "./looks.ts";
import { canLookSideBySide, timesOf, type SourceLooks } from "./source-looks.ts";

/** The part of the frame that a picture of this time fills, where shapes change. */
function partAt({ picture }: SourceVideo, time: number): Part | undefined {
  const shape = shapeAt(picture.changes, time);
  if (!shape) return undefined;
  const { width, height } = picture.decoded;
  const own = (shape.width * shape.pixelAspect) / shape.height;
  const ratio = own / ((width * picture.pixelAspect) / height);
  const [wide, high] = [Math.min(1, ratio), Math.min(1, 1 / ratio)];
  return { left: (1 - wide) / 2, top: (1 - high) / 2, width: wide, height: high };
}

interface Times {
  readonly from: number;
  readonly to: number;
}

/** What an overlay or text covers is not the source's; each is looked at by itself. */
function coveredParts(
  { plan: { overlay, text } }: CompareArgs,
  { picture: { displayed } }: SourceVideo,
  times: Times,
): Part[] {
  const strip = text && textStrip(displayed, text, times);
  const boxes = [...(overlay ? [overlayBox(displayed, overlay)] : []), ...(strip ? [strip] : [])];
  return boxes.map(({ left, top, width, height }) => ({
    ...{ left: left / displayed.width, top: top / displayed.height },
    ...{ width: width / displayed.width, height: height / displayed.height },
  }));
}

async function lookAt(
  args: CompareArgs,
  { video, track, looks }: Film,
  time: number,
): Promise<Pictures | undefined> {
  const fps = toNumber(args.plan.cadence.fps);
  // A result of a few pictures a second shows each up to one step early or late.
  const margin = Math.max(lookMargin, 1 / fps);
  const from = Math.max(0, time - margin);
  const place = placeOf(track, from);
  if (!place) return undefined;
  const at = timeInSource(args.source.timeline, time);
  const seen = lookArgs("0:v:0", {
    before: fromSecond(from - place.start),
    seconds: time - from + lookSeconds + margin,
    part: partAt(video, at),
    colours: `in_color_matrix=${scaleMatrix(video.colour.output.matrix)}:in_range=tv`,
  });
  const stdin = segmentsOf(args, track, place.index);
  const [source, result] = await Promise.all([
    looks.pictures(time),
    look(args, [...segmentsInput, ...seen], { stdin }),
  ]);
  const lead = Math.round((time - from) * picturesPerSecond);
  const covered = coveredParts(args, video, { from, to: time + lookSeconds + margin });
  const seenOf = (data: readonly SmallPicture[]) => covered.reduce(withoutPart, data);
  return {
    ...{ at: time, lead, fps },
    source: seenOf(source),
    result: seenOf(readPictures(result)),
  };
}

/** Where colours are changed on purpose (high dynamic range, transparency) they cannot be compared. */
function coloursOf({ colour, hasAlpha }: SourceVideo, pictures: Pictures): Finding {
  if (colour.reading === undefined || hasAlpha) return { looked: false, problems: [] };
  const problem = colourProblem(pictures);
  return { looked: canCompare(pictures.source), problems: problem === undefined ? [] : [problem] };
}

function motionOf(
  { plan: { maxFps } }: CompareArgs,
  video: SourceVideo,
  pictures: Pictures,
): Finding {
  const { source, result, lead, ...rest } = pictures;
  const shown = result.slice(lead, lead + source.length);
  const rates = { maxFps, wholeFps: toNumber(video.fps), fastest: video.fastest };
  const problem = motionProblem({ ...rest, ...rates, source, result: shown });
  return { looked: source.length > 0, problems: problem === undefined ? [] : [problem] };
}

/** The pictures of a source, and the rendition that is compared with them. */
export interface Film {
  readonly video: SourceVideo;
  readonly track: Track;
  readonly looks: Pick<SourceLooks, "pictures">;
}

/** Colours, shapes and motion of both; of tiny pictures there is nothing to compare. */
export async function comparePictures(
  args: CompareArgs,
  film: Film,
): Promise<{ readonly pictures: Finding; readonly motion: Finding }> {
  const { video, track } = film;
  const times = isLargeEnough(track.init) ? timesOf(args, video) : [];
  const pairs: Pictures[] = [];
  // Starting a look takes longer than most looks last.
  const atOnce = canLookSideBySide(video) ? 2 : 1;
  for (let from = 0; from < times.length; from += atOnce) {
    const looks = times.slice(from, from + atOnce).map((time) => lookAt(args, film, time));
    pairs.push(...(await Promise.all(looks)).filter((pair) => pair !== undefined));
  }
  return {
    pictures: allFindings(pairs.map((pair) => coloursOf(video, pair))),
    motion: allFindings(pairs.map((pair) => motionOf(args, video, pair))),
  };
}
