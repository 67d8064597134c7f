import { expect, it } from "vitest";
import { jobClasses } from "@framewright/contracts/job.ts";
import { countSettlement, lengthOf } from "../../../api/jobs/job-figures.ts";
import type { Settlement } from "../../../api/jobs/settle.ts";
import { createMetrics } from "../../../api/metrics.ts";
import { figures, lockedJob } from "../fake-engine.ts";

function counted(settlement: Omit<Settlement, "jobId" | "job">) {
  const metrics = createMetrics();
  countSettlement(metrics, { jobId: "job-1", job: lockedJob(), ...settlement });
  return metrics;
}

/** Those that are not 0. */
async function counts(metric: Parameters<typeof figures>[0]): Promise<Record<string, number>> {
  return Object.fromEntries(Object.entries(await figures(metric)).filter(([, value]) => value > 0));
}

it("every end of a job is there as 0, so that Prometheus sees the first one", async () => {
  const all = await figures(createMetrics().jobsEnded);
  expect(all["failed cpu.720p defect"]).toBe(0);
  expect(Object.keys(all)).toHaveLength(jobClasses.length * 6);
  expect(await createMetrics().registry.metrics()).toContain(
    'framewright_job_time_to_playable_seconds_count{length="up-to-1h"} 0',
  );
});

it("a job that succeeded is counted with its times", async () => {
  const metrics = counted({ state: "succeeded", mediaSeconds: 61 });
  expect(await counts(metrics.jobsEnded)).toEqual({ "succeeded cpu.720p ": 1 });
  const text = await metrics.registry.metrics();
  expect(text).toContain('framewright_job_duration_seconds_sum{class="cpu.720p"} 60');
  expect(text).toContain('framewright_job_time_to_playable_seconds_sum{length="up-to-10m"} 90');
});

it("a failed job is counted by whose fault it was, and has no time", async () => {
  const metrics = counted({ state: "failed", kind: "input" });
  expect(await counts(metrics.jobsEnded)).toEqual({ "failed cpu.720p input": 1 });
  expect(await counts(metrics.timeToPlayable)).toEqual({});
});

it("a job that goes on is no end of a job", async () => {
  const metrics = counted({ state: "queued" });
  expect(await counts(metrics.attemptsEnded)).toEqual({ queued: 1 });
  expect(await counts(metrics.jobsEnded)).toEqual({});
});

it.each([
  [0, "up-to-10m"],
  [600, "up-to-10m"],
  [600.1, "up-to-1h"],
  [3_600, "up-to-1h"],
  [3_601, "longer"],
])("media of %d s are %s", (seconds, length) => {
  expect(lengthOf(seconds)).toBe(length);
});
