import { describe, expect, it } from "vitest";
import { startTime, startTimeIn } from "../../../tools/node/processes.ts";

/** /proc/<pid>/stat of a process in a state, with so many threads; what no test reads is zero. */
function stat(state: string, threads: number): string {
  const before = [state, ...Array<number>(16).fill(0)];
  return `4711 (a name) with (brackets)) ${[...before, threads, 0, 815, 0, 0].join(" ")}`;
}

describe("when a process started", () => {
  it.each([
    ["one that sleeps", "S", 4, "815"],
    ["one that has ended and waits for its parent", "Z", 1, undefined],
    ["one whose first thread has ended before the others", "Z", 4, "815"],
  ])("%s", (_, state, threads, expected) => {
    expect(startTimeIn(stat(state, threads))).toBe(expected);
  });

  it("is known of this one, and of none that never was", () => {
    expect(startTime(process.pid)).toMatch(/^\d+$/);
    expect(startTime(2 ** 22 + 1)).toBeUndefined();
  });
});
