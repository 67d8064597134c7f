import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Presence } from "../../../worker/src/agent/presence.ts";
import { fakeWorkerApi } from "../fake-api.ts";

const log = pino({ level: "silent" });
const away = (): Promise<never> => Promise.reject(new Error("away"));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the registration of a worker", () => {
  it("is tried until the API answers, with growing pauses", async () => {
    const api = fakeWorkerApi();
    for (let failure = 0; failure < 3; failure += 1) api.register.mockImplementationOnce(away);
    const presence = new Presence(api, log);
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
    const presence = new Presence(fakeWorkerApi({ register: away }), log);
    const registered = presence.register();
    await vi.advanceTimersByTimeAsync(60_000);
    await presence.end();
    expect(await registered).toBe(false);
    expect(presence.connected).toBe(false);
  });
});

describe("the sign of life", () => {
  it("comes at once and then every ten seconds, until the worker ends", async () => {
    const api = fakeWorkerApi();
    const presence = new Presence(api, log);
    presence.start();
    await vi.advanceTimersByTimeAsync(25_000);
    await presence.end();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(api.alive.mock.calls).toEqual([[false], [false], [false]]);
  });

  it("says that the worker drains, at once and from then on", async () => {
    const api = fakeWorkerApi();
    const presence = new Presence(api, log);
    await presence.announceDrain();
    presence.start();
    await vi.advanceTimersByTimeAsync(11_000);
    await presence.end();
    expect(api.alive.mock.calls).toEqual([[true], [true], [true]]);
  });

  it("leaves the worker connected for 30 seconds without an answer", async () => {
    const api = fakeWorkerApi();
    const presence = new Presence(api, log);
    presence.start();
    await vi.advanceTimersByTimeAsync(1);
    api.alive.mockImplementation(away);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(presence.connected).toBe(true);
    await vi.advanceTimersByTimeAsync(2000);
    expect(presence.connected).toBe(false);
    api.alive.mockResolvedValue();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(presence.connected).toBe(true);
    await presence.end();
  });
});
