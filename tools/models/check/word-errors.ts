/** Words as they are heard: without marks and capitals. */
function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}']+/u)
    .filter(Boolean);
}

/** Word error rate: the words to insert, delete or replace, as a share of those that were said. */
export function wordErrorRate(said: string, heard: string): number {
  const reference = wordsOf(said);
  let row = Array.from({ length: wordsOf(heard).length + 1 }, (_, index) => index);
  for (const [index, word] of reference.entries()) {
    const next = [index + 1];
    for (const [column, other] of wordsOf(heard).entries()) {
      const replaced = (row[column] ?? 0) + (word === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return (row.at(-1) ?? 0) / Math.max(1, reference.length);
}
