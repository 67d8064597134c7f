import { afterAll, beforeAll, expect, it } from "vitest";
import { Value } from "typebox/value";
import { BusyWorkers } from "@framewright/contracts/busy-workers.ts";
import { startEngine, type EngineUnderTest } from "../engine-under-test.ts";
import { registerWorker } from "../worker-under-test.ts";

let engine: EngineUnderTest;
beforeAll(async () => {
  engine = await startEngine({ postgres: true, objectStore: true });
});
afterAll(() => engine.stop());

async function figures(workers: string, classes = "cpu.720p cpu.1080p"): Promise<unknown> {
  const query = new URLSearchParams({ classes, workers });
  const response = await fetch(`${engine.api.opsUrl}/scaling?${query.toString()}`);
  expect(response.status).toBe(200);
  return response.json();
}

it("counts what waits, what the named workers have, and nothing that a project may not run", async () => {
  expect(await figures("worker-cpu-")).toEqual({ jobs: 0, running: 0 });
  await Promise.all([engine.submit(), engine.submit(), engine.submit(), engine.submit()]);
  expect(await figures("worker-cpu-")).toEqual({ jobs: 4, running: 0 });
  expect(await figures("worker-cpu-", "cpu.2160p")).toEqual({ jobs: 0, running: 0 });

  const pod = await registerWorker(engine.api, "worker-cpu-5d8f-x2");
  const remote = await registerWorker(engine.api, "studio-7");
  await pod.claim((await engine.submit()).id);
  await remote.claim((await engine.submit()).id);
  // What a machine of somebody else does needs no pod.
  expect(await figures("worker-cpu-")).toEqual({ jobs: 5, running: 1 });

  await engine.api.query("UPDATE projects SET max_running = 3");
  expect(await figures("worker-cpu-")).toEqual({ jobs: 2, running: 1 });
  await engine.api.query("UPDATE projects SET max_running = 1");
  expect(await figures("worker-cpu-")).toEqual({ jobs: 1, running: 1 });
});

it("says which workers have jobs, and for how long", async () => {
  const response = await fetch(`${engine.api.opsUrl}/scaling/busy-workers`);
  const { workers } = Value.Parse(BusyWorkers, await response.json());
  expect(workers.map(({ name }) => name)).toEqual(["studio-7", "worker-cpu-5d8f-x2"]);
  await engine.api.query("UPDATE attempts SET started_at = now() - interval '1 hour'");
  const later = await fetch(`${engine.api.opsUrl}/scaling/busy-workers`);
  for (const worker of Value.Parse(BusyWorkers, await later.json()).workers) {
    expect(worker.seconds).toBeGreaterThanOrEqual(3600);
  }
});

it("says how many webhook deliveries are due", async () => {
  const response = await fetch(`${engine.api.opsUrl}/scaling/deliveries`);
  expect(await response.json()).toMatchObject({ due: 0 });
});
