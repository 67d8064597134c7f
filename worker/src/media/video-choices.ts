import type { Choice } from "@framewright/contracts/job.ts";
import { mostFps } from "@framewright/contracts/profile.ts";
import type { Plan } from "@framewright/media/plan.ts";
import { toNumber, type Rational } from "@framewright/media/rational.ts";
import type { SourceVideo } from "@framewright/media/source.ts";
import type { Timeline } from "@framewright/media/timeline.ts";

function rounded(fps: Rational): number {
  return Math.round(toNumber(fps) * 1000) / 1000;
}

/** Even motion is what keeps every n-th picture; the exact bound needs single ones left out. */
function thinning(from: Rational, to: Rational): string {
  const parts = (from.num * to.den) / (from.den * to.num);
  return Number.isInteger(parts)
    ? `one in ${parts} is kept, so that motion stays even`
    : "single ones are left out";
}

function lowered({ fps, fieldOrder }: SourceVideo, { cadence, maxFps }: RatePlan): string {
  const moments = fieldOrder ? `fields (${fieldOrder})` : "frames";
  const bound =
    maxFps < mostFps
      ? `the profile has ${maxFps} at most`
      : `more than ${mostFps} are not played everywhere`;
  return `The source has ${rounded(fps)} ${moments} per second; ${bound}, and ${thinning(fps, cadence.fps)}.`;
}

function wholeReason({ fieldOrder }: SourceVideo): string {
  return fieldOrder
    ? `The pictures consist of fields (${fieldOrder}); each field becomes a picture.`
    : "The source moves at this rate where it moves fastest.";
}

type RatePlan = Pick<Plan, "cadence" | "maxFps">;

/** The rate of all renditions, and why it is not the source's where it is lower. */
export function rateChoices(video: SourceVideo | undefined, plan: RatePlan): Choice[] {
  if (!video) return [];
  const { fps } = plan.cadence;
  const isWhole = toNumber(fps) === toNumber(video.fps);
  const choice = `${rounded(fps)} frames per second`;
  return [
    { subject: "frame-rate", choice, reason: isWhole ? wholeReason(video) : lowered(video, plan) },
  ];
}

function colourChoice({ colour }: SourceVideo): Choice[] {
  if (!colour.assumed) return [];
  return [
    {
      subject: "colour",
      choice: `The source is read as ${colour.source}`,
      reason: "Its own description is missing, incomplete or invalid.",
    },
  ];
}

function pictureChoice({ picture }: SourceVideo): Choice[] {
  const { crop, turn, displayed } = picture;
  const parts = [
    ...(crop ? [`cut to ${crop.width} by ${crop.height} pixels`] : []),
    ...(turn.length > 0 ? ["turned or mirrored"] : []),
    ...(picture.pixelAspect === 1 ? [] : ["brought to square pixels"]),
  ];
  if (parts.length === 0) return [];
  return [
    {
      subject: "picture",
      choice: `${displayed.width} by ${displayed.height}: ${parts.join(", ")}`,
      reason: "The container says that it is shown so.",
    },
  ];
}

function timelineChoice({ leaps }: Timeline): Choice[] {
  if (leaps.length === 0) return [];
  const seconds = Math.round(leaps.reduce((sum, leap) => sum + leap.seconds, 0));
  return [
    {
      subject: "timeline",
      choice: `${seconds} s without any packet were closed`,
      reason: "All tracks leap at the same time and go on behind it.",
    },
  ];
}

/** What was chosen from the picture's track, for people; its rate depends on the plan. */
export function videoChoices(video: SourceVideo | undefined, timeline: Timeline): Choice[] {
  return [
    ...(video ? [...colourChoice(video), ...pictureChoice(video)] : []),
    ...timelineChoice(timeline),
  ];
}
