import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createReadiness, type ProbeRow } from "../../api/readiness.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

const ok = () => Promise.resolve();
const away = () => Promise.reject(new Error("not connected"));

function readinessOf(probes: Record<string, ProbeRow>) {
  const onCheck = vi.fn<(name: string, ok: boolean) => void>();
  return { readiness: createReadiness(probes, onCheck), onCheck };
}

it.each([
  ["works", ok, true, { ok: true, required: true }],
  ["is away", away, false, { ok: false, required: true, detail: "not connected" }],
])("a replica whose required backend %s", async (_how, probe, ready, check) => {
  const { readiness, onCheck } = readinessOf({ database: { required: true, probe } });
  expect(await readiness.report()).toEqual({ ready, checks: { database: check } });
  expect(onCheck.mock.calls).toEqual([["database", ready]]);
});

it("a replica is ready without a backend that it can do without, and reports it", async () => {
  const { readiness } = readinessOf({
    database: { required: true, probe: ok },
    broker: { required: false, probe: away },
  });
  const broker = { ok: false, required: false, detail: "not connected" };
  expect(await readiness.report()).toMatchObject({ ready: true, checks: { broker } });
});

it("a backend that does not answer for 1.5 s is away", async () => {
  const { readiness } = readinessOf({
    database: { required: true, probe: () => new Promise(() => undefined) },
  });
  const report = readiness.report();
  await vi.advanceTimersByTimeAsync(1_500);
  const detail = "database took longer than 1500 ms";
  expect(await report).toMatchObject({ ready: false, checks: { database: { detail } } });
});

it("several that ask within a second share an answer", async () => {
  const probe = vi.fn(ok);
  const { readiness } = readinessOf({ database: { required: true, probe } });
  await Promise.all([readiness.report(), readiness.report()]);
  await vi.advanceTimersByTimeAsync(1_000);
  await readiness.report();
  expect(probe).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  await readiness.report();
  expect(probe).toHaveBeenCalledTimes(2);
});

it("a replica that drains is not ready, whatever it reported a moment before", async () => {
  const { readiness } = readinessOf({ database: { required: true, probe: ok } });
  expect(await readiness.report()).toMatchObject({ ready: true });
  readiness.drain();
  expect(await readiness.report()).toEqual({
    ready: false,
    checks: {
      database: { ok: true, required: true },
      shutdown: { ok: false, required: true, detail: "shutting down" },
    },
  });
});
