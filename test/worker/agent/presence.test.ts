import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WorkerRefused } from "../../../worker/src/agent/http.ts";
import { Presence } from "../../../worker/src/agent/presence.ts";
import { pause } from "../../../runtime/clock.ts";
import { fakeWorkerApi } from "../fake-api.ts";

const log = pino({ level: "silent" });
/** The API answers after the wait that it is asked for. */
const waiting = (seconds: number, signal: AbortSignal) =>
  pause(seconds * 1000, signal).then(() => ({ drain: false }));
const fakeApi = (answers: Parameters<typeof fakeWorkerApi>[0] = {}) =>
  fakeWorkerApi({ awaitOrders: waiting, ...answers });

function presenceOf(api: ReturnType<typeof fakeWorkerApi>, rotationMs = 0) {
  const onDrain = vi.fn<() => void>();
  return { presence: new Presence({ api, log, rotationMs, onDrain }), onDrain };
}
const away = (): Promise<never> => Promise.reject(new Error("away"));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the registration of a worker", () => {
  it("is tried until the API answers, with growing pauses", async () => {
    const api = fakeApi();
    for (let failure = 0; failure < 3; failure += 1) api.register.mockImplementationOnce(away);
    const { presence } = presenceOf(api);
    const registered = presence.register();
    expect(presence.connected).toBe(false);
    // The pauses are at most 500, 1000 and 2000 ms long, and at least half of that.
    await vi.advanceTimersByTimeAsync(1700);
    expect(api.register.mock.calls.length).toBeLessThan(4);
    await vi.advanceTimersByTimeAsync(1800);
    expect(await registered).toBe(true);
    expect(api.register).toHaveBeenCalledTimes(4);
    expect(presence.connected).toBe(true);
  });

  it("is given up when the worker ends", async () => {
    const { presence } = presenceOf(fakeApi({ register: away }));
    const registered = presence.register();
    await vi.advanceTimersByTimeAsync(60_000);
    await presence.end();
    expect(await registered).toBe(false);
    expect(presence.connected).toBe(false);
  });

  it("is given up when the API refuses the worker for good", async () => {
    const refused = () => Promise.reject(new WorkerRefused("token-refused", "used"));
    const api = fakeApi({ register: refused });
    expect(await presenceOf(api).presence.register()).toBe(false);
    expect(api.register).toHaveBeenCalledOnce();
  });
});

describe("the sign of life", () => {
  it("comes at once and then every ten seconds, until the worker ends", async () => {
    const api = fakeApi();
    const { presence } = presenceOf(api);
    presence.start();
    await vi.advanceTimersByTimeAsync(25_000);
    await presence.end();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(api.awaitOrders.mock.calls.map(([seconds]) => seconds)).toEqual([10, 10, 10]);
  });

  it("comes every two seconds where the API answers at once", async () => {
    const api = fakeApi({ awaitOrders: () => Promise.resolve({ drain: false }) });
    const { presence } = presenceOf(api);
    presence.start();
    await vi.advanceTimersByTimeAsync(5_000);
    await presence.end();
    expect(api.awaitOrders).toHaveBeenCalledTimes(3);
  });

  it("says that the worker drains, at once and from then on", async () => {
    const api = fakeApi();
    const { presence } = presenceOf(api);
    await presence.announceDrain();
    presence.start();
    await vi.advanceTimersByTimeAsync(11_000);
    await presence.end();
    expect(api.alive.mock.calls).toEqual([[true], [true], [true]]);
  });

  it("brings the order to drain, which is followed once", async () => {
    const api = fakeApi({ awaitOrders: () => Promise.resolve({ drain: true }) });
    const { presence, onDrain } = presenceOf(api);
    presence.start();
    await vi.advanceTimersByTimeAsync(5_000);
    await presence.end();
    expect(onDrain).toHaveBeenCalledOnce();
  });

  it("leaves the worker connected for 30 seconds without an answer", async () => {
    const api = fakeApi();
    const { presence } = presenceOf(api);
    presence.start();
    await vi.advanceTimersByTimeAsync(10_001);
    api.awaitOrders.mockImplementation(away);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(presence.connected).toBe(true);
    await vi.advanceTimersByTimeAsync(12_000);
    expect(presence.connected).toBe(false);
    api.awaitOrders.mockImplementation(waiting);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(presence.connected).toBe(true);
    await presence.end();
  });
});

describe("the worker's key", () => {
  it("is replaced when it has been used for long enough", async () => {
    const api = fakeApi();
    const { presence } = presenceOf(api, 60_000);
    await presence.register();
    presence.start();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(api.rotate).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(62_000);
    await presence.end();
    expect(api.rotate).toHaveBeenCalledTimes(2);
  });

  it("that could not be replaced is tried again with the next sign of life", async () => {
    const api = fakeApi({ rotate: away });
    const { presence } = presenceOf(api, 60_000);
    await presence.register();
    presence.start();
    await vi.advanceTimersByTimeAsync(81_000);
    await presence.end();
    expect(api.rotate.mock.calls.length).toBeGreaterThan(1);
    expect(api.awaitOrders.mock.calls.length).toBeGreaterThan(7);
  });
});
