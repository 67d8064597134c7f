/** Letters and digits alone, so that neither case nor punctuation counts. */
export function plainWords(text: string): string[] {
  return (
    text
      .toLowerCase()
      .normalize("NFC")
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** So many words may be missing or too many at a place; three hours of talk are 27,000 words, of which not each is compared with each. */
const band = 400;

/** Words to change, add or leave out between two texts (Levenshtein, along the diagonal), as a share of the first one's. */
export function wordErrorRate(said: readonly string[], heard: readonly string[]): number {
  if (said.length === 0) return heard.length === 0 ? 0 : 1;
  const numberOf = numbering();
  return changesBetween(said.map(numberOf), heard.map(numberOf)) / said.length;
}

/** A number for each word, as numbers are compared a good deal faster. */
function numbering(): (word: string) => number {
  const numbers = new Map<string, number>();
  return (word) => {
    const known = numbers.get(word) ?? numbers.size;
    numbers.set(word, known);
    return known;
  };
}

function changesBetween(said: readonly number[], heard: readonly number[]): number {
  const far = Number.POSITIVE_INFINITY;
  let before = new Float64Array(heard.length + 1).fill(far);
  let now = new Float64Array(heard.length + 1).fill(far);
  for (let column = 0; column <= Math.min(band, heard.length); column += 1) before[column] = column;
  for (const [row, word] of said.entries()) {
    const centre = Math.round(((row + 1) * heard.length) / said.length);
    const from = Math.max(0, centre - band);
    const to = Math.min(heard.length, centre + band);
    if (from > 0) now[from - 1] = far;
    for (let column = from; column <= to; column += 1) {
      const changed = (before[column - 1] ?? far) + (heard[column - 1] === word ? 0 : 1);
      now[column] = Math.min(changed, (before[column] ?? far) + 1, (now[column - 1] ?? far) + 1);
    }
    [before, now] = [now, before];
  }
  return before[heard.length] ?? far;
}
