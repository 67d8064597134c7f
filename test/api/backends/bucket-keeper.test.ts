import { pino } from "pino";
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { keepBucket } from "../../../api/backends/bucket-keeper.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

async function keep(ensureBucket: () => Promise<void>) {
  const ensure = vi.fn(ensureBucket);
  const keeper = keepBucket({ ensureBucket: ensure }, pino({ level: "silent" }));
  onTestFinished(() => keeper.stop());
  const before = keeper.check();
  await expect(before).rejects.toThrow("the object store has not answered yet");
  await vi.advanceTimersByTimeAsync(0);
  return { keeper, ensure };
}

it("a bucket that is there is looked for every 30 seconds", async () => {
  const { keeper, ensure } = await keep(() => Promise.resolve());
  await expect(keeper.check()).resolves.toBeUndefined();
  await vi.advanceTimersByTimeAsync(29_999);
  expect(ensure).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(ensure).toHaveBeenCalledTimes(2);
});

it("a store that is away is asked again after 0.5, 1, 2, 4, 5 and 5 seconds, and the check says why", async () => {
  const { keeper, ensure } = await keep(() => Promise.reject(new Error("refused")));
  await expect(keeper.check()).rejects.toThrow("the bucket does not exist yet: refused");
  for (const ms of [500, 1_000, 2_000, 4_000, 5_000, 5_000]) {
    ensure.mockClear();
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(ensure).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(ensure).toHaveBeenCalledOnce();
  }
});

it("an outage of a bucket that was there leaves the replica ready", async () => {
  const { keeper, ensure } = await keep(() => Promise.resolve());
  ensure.mockRejectedValue(new Error("refused"));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(ensure).toHaveBeenCalledTimes(2);
  await expect(keeper.check()).resolves.toBeUndefined();
});

it("the keeper asks no more after its stop", async () => {
  const { keeper, ensure } = await keep(() => Promise.resolve());
  await keeper.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ensure).toHaveBeenCalledTimes(1);
});
