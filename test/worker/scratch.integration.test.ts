import { statSync } from "node:fs";
import { expect, it } from "vitest";
import { clips } from "../support/clips.ts";
import { startBench, until } from "../support/worker-process.ts";

it("a job whose result does not fit on the scratch volume ends with the figures, and the next one fits", async () => {
  const bench = await startBench();
  const path = await clips.noisy();
  const limit = Math.ceil(statSync(path).size * 2.2);
  const { lines } = bench.start({ WORK_DIR_BYTES: `${limit}` });
  const job = bench.api.addJob(path);
  await job.ended;
  expect(job.error).toMatchObject({ kind: "input", code: "result-too-large" });
  const figures = new RegExp(`written, and (\\d+) of ${limit} bytes are used; a larger workDir`);
  const [, used] = figures.exec(job.error?.message ?? "") ?? [];
  expect(Number(used)).toBeGreaterThan(limit * 0.95);
  expect(job.stored.map((one) => one.path)).not.toContain("master.m3u8");
  expect(lines("attempt failed")).toHaveLength(1);
  await until("scratch is clean", () => bench.scratch().length === 0, 3000);
  const next = bench.api.addJob(await clips.silent());
  await next.ended;
  expect(next.error).toBeUndefined();
  await bench.close();
}, 120_000);
