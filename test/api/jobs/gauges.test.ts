import { pino } from "pino";
import { expect, it, onTestFinished, vi } from "vitest";
import { jobClasses } from "@framewright/contracts/job.ts";
import { createGauges } from "../../../api/jobs/gauges.ts";
import { createMetrics } from "../../../api/metrics.ts";
import { FakeDb, figures, type Script } from "../fake-engine.ts";

const jobs = "FROM jobs";
const workers = "FROM workers";
const outbox = "FROM outbox";

/** Those that are not 0. */
async function counts(metric: Parameters<typeof figures>[0]): Promise<Record<string, number>> {
  return Object.fromEntries(Object.entries(await figures(metric)).filter(([, value]) => value > 0));
}

function gaugesOver(script: Script) {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const db = new FakeDb({ [workers]: [], "class-loads": [], [outbox]: [], ...script });
  const metrics = createMetrics();
  return { db, metrics, read: createGauges(db, metrics, pino({ level: "silent" })) };
}

it("figures of the database are read at most once in four seconds, and old ones go", async () => {
  const rows = [
    { state: "queued", class: "cpu.720p", jobs: 4, waited: 12 },
    { state: "running", class: "cpu.720p", jobs: 1, waited: 300 },
  ];
  const { db, metrics, read } = gaugesOver({
    [jobs]: () => rows.splice(0),
    [outbox]: [{ due: 2, oldest: 7.5 }],
  });
  await read();
  expect(await counts(metrics.jobs)).toEqual({ "queued cpu.720p": 4, "running cpu.720p": 1 });
  expect(await counts(metrics.oldestQueued)).toEqual({ "cpu.720p": 12 });
  expect(await figures(metrics.outboxUnpublished)).toEqual({ "": 2 });
  expect(await figures(metrics.outboxAge)).toEqual({ "": 7.5 });
  vi.advanceTimersByTime(3_999);
  await read();
  expect(db.executions(jobs)).toHaveLength(1);
  vi.advanceTimersByTime(1);
  await read();
  expect(await counts(metrics.jobs)).toEqual({});
  expect(Object.keys(await figures(metrics.jobs))).toHaveLength(2 * jobClasses.length);
  expect(await counts(metrics.oldestQueued)).toEqual({});
});

it("workers are counted by encoder, and for each class, also where there are none", async () => {
  const { metrics, read } = gaugesOver({
    [jobs]: [],
    [workers]: [
      { accel: "cpu", state: "ready", workers: 2 },
      { accel: "nvenc", state: "draining", workers: 1 },
    ],
    "class-loads": [
      { class: "cpu.720p", features: ["edit"], workers: 1, waiting: 0 },
      { class: "cpu.720p", features: [], workers: 1, waiting: 0 },
      { class: "cpu.720p", features: ["edit"], workers: 0, waiting: 5 },
    ],
  });
  await read();
  expect(await figures(metrics.workers)).toEqual({ "cpu ready": 2, "nvenc draining": 1 });
  const none = Object.fromEntries(jobClasses.map((name) => [name, 0]));
  expect(await figures(metrics.classWorkers)).toEqual({ ...none, "cpu.720p": 2 });
});

it("a database that is away leaves the other figures readable", async () => {
  const { read } = gaugesOver({ [jobs]: new Error("away") });
  await expect(read()).resolves.toBeUndefined();
});
