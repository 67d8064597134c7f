import { toNumber } from "@framewright/media/rational.ts";
import type { Source } from "@framewright/media/source.ts";
import type { Plan } from "@framewright/media/plan.ts";
import { picturesOf, trackSeconds, type Track } from "./tracks.ts";

interface Clipped {
  readonly plan: Pick<Plan, "cadence" | "sounds">;
  readonly source: Pick<Source, "video">;
  readonly tracks: readonly Track[];
}

/** `endFilters` of media/video-graph.ts cuts a fourth of a picture before the end, and `trim` rounds that to whole pictures. */
const cutShare = 0.25;
/** So near to half a picture, rounding goes either way. */
const roundingShare = 0.01;
/** What an encoder of sound adds in front and fills up behind, with rounding. */
const soundSlack = 0.05;

function pictureProblems({ plan, source: { video }, tracks }: Clipped): string[] {
  if (video?.goesOn !== true) return [];
  const { end } = video.span;
  const cut = end * toNumber(plan.cadence.fps) - cutShare;
  const [fewest, most] = [cut - roundingShare, cut + roundingShare].map((at) =>
    Math.max(1, Math.round(at)),
  );
  return picturesOf(tracks).flatMap(({ name, segments }) => {
    const pictures = segments.reduce((sum, { samples }) => sum + samples, 0);
    if (pictures === fewest || pictures === most) return [];
    return [`${name} has ${pictures} pictures, a clip of ${end.toFixed(3)} s has ${fewest ?? 0}`];
  });
}

function soundProblems({ plan, tracks }: Clipped): string[] {
  return plan.sounds.flatMap(({ name, source, end }) => {
    const track = tracks.find((one) => one.name === name);
    if (!track || source.goesOn !== true) return [];
    const seconds = trackSeconds(track);
    if (Math.abs(seconds - end) <= soundSlack) return [];
    return [`${name} lasts ${seconds.toFixed(3)} s, the clip ${end.toFixed(3)} s`];
  });
}

/** Where the source goes on behind the clip, the result must end with it: pictures are counted, sound is measured. */
export function clipProblems(clipped: Clipped): string[] {
  return [...pictureProblems(clipped), ...soundProblems(clipped)];
}
