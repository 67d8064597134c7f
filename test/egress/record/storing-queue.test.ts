import { pino } from "pino";
import { expect, it, vi } from "vitest";
import { StoringQueue } from "../../../egress/src/record/storing-queue.ts";
import { TaskLost } from "../../../egress/src/recorder-api.ts";

const task = () => ({ signal: new AbortController().signal, log: pino({ level: "silent" }) });

it("what could not be stored is stored later, in its order", async () => {
  vi.useFakeTimers();
  const stored: number[] = [];
  let isAway = true;
  const store = (batch: readonly number[]): Promise<void> => {
    if (isAway) return Promise.reject(new Error("the store is away"));
    stored.push(...batch);
    return Promise.resolve();
  };
  const queue = new StoringQueue(task(), store);
  [1, 2, 3].forEach((item) => {
    queue.add(item);
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(stored).toEqual([]);
  isAway = false;
  queue.add(4);
  await vi.advanceTimersByTimeAsync(6_000);
  await queue.drained();
  expect(stored).toEqual([1, 2, 3, 4]);
  vi.useRealTimers();
});

it("nothing is tried again for a task that is another's", async () => {
  const store = vi.fn(() => Promise.reject(new TaskLost()));
  const queue = new StoringQueue(task(), store);
  queue.add("segment");
  await expect(queue.drained()).rejects.toThrow(TaskLost);
  expect(store).toHaveBeenCalledTimes(1);
});
