import { statSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startBench, type WorkerBench } from "../support/worker-process.ts";
import { clips } from "../support/clips.ts";

let bench: WorkerBench;

beforeAll(async () => {
  bench = await startBench();
});

afterAll(() => bench.close());

it("a second of film and a picture now and then for four hours are refused in seconds, not encoded for hours", async () => {
  const { child, exited, lines } = bench.start();
  const path = await clips.sparsePictures();
  expect(statSync(path).size).toBeLessThan(100_000);
  const job = bench.api.addJob(path, "hls-1080p");
  const begun = Date.now();
  await job.ended;
  expect(Date.now() - begun).toBeLessThan(30_000);
  expect(job.error).toMatchObject({ kind: "input", code: "too-much-work" });
  expect(job.error?.message).toMatch(
    /would take about [\d.]+ (minutes|hours): the result has 107\d{4} pictures/,
  );
  expect(job.stored).toEqual([]);
  expect(lines("attempt failed")).toHaveLength(1);
  child.kill("SIGKILL");
  await exited;
}, 60_000);

it("an encode that takes longer than estimated is ended, and the slot is free for the next job", async () => {
  const { child } = bench.start({
    WORKER_NAME: "second",
    // With so many threads the estimate is much too good for the machines that run tests.
    THREADS: "48",
    // A minute of pictures takes longer on any machine; one second of them does not on a busy one.
    ENCODE_FREE_SECONDS: "2",
    ENCODE_SECONDS_PER_MEGABYTE: "0",
  });
  const job = bench.api.addJob(await clips.long());
  await job.ended;
  expect(job.error).toMatchObject({ kind: "input", code: "too-much-work" });
  expect(bench.encoders()).toEqual([]);
  const next = bench.api.addJob(await clips.sd(1));
  await next.ended;
  expect(next.error).toBeUndefined();
  child.kill();
}, 60_000);
