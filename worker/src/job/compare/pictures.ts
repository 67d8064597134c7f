import { scaleMatrix } from "../../media/colour.ts";
import {
  canCompare,
  isLargeEnough,
  lookArgs,
  lookMargin,
  lookSeconds,
  pictureProblem,
  readLooks,
  type Part,
} from "../../media/landmarks/picture-look.ts";
import { shapeAt } from "../../media/shape-changes.ts";
import type { SourceVideo } from "../../media/source.ts";
import { timeInSource } from "../../media/timeline.ts";
import type { Track } from "../../media/tracks.ts";
import {
  allFindings,
  fromSecond,
  look,
  placeOf,
  segmentsInput,
  segmentsOf,
  sourceCut,
  type CompareArgs,
  type Finding,
} from "./looks.ts";

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

/** Places in the result, apart from each other, each with room for a look inside one segment. */
function lookTimes(track: Track, seconds: number): number[] {
  const count = Math.min(6, Math.max(2, Math.round(seconds / 10)));
  const wanted = Array.from({ length: count }, (_, at) => (seconds * (at + 0.5)) / count);
  const times = wanted.flatMap((time) => {
    const place = placeOf(track, time);
    return place ? [Math.max(place.start, Math.min(time, place.end - lookSeconds))] : [];
  });
  return [...new Set(times)];
}

interface Look {
  readonly video: SourceVideo;
  readonly track: Track;
  /** In the result. */
  readonly time: number;
  readonly reading: string;
}

async function compareAt(
  args: CompareArgs,
  { video, track, time, reading }: Look,
): Promise<Finding> {
  const { source } = args;
  const place = placeOf(track, time);
  if (!place) return { looked: false, problems: [] };
  const at = timeInSource(source.timeline, time);
  const cut = sourceCut(args, at, lookSeconds);
  const wanted = lookArgs(`0:${video.index}`, {
    before: cut.filters,
    seconds: lookSeconds,
    colours: reading,
  });
  const from = Math.max(0, time - lookMargin - place.start);
  const seen = lookArgs("0:v:0", {
    before: fromSecond(from),
    seconds: time - place.start - from + lookSeconds + lookMargin,
    part: partAt(video, at),
    colours: `in_color_matrix=${scaleMatrix(video.colour.output.matrix)}:in_range=tv`,
  });
  const stdin = segmentsOf(args, track, [place.index]);
  const theirs = await look(args, [...cut.input, ...wanted]);
  const ours = await look(args, [...segmentsInput, ...seen], { stdin });
  const looks = readLooks(theirs);
  const problem = pictureProblem(time, looks, readLooks(ours));
  return { looked: canCompare(looks), problems: problem === undefined ? [] : [problem] };
}

/**
 * Pictures of both, as fields of colour, at places all over the film. Where colours are changed on
 * purpose (high dynamic range, transparency), and in tiny pictures, there is nothing to compare.
 */
export async function comparePictures(
  args: CompareArgs,
  video: SourceVideo,
  track: Track,
): Promise<Finding> {
  const { colour, hasAlpha, span } = video;
  const { reading } = colour;
  if (reading === undefined || hasAlpha || !isLargeEnough(track.init))
    return { looked: false, problems: [] };
  const findings: Finding[] = [];
  for (const time of lookTimes(track, span.end)) {
    findings.push(await compareAt(args, { video, track, time, reading }));
  }
  return allFindings(findings);
}
