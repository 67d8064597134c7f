import { escapedCue } from "../../media/subtitles/cue-text.ts";
import type { MadeSubtitles } from "../subtitles.ts";
import type { PlacedLine } from "./speak.ts";

/** What is shown for less cannot be read. */
const shortestMs = 100;

type Cues = MadeSubtitles["cues"];

/** Lines that are too long may lead behind the end of the programme, where nothing is shown. */
function within(cues: Cues, endMs: number): Cues[number][] {
  return cues
    .filter(({ start }) => start + shortestMs <= endMs)
    .map((cue) => ({ ...cue, end: Math.min(cue.end, endMs) }));
}

/** What is said as subtitles: in the source's language at the times of the originals, in the other one at those of the voice. */
export function captionsOf(
  placed: readonly PlacedLine[],
  {
    from,
    to,
    seconds: length,
  }: { readonly from: string; readonly to: string; readonly seconds: number },
): MadeSubtitles[] {
  const ms = (seconds: number): number => Math.round(seconds * 1000);
  const track = (language: string) => ({
    ...{ index: -1, codec: "webvtt", language, title: undefined, isMade: true as const },
    ...{ forced: false, isDefault: false, hearingImpaired: false },
  });
  const original = placed.map(({ line }) => ({
    ...{ start: ms(line.start), end: ms(line.end), text: escapedCue(line.text) },
  }));
  const translated = placed.map(({ start, seconds, translation }) => ({
    ...{ start: ms(start), end: ms(start + seconds), text: escapedCue(translation) },
  }));
  return [
    { track: track(from), cues: within(original, ms(length)) },
    { track: track(to), cues: within(translated, ms(length)) },
  ];
}
