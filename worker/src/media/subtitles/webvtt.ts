import type { Cue } from "./place-cues.ts";
import type { SubtitleRendition } from "./rendition.ts";

/**
 * Cue times count from the start of the result, and so do the stamps of its pictures: they begin at
 * zero. (900000, which fits transport streams that begin at ten seconds, makes players show cues ten
 * seconds late.)
 */
const timestampMap = "X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000";

function timestamp(ms: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const clock = [two(ms / 3_600_000), two((ms / 60_000) % 60), two((ms / 1000) % 60)].join(":");
  return `${clock}.${String(ms % 1000).padStart(3, "0")}`;
}

function blocksOf(cues: readonly Cue[]): string {
  return cues
    .map(({ start, end, text }) => `\n${timestamp(start)} --> ${timestamp(end)}\n${text}\n`)
    .join("");
}

/** One segment of a WebVTT rendition, with the whole times of each cue (RFC 8216, 3.5). */
export function writeWebVtt(cues: readonly Cue[]): string {
  return `WEBVTT\n${timestampMap}\n${blocksOf(cues)}`;
}

/** All cues as a file of its own, which players outside of HLS read. */
export function writeWholeWebVtt(cues: readonly Cue[]): string {
  return `WEBVTT\n${blocksOf(cues)}`;
}

/** The cues of each segment: one that crosses a border is in both. */
export function cuesBySegment({
  cues,
  segmentMs,
  segments,
}: Pick<SubtitleRendition, "cues" | "segmentMs" | "segments">): readonly (readonly Cue[])[] {
  const lists = Array.from({ length: segments }, (): Cue[] => []);
  for (const cue of cues) {
    const first = Math.floor(cue.start / segmentMs);
    for (let index = first; index < segments && index * segmentMs < cue.end; index += 1) {
      lists[index]?.push(cue);
    }
  }
  return lists;
}
