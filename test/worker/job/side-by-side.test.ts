import { expect, it } from "vitest";
import { sideBySide } from "../../../worker/src/job/side-by-side.ts";

it("so many are under way at once, and the results are in order", async () => {
  const begun: number[] = [];
  const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<undefined>());
  const all = sideBySide(gates, 2, async (gate, index) => {
    begun.push(index);
    await gate.promise;
    return index * 10;
  });
  expect(begun).toEqual([0, 1]);
  gates[1]?.resolve(undefined);
  await expect.poll(() => begun).toEqual([0, 1, 2]);
  for (const gate of gates) gate.resolve(undefined);
  expect(await all).toEqual([0, 10, 20, 30]);
});

it("after a failure none is begun, and what is under way has ended", async () => {
  const begun: string[] = [];
  const slow = Promise.withResolvers<undefined>();
  let hasEnded = false;
  const all = sideBySide(["bad", "slow", "never"], 2, async (item) => {
    begun.push(item);
    if (item === "bad") throw new Error("refused");
    await slow.promise;
    hasEnded = true;
    return item;
  });
  slow.resolve(undefined);
  await expect(all).rejects.toThrow("refused");
  expect([begun, hasEnded]).toEqual([["bad", "slow"], true]);
});
