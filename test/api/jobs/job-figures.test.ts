import { expect, it } from "vitest";
import { countSettlement, lengthOf } from "../../../api/jobs/job-figures.ts";
import type { Settlement } from "../../../api/jobs/settle.ts";
import { createMetrics } from "../../../api/metrics.ts";
import { figures, lockedJob } from "../fake-engine.ts";

function counted(settlement: Omit<Settlement, "jobId" | "job">) {
  const metrics = createMetrics();
  countSettlement(metrics, { jobId: "job-1", job: lockedJob(), ...settlement });
  return metrics;
}

it("a job that succeeded is counted with its times", async () => {
  const metrics = counted({ state: "succeeded", mediaSeconds: 61 });
  expect(await figures(metrics.jobsEnded)).toEqual({ "succeeded cpu.720p ": 1 });
  const text = await metrics.registry.metrics();
  expect(text).toContain('framewright_job_duration_seconds_sum{class="cpu.720p"} 60');
  expect(text).toContain('framewright_job_time_to_playable_seconds_sum{length="up-to-10m"} 90');
});

it("a failed job is counted by whose fault it was, and has no time", async () => {
  const metrics = counted({ state: "failed", kind: "input" });
  expect(await figures(metrics.jobsEnded)).toEqual({ "failed cpu.720p input": 1 });
  expect(await figures(metrics.timeToPlayable)).toEqual({});
});

it("a job that goes on is no end of a job", async () => {
  const metrics = counted({ state: "queued" });
  expect(await figures(metrics.attemptsEnded)).toEqual({ queued: 1 });
  expect(await figures(metrics.jobsEnded)).toEqual({});
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
