import type { Cue } from "./place-cues.ts";

/** Nobody reads more at once, and it would cover the film. */
const mostAtOnce = { texts: 6, letters: 1200 } as const;

/** Cues in order of time, without those that begin while so much else is shown. */
export function readable(cues: readonly Cue[]): Cue[] {
  let shown: Cue[] = [];
  return cues.filter((cue) => {
    shown = shown.filter(({ end }) => end > cue.start);
    const letters = shown.reduce((sum, { text }) => sum + text.length, cue.text.length);
    if (shown.length >= mostAtOnce.texts || letters > mostAtOnce.letters) return false;
    shown.push(cue);
    return true;
  });
}
