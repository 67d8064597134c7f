import { kinds, type Hostile } from "./hostile.ts";
import { shuffled } from "./random.ts";
import { corpus } from "./table.ts";

/** Some quick cases, of each kind about as many; the same ones for the same seed. */
export function sample(seed: string, count: number): readonly Hostile[] {
  const quick = corpus.filter(({ slow }) => slow !== true);
  const mixed = shuffled(quick, seed);
  const ranked = kinds.flatMap((kind) =>
    mixed.filter((one) => one.kind === kind).map((one, rank) => ({ one, rank })),
  );
  return ranked
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ one }) => one);
}
