/** Does something for each, so many at once, and gives the results in order; after a failure none is begun. */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results = new Map<number, Result>();
  const rest = items.entries();
  let isFailed = false;
  const lane = async (): Promise<void> => {
    for (const [index, item] of rest) {
      if (isFailed) return;
      results.set(index, await work(item, index));
    }
  };
  const lanes = Array.from({ length: Math.min(atOnce, items.length) }, () =>
    lane().catch((error: unknown) => {
      isFailed = true;
      throw error;
    }),
  );
  const ended = await Promise.allSettled(lanes);
  const failed = ended.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
  return items.flatMap((_, index) => {
    const result = results.get(index);
    return result === undefined ? [] : [result];
  });
}
