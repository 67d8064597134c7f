import { pino } from "pino";
import { expect, it, onTestFinished, vi } from "vitest";
import { createGauges } from "../../../api/jobs/gauges.ts";
import { createMetrics } from "../../../api/metrics.ts";
import { FakeDb, figures, type Script } from "../fake-engine.ts";

const jobs = "FROM jobs";
const outbox = "FROM outbox";

function gaugesOver(script: Script) {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const db = new FakeDb(script);
  const metrics = createMetrics();
  return { db, metrics, read: createGauges(db, metrics, pino({ level: "silent" })) };
}

it("figures of the database are read at most once in four seconds, and old ones go", async () => {
  const rows = [{ state: "queued", class: "cpu.720p", jobs: 4 }];
  const { db, metrics, read } = gaugesOver({
    [jobs]: () => rows.splice(0),
    [outbox]: [{ due: 2, oldest: 7.5 }],
  });
  await read();
  expect(await figures(metrics.jobs)).toEqual({ "queued cpu.720p": 4 });
  expect(await figures(metrics.outboxUnpublished)).toEqual({ "": 2 });
  expect(await figures(metrics.outboxAge)).toEqual({ "": 7.5 });
  vi.advanceTimersByTime(3_999);
  await read();
  expect(db.executions(jobs)).toHaveLength(1);
  vi.advanceTimersByTime(1);
  await read();
  expect(await figures(metrics.jobs)).toEqual({});
});

it("a database that is away leaves the other figures readable", async () => {
  const { read } = gaugesOver({ [jobs]: new Error("away") });
  await expect(read()).resolves.toBeUndefined();
});
