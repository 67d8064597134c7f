import { expect, it } from "vitest";
import { noTests, succeeded, sumOf, totalsLine } from "../../../tools/testing/totals.ts";

const gpu = { name: "encodes on a GPU", lacks: "an NVIDIA GPU" };

it("the totals of several groups add up, and keep what was skipped", () => {
  const sum = sumOf([
    { passed: 3, failed: 0, skipped: [gpu] },
    { passed: 2, failed: 1, skipped: [] },
  ]);
  expect(sum).toEqual({ passed: 5, failed: 1, skipped: [gpu] });
});

it("the last line holds the three numbers and nothing else", () => {
  const line = totalsLine({ passed: 12, failed: 0, skipped: [gpu] });
  expect(line).toBe("12 passed, 0 failed, 1 skipped");
});

it.each([
  { what: "nothing", totals: noTests, good: false },
  { what: "only skipped tests", totals: { ...noTests, skipped: [gpu] }, good: false },
  { what: "one failure", totals: { ...noTests, passed: 9, failed: 1 }, good: false },
  { what: "passes and skips", totals: { passed: 9, failed: 0, skipped: [gpu] }, good: true },
])("a run with $what succeeded: $good", ({ totals, good }) => {
  expect(succeeded(totals)).toBe(good);
});
