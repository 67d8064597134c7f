import { describe, expect, it } from "vitest";
import { mediaMemory, residentBytes } from "../../../worker/src/media/memory.ts";

const gib = 1024 ** 3;

describe("the memory of a media process", () => {
  it("is read from what the kernel says of the process", () => {
    const status = "Name:\tffmpeg\nVmHWM:\t   99000 kB\nVmRSS:\t    2048 kB\nThreads:\t4\n";
    expect(residentBytes(status)).toBe(2 * 1024 ** 2);
    expect(residentBytes("Name:\tffmpeg\nState:\tZ (zombie)\n")).toBeUndefined();
  });

  it.each<[availableGib: number, slots: number, leastGib: number]>([
    [2, 1, 1.5],
    [8, 1, 6.5],
    [16, 2, 6.5],
  ])("of a container of %d GiB and %d jobs is less than its share", (available, slots, least) => {
    const bytes = mediaMemory(available * gib, slots);
    expect(bytes).toBeGreaterThan(least * gib);
    expect(bytes * slots).toBeLessThan((available - 0.25) * gib);
  });

  it("is enough to start on a tiny machine", () => {
    expect(mediaMemory(gib / 4, 1)).toBeGreaterThan(200 * 1024 ** 2);
  });
});
