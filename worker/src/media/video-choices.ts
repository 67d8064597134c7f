import type { Choice } from "@framewright/contracts/job.ts";
import { formatRational, toNumber } from "@framewright/media/rational.ts";
import type { SourceVideo } from "@framewright/media/source.ts";
import type { Timeline } from "@framewright/media/timeline.ts";

function perSecond(fps: SourceVideo["fps"]): string {
  return `${Math.round(toNumber(fps) * 1000) / 1000} frames per second`;
}

function rateChoice({ fps, sourceFps, fieldOrder }: SourceVideo): Choice {
  const kept = toNumber(fps) === toNumber(sourceFps);
  const reason = fieldOrder
    ? `The pictures consist of fields (${fieldOrder}); each field becomes a picture.`
    : kept
      ? "The source moves at this rate where it moves fastest."
      : `The source has ${formatRational(sourceFps)}; more than 60 are not played everywhere.`;
  return { subject: "frame-rate", choice: perSecond(fps), reason };
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

/** What was chosen from the picture's track, for people. */
export function videoChoices(video: SourceVideo | undefined, timeline: Timeline): Choice[] {
  return [
    ...(video ? [rateChoice(video), ...colourChoice(video), ...pictureChoice(video)] : []),
    ...timelineChoice(timeline),
  ];
}
