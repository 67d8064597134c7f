import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pause } from "@framewright/runtime/clock.ts";
import { Connection } from "../../../worker/src/agent/connection.ts";
import { fakeWorkerApi } from "../fake-api.ts";

const log = pino({ level: "silent" });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function start(stayConnected: (signal: AbortSignal) => Promise<void>) {
  const api = fakeWorkerApi({ stayConnected });
  const connection = new Connection(api, log);
  connection.start();
  return { connection, calls: () => api.stayConnected.mock.calls.length };
}

describe("the connection of a worker", () => {
  it("is opened again at once when it stood and broke", async () => {
    const { connection, calls } = start((signal) => pause(60_000, signal));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls()).toBe(2);
    await connection.end();
    expect(calls()).toBe(2);
  });

  it("is tried again with growing pauses while there is none", async () => {
    const { connection, calls } = start(() => Promise.reject(new Error("away")));
    await vi.advanceTimersByTimeAsync(0);
    expect(calls()).toBe(1);
    // The pauses are at most 200, 400 and 800 ms long, and at least half of that.
    await vi.advanceTimersByTimeAsync(690);
    expect(calls()).toBeLessThan(4);
    await vi.advanceTimersByTimeAsync(800);
    expect(calls()).toBeGreaterThanOrEqual(4);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls()).toBeLessThan(25);
    await connection.end();
  });

  it("pauses too where the API takes it and hangs up", async () => {
    const { connection, calls } = start(() => Promise.resolve());
    await vi.advanceTimersByTimeAsync(1_000);
    expect(calls()).toBeLessThan(7);
    await connection.end();
  });

  it("ends with the worker, whatever it was doing", async () => {
    const { connection } = start((signal) => pause(60_000, signal));
    await connection.end();
    const waiting = start(() => Promise.reject(new Error("away")));
    await vi.advanceTimersByTimeAsync(10);
    await waiting.connection.end();
    expect(waiting.calls()).toBe(1);
  });
});
