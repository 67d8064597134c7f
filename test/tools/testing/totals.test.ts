import { expect, it } from "vitest";
import {
  failureLines,
  noTests,
  succeeded,
  sumOf,
  totalsLine,
} from "../../../tools/testing/totals.ts";

const wrong = { name: "adds up", why: "expected 1\n to be 2" };
const gpu = { name: "encodes on a GPU", lacks: "an NVIDIA GPU" };

it("the totals of several groups add up, and keep what was skipped", () => {
  const sum = sumOf([
    { passed: 3, failed: [], skipped: [gpu] },
    { passed: 2, failed: [wrong], skipped: [] },
  ]);
  expect(sum).toEqual({ passed: 5, failed: [wrong], skipped: [gpu] });
});

it("the last line holds the three numbers and nothing else", () => {
  const line = totalsLine({ passed: 12, failed: [], skipped: [gpu] });
  expect(line).toBe("12 passed, 0 failed, 1 skipped");
});

it.each([
  { what: "nothing", totals: noTests, good: false },
  { what: "only skipped tests", totals: { ...noTests, skipped: [gpu] }, good: false },
  { what: "one failure", totals: { ...noTests, passed: 9, failed: [wrong] }, good: false },
  { what: "passes and skips", totals: { passed: 9, failed: [], skipped: [gpu] }, good: true },
])("a run with $what succeeded: $good", ({ totals, good }) => {
  expect(succeeded(totals)).toBe(good);
});

it("the end of a run names each failure with its reason, in two lines, however long that is", () => {
  const long = { name: "group", why: "x".repeat(10_000) };
  const lines = failureLines({ ...noTests, failed: [wrong, long] });
  expect(lines.slice(0, 3)).toEqual(["  adds up", "      expected 1 to be 2", "  group"]);
  expect(lines).toHaveLength(4);
  expect(lines[3]?.length).toBeLessThan(1_000);
});
