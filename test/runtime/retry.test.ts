import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pause, withTimeout } from "../../runtime/clock.ts";
import { backoffMs, retry } from "../../runtime/retry.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("the back-off", () => {
  it.each([
    [0, 0, 150],
    [0, 1, 300],
    [1, 0, 300],
    [3, 1, 2400],
    [10, 1, 5000],
  ])("after %i failures, with the draw %d, is %d ms", (attempt, draw, ms) => {
    vi.spyOn(Math, "random").mockReturnValue(draw);
    expect(backoffMs(attempt, 300, 5000)).toBe(ms);
  });
});

describe("a pause", () => {
  it("lasts its time, and ends early when the signal fires", async () => {
    const stop = new AbortController();
    let ended = 0;
    const wait = (signal?: AbortSignal) => pause(1000, signal).then(() => (ended += 1));
    const waits = [wait(), wait(stop.signal)];
    stop.abort();
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(ended).toBe(2);
    await Promise.all(waits);
  });

  it("does not begin when the signal has fired", async () => {
    await Promise.all([pause(60_000, AbortSignal.abort()), vi.advanceTimersByTimeAsync(1)]);
  });
});

it("a time limit names what took longer", async () => {
  const never = new Promise<never>(() => undefined);
  const limited = expect(withTimeout(never, 50, "the query")).rejects.toThrow(
    "the query took longer than 50 ms",
  );
  await vi.advanceTimersByTimeAsync(51);
  await limited;
});

describe("retrying", () => {
  const options = { attempts: 3, firstMs: 100, limitMs: 1000, retryable: () => true };

  it("returns the first success", async () => {
    const call = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error("busy"));
    call.mockResolvedValueOnce("done");
    const result = retry(call, { ...options, signal: new AbortController().signal });
    await vi.advanceTimersByTimeAsync(100);
    expect(await result).toBe("done");
    expect(call).toHaveBeenCalledTimes(2);
  });

  it.each([
    ["the attempts are used up", { ...options }, 3],
    ["the error is final", { ...options, retryable: () => false }, 1],
  ])("gives the error when %s", async (_, some, calls) => {
    const call = vi.fn<() => Promise<string>>().mockRejectedValue(new Error("busy"));
    const result = expect(
      retry(call, { ...some, signal: new AbortController().signal }),
    ).rejects.toThrow("busy");
    await vi.advanceTimersByTimeAsync(5000);
    await result;
    expect(call).toHaveBeenCalledTimes(calls);
  });

  it("ends with the signal's reason", async () => {
    const stop = new AbortController();
    const call = vi.fn<() => Promise<string>>().mockRejectedValue(new Error("busy"));
    const result = expect(retry(call, { ...options, signal: stop.signal })).rejects.toThrow("lost");
    stop.abort(new Error("lost"));
    await vi.advanceTimersByTimeAsync(5000);
    await result;
  });
});
