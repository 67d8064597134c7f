import { afterEach, describe, expect, it } from "vitest";
import { clips } from "../support/clips.ts";
import { makeMemoryGroup, type MemoryGroup } from "../support/memory-group.ts";
import { startBench, until, type WorkerBench } from "../support/worker-process.ts";

const gib = 1024 ** 3;
let bench: WorkerBench;
let group: MemoryGroup;

async function startIn(limitBytes: number): Promise<void> {
  bench = await startBench();
  group = makeMemoryGroup(limitBytes);
}

afterEach(async () => {
  await bench.close();
  group.remove();
});

describe("a worker in a container of 1 GiB", () => {
  it("survives a file that fills its memory faster than the worker looks, and blames the file", async () => {
    await startIn(gib);
    const worker = bench.start({ THREADS: "16" }, group.enter);
    const job = bench.api.addJob(await clips.manyOf8k());
    await bench.encoding(job);
    // No look at the memory of the encoder comes in time now.
    worker.child.kill("SIGSTOP");
    const gone = (): boolean => bench.encoders().length === 0;
    // It may hang where an allocation fails.
    await until("the encoder is at its end", gone, 10_000).catch(() => undefined);
    worker.child.kill("SIGCONT");
    await job.ended;
    expect(job.error).toMatchObject({ kind: "input", code: "too-much-memory" });
    expect(job.error?.message).toMatch(/It took more than (691|768) MiB\./);
    const next = bench.api.addJob(await clips.sd(3));
    await next.ended;
    expect(next.error).toBeUndefined();
    expect(bench.api.registrations).toHaveLength(1);
  }, 120_000);
});

describe("a worker of the size of its tier", () => {
  it("makes 2160p with 16 threads, which ask for much more memory than they use", async () => {
    await startIn(8 * gib);
    bench.start({ THREADS: "16", WORKER_CLASSES: "cpu.2160p" }, group.enter);
    const job = bench.api.addJob(await clips.uhd(), "hls-2160p");
    await job.ended;
    expect(job.error).toBeUndefined();
  }, 240_000);
});
