import { timeInResult, type Timeline } from "@framewright/media/timeline.ts";
import { cueText } from "./cue-text.ts";
import type { SubtitleBlock } from "./subtitle-blocks.ts";

/** A text and when it is shown, in whole milliseconds of the result. */
export interface Cue {
  readonly start: number;
  readonly end: number;
  /** Lines of a WebVTT cue. */
  readonly text: string;
}

/** Where the source lies in the result. */
export interface Placement {
  readonly timeline: Timeline;
  /** The time stamp that counts as zero, in seconds. */
  readonly startTime: number;
  /** Nothing is shown behind the end of the film. */
  readonly durationSeconds: number;
}

/** A cue of which no length is known is shown until the next one, at most so long. */
const usualMs = 5000;

/** In the time that a leap of the clock takes out, the result stands where it goes on. */
function placed({ timeline, startTime, durationSeconds }: Placement, ms: number): number {
  const time = ms / 1000 - startTime;
  const inside = timeline.leaps.find(({ at, seconds }) => at - seconds < time && time < at);
  const seconds = timeInResult(timeline, inside ? inside.at : time);
  return Math.round(Math.min(Math.max(seconds, 0), durationSeconds) * 1000);
}

function endOf(block: SubtitleBlock, next: SubtitleBlock | undefined): number {
  if (block.duration > 0) return block.time + block.duration;
  return Math.min(block.time + usualMs, next?.time ?? Number.POSITIVE_INFINITY);
}

/** Layers of one text, such as its outline and its shadow, are one cue. */
function withoutRepeats(cues: readonly Cue[]): Cue[] {
  const seen = new Set<string>();
  return cues.filter(({ start, end, text }) => {
    const key = `${start} ${end} ${text}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** Puts what was read onto the timeline of the result; what lies outside of the film or says nothing is dropped. */
export function placeCues(
  blocks: readonly SubtitleBlock[],
  placement: Placement,
  comments: boolean,
): Cue[] {
  const sorted = blocks.toSorted((a, b) => a.time - b.time);
  const cues = sorted.map((block, index) => ({
    start: placed(placement, block.time),
    end: placed(placement, endOf(block, sorted[index + 1])),
    text: cueText(block.data, comments),
  }));
  const shown = cues.filter(({ start, end, text }) => end > start && text !== "");
  return withoutRepeats(shown).toSorted((a, b) => a.start - b.start || a.end - b.end);
}
