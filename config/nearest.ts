function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of Array.from(a).entries()) {
    const row = [i + 1];
    for (const [j, right] of Array.from(b).entries()) {
      const substituted = (previous[j] ?? 0) + (left === right ? 0 : 1);
      row.push(Math.min(substituted, (previous[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

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
