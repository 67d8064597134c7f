/** Letters and digits alone, so that neither case nor punctuation counts. */
export function plainWords(text: string): string[] {
  return (
    text
      .toLowerCase()
      .normalize("NFC")
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** Words to change, add or leave out between two texts (Levenshtein), as a share of the first one's. */
export function wordErrorRate(said: readonly string[], heard: readonly string[]): number {
  if (said.length === 0) return heard.length === 0 ? 0 : 1;
  let before = heard.map((_, index) => index + 1);
  before.unshift(0);
  for (const [row, word] of said.entries()) {
    const now = [row + 1];
    for (const [column, other] of heard.entries()) {
      const changed = (before[column] ?? 0) + (word === other ? 0 : 1);
      now.push(Math.min(changed, (before[column + 1] ?? 0) + 1, (now[column] ?? 0) + 1));
    }
    before = now;
  }
  return (before.at(-1) ?? 0) / said.length;
}
