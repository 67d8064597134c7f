import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { SharedCounts } from "../../../api/plugins/shared-counts.ts";

/** As Redis: a sum per key, and when its window ends. */
class FakeRedis {
  isAway = false;
  readonly sums = new Map<string, { sum: number; endsAtMs: number }>();

  eval(_script: string, _keys: 1, ...[key, count, lengthMs]: (string | number)[]) {
    if (this.isAway) return Promise.reject(new Error("away"));
    const known = this.sums.get(String(key));
    const entry =
      known && known.endsAtMs > Date.now()
        ? known
        : { sum: 0, endsAtMs: Date.now() + Number(lengthMs) };
    entry.sum += Number(count);
    this.sums.set(String(key), entry);
    return Promise.resolve([entry.sum, entry.endsAtMs - Date.now()]);
  }
}

const minute = 60_000;
let redis: FakeRedis;
let errors: number;

beforeEach(() => {
  vi.useFakeTimers();
  redis = new FakeRedis();
  errors = 0;
});
afterEach(() => vi.useRealTimers());

function replica(own: FakeRedis | undefined = redis): SharedCounts {
  const onError = () => {
    errors += 1;
  };
  return new SharedCounts({ redis: own, onError });
}

function add(counts: SharedCounts, times: number): number {
  let last = 0;
  for (let i = 0; i < times; i++) last = counts.add("key", minute).current;
  return last;
}

it("counts at once what comes to one replica, and a moment later what came to the others", async () => {
  const [one, other] = [replica(), replica()];
  expect(add(one, 3)).toBe(3);
  expect(add(other, 2)).toBe(2);
  await vi.advanceTimersByTimeAsync(150);
  add(one, 1);
  await vi.advanceTimersByTimeAsync(150);
  expect(add(one, 1)).toBe(7);
  expect([...redis.sums.values()]).toMatchObject([{ sum: 6 }]);
});

it("asks Redis once for many requests", async () => {
  const asked = vi.spyOn(redis, "eval");
  const counts = replica();
  add(counts, 1000);
  await vi.advanceTimersByTimeAsync(150);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(add(counts, 1)).toBe(1001);
});

it("begins anew when the window ends, which for all replicas is when Redis says", async () => {
  const [one, other] = [replica(), replica()];
  add(one, 5);
  await vi.advanceTimersByTimeAsync(20_000);
  add(other, 1);
  await vi.advanceTimersByTimeAsync(150);
  const { current, ttl } = other.add("key", minute);
  expect(current).toBe(7);
  expect(ttl).toBeLessThan(40_000);
  await vi.advanceTimersByTimeAsync(ttl);
  expect(add(other, 1)).toBe(1);
});

it("counts alone while Redis is away, and tells it everything afterwards", async () => {
  const counts = replica();
  redis.isAway = true;
  add(counts, 4);
  await vi.advanceTimersByTimeAsync(150);
  expect(errors).toBe(1);
  expect(add(counts, 1)).toBe(5);
  redis.isAway = false;
  await vi.advanceTimersByTimeAsync(150);
  expect([...redis.sums.values()]).toMatchObject([{ sum: 5 }]);
  expect(add(counts, 1)).toBe(6);
});

it("keeps what is counted while Redis is being told", async () => {
  const counts = replica();
  let answer: (pair: [number, number]) => void = () => undefined;
  vi.spyOn(redis, "eval").mockImplementationOnce(
    () => new Promise((resolve) => (answer = resolve)),
  );
  add(counts, 3);
  await vi.advanceTimersByTimeAsync(150);
  expect(add(counts, 2)).toBe(5);
  answer([30, minute]);
  await vi.advanceTimersByTimeAsync(0);
  expect(add(counts, 1)).toBe(33);
});

it("counts by itself without Redis", () => {
  expect(add(new SharedCounts({ redis: undefined, onError: () => undefined }), 2)).toBe(2);
});
