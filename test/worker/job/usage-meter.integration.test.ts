import { describe, expect, it } from "vitest";
import { encoders } from "../../../media/encoders/index.ts";
import { UsageMeter } from "../../../worker/src/job/usage-meter.ts";
import { createMediaTools } from "../../../worker/src/media/ffmpeg.ts";

// Not among the threads of the quick tests: the kernel counts the children of a process, whichever thread started them.

/** A program that works for some tenths of a second on one core, in a process of its own below it. */
const spin = "i=0; while [ $i -lt 150000 ]; do i=$((i+1)); done";
const tools = createMediaTools({
  ...{ ffmpeg: "/bin/sh", ffprobe: "/bin/sh", wrapper: () => [] },
  ...{ memoryBytes: 2 ** 30, dataBytes: undefined, env: { PATH: "/usr/bin:/bin" } },
});
const signal = new AbortController().signal;
const access = { reads: [], writes: [], signal };

describe("what an attempt uses", () => {
  it("has the CPU time of its processes and of those that they start, and none of their waiting", async () => {
    const meter = new UsageMeter();
    const watched = meter.watch(tools, encoders.cpu.accel);
    await watched.run("ffprobe", ["-c", "sleep 0.5"], access);
    const waited = meter.report().cpuSeconds;
    expect(waited).toBeLessThan(0.2);
    const before = performance.now();
    await watched.run("ffprobe", ["-c", `(${spin}); ${spin}`], access);
    const { cpuSeconds, gpuSeconds } = meter.report();
    expect(cpuSeconds - waited).toBeGreaterThan(0.05);
    expect(cpuSeconds - waited).toBeLessThan((performance.now() - before) / 1000 + 0.05);
    expect(gpuSeconds).toBe(0);
  });

  it("has that of a process that fails, and of another attempt nothing", async () => {
    const [mine, other] = [new UsageMeter(), new UsageMeter()];
    const failing = mine.watch(tools, "cpu").run("ffmpeg", ["-c", `${spin}; exit 3`], access);
    await expect(failing).rejects.toThrow();
    await other.watch(tools, "cpu").run("ffmpeg", ["-c", "true"], access);
    expect(mine.report().cpuSeconds).toBeGreaterThan(0.02);
    expect(other.report().cpuSeconds).toBeLessThan(mine.report().cpuSeconds);
  });

  it("has the time for which a GPU's encoder was held", async () => {
    const meter = new UsageMeter();
    const options = { ...access, stallMs: 10_000, onProgress: () => undefined };
    await meter.watch(tools, "nvenc").encode(["-c", "sleep 0.3"], options);
    expect(meter.report().gpuSeconds).toBeGreaterThanOrEqual(0.3);
  });
});
