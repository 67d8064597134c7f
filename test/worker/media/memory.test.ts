import { describe, expect, it } from "vitest";
import { dataLimit, heldBytes, mediaMemory, threadsFor } from "../../../worker/src/media/memory.ts";

const gib = 1024 ** 3;

describe("the memory of a media process", () => {
  it("is read from what the kernel says of the process", () => {
    const status = "Name:\tffmpeg\nVmHWM:\t   99000 kB\nVmRSS:\t    2048 kB\nVmData:\t 4096 kB\n";
    expect(heldBytes(status)).toEqual({ resident: 2 * 1024 ** 2, data: 4 * 1024 ** 2 });
    const nothing = { resident: 0, data: 0 };
    expect(heldBytes("Name:\tffmpeg\nState:\tZ (zombie)\n")).toEqual(nothing);
  });

  it.each<[availableGib: number, slots: number, leastGib: number]>([
    [2, 1, 1.5],
    [8, 1, 6.5],
    [16, 2, 6.5],
  ])("of a container of %d GiB and %d jobs is less than its share", (available, slots, least) => {
    const bytes = mediaMemory(available * gib, slots);
    expect(bytes).toBeGreaterThan(least * gib);
    expect(bytes * slots).toBeLessThan((available - 0.25) * gib);
    expect(dataLimit(bytes)).toBeGreaterThan(bytes);
    expect(dataLimit(bytes) * slots).toBeLessThanOrEqual((available - 0.25) * gib);
  });

  it.each<[cpus: number, memoryGib: number, threads: number]>([
    [1, 1.5, 1],
    [4, 6.9, 4],
    [64, 3.4, 13],
    [2, 0.2, 1],
  ])("lets %d processors with %d GiB run %d threads", (cpus, memoryGib, threads) => {
    expect(threadsFor(cpus, memoryGib * gib)).toBe(threads);
  });

  it("is enough to start on a tiny machine", () => {
    expect(mediaMemory(gib / 4, 1)).toBeGreaterThan(200 * 1024 ** 2);
  });
});
