import { distance } from "fastest-levenshtein";

/** Shorter beginnings begin too many words. */
const shortestBeginning = 3;

/** The one word that begins like this one, as `slices` for `slicesPerGpu`. */
function completed(word: string, known: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  const found = known.filter((candidate) => candidate.toLowerCase().startsWith(lower));
  return word.length >= shortestBeginning && found.length === 1 ? found[0] : undefined;
}

/** The known word that a mistyped one most likely means, if one is near enough to be worth naming. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({
      candidate,
      away: distance(word.toLowerCase(), candidate.toLowerCase()),
    }))
    .toSorted((a, b) => a.away - b.away);
  const best = ranked[0];
  return best !== undefined && best.away <= Math.max(2, word.length / 3)
    ? best.candidate
    : completed(word, known);
}
