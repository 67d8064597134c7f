import { expect, it } from "vitest";
import { chunksOf } from "../../../media/dub/chunks.ts";

const stepSeconds = 0.05;

/** Loudness of a talk with pauses of half a second at these times. */
function talk(seconds: number, pauses: readonly number[]): number[] {
  return Array.from({ length: seconds / stepSeconds }, (_, index) => {
    const time = index * stepSeconds;
    return pauses.some((at) => Math.abs(time - at) < 0.25) ? 0.002 : 0.2;
  });
}

it("a short sound is heard at once", () => {
  expect(chunksOf({ steps: talk(59, []), stepSeconds })).toEqual([{ start: 0, end: 59 }]);
});

it("a long one is cut in the pauses, as late as possible", () => {
  const chunks = chunksOf({ steps: talk(150, [20, 40, 52, 90, 101]), stepSeconds });
  const cuts = chunks.map(({ start, end }) => [Math.round(start), Math.round(end)]);
  expect(cuts).toEqual([
    [0, 52],
    [52, 101],
    [101, 150],
  ]);
});

it("without a pause it is cut all the same, and nothing is lost", () => {
  const chunks = chunksOf({ steps: talk(200, []), stepSeconds });
  expect(chunks.at(0)?.start).toBe(0);
  expect(chunks.at(-1)?.end).toBe(200);
  for (const [index, { start, end }] of chunks.entries()) {
    expect(end - start).toBeLessThanOrEqual(60);
    expect(start).toBe(chunks[index - 1]?.end ?? 0);
  }
});

it("where nothing is heard, nobody listens", () => {
  expect(chunksOf({ steps: Array<number>(2000).fill(0.0005), stepSeconds })).toEqual([]);
  expect(chunksOf({ steps: [], stepSeconds })).toEqual([]);
});
