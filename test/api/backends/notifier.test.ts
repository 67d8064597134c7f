import { EventEmitter } from "node:events";
import { expect, it, vi } from "vitest";
import { redisNotifier, type RedisNotifierOptions } from "../../../api/backends/notifier.ts";

const channel = "framewright:changed";

type Redis = RedisNotifierOptions["publisher"];

class FakeRedis extends EventEmitter {
  status = "connecting";
  readonly subscribe = vi.fn(() => Promise.resolve(1));
  readonly publish = vi.fn(() => Promise.resolve(1));
}

function open() {
  const publisher = new FakeRedis();
  const subscriber = new FakeRedis();
  const onError = vi.fn();
  const notifier = redisNotifier({
    publisher: publisher as unknown as Redis,
    subscriber: subscriber as unknown as Redis,
    onError,
  });
  return { publisher, subscriber, onError, notifier };
}
const turn = () => new Promise(setImmediate);

it("without Redis this process alone is woken", () => {
  const { publisher, notifier } = open();
  const wake = vi.fn();
  const forget = notifier.onJob("job-1", wake);
  notifier.jobChanged("job-1");
  notifier.jobChanged("job-2");
  expect([wake.mock.calls.length, notifier.live]).toEqual([1, false]);
  expect(publisher.publish).not.toHaveBeenCalled();
  forget();
  notifier.jobChanged("job-1");
  expect(wake).toHaveBeenCalledTimes(1);
});

it("with Redis the other replicas are woken, about jobs, the queue and revoked keys", () => {
  const { publisher, notifier } = open();
  publisher.status = "ready";
  notifier.jobChanged("job-1");
  notifier.queueGrew();
  notifier.keyRevoked("key-1");
  expect(publisher.publish.mock.calls).toEqual([
    [channel, "job-1"],
    [channel, "queue"],
    [channel, "key:key-1"],
  ]);
});

it("what another replica says wakes those who wait here", () => {
  const { subscriber, notifier } = open();
  const wakes = [vi.fn(), vi.fn(), vi.fn()] as const;
  notifier.onJob("job-1", wakes[0]);
  notifier.onQueue(wakes[1]);
  notifier.onKeyRevoked("key-1", wakes[2]);
  for (const topic of ["job-1", "queue", "key:key-1"]) subscriber.emit("message", channel, topic);
  expect(wakes.map((wake) => wake.mock.calls.length)).toEqual([1, 1, 1]);
});

it("replicas hear each other from the subscription until the connection breaks", async () => {
  const { subscriber, notifier } = open();
  subscriber.emit("ready");
  expect(notifier.live).toBe(false);
  await turn();
  expect(notifier.live).toBe(true);
  subscriber.emit("close");
  expect(notifier.live).toBe(false);
});

it("errors of Redis are counted, not thrown", async () => {
  const { publisher, subscriber, onError, notifier } = open();
  publisher.status = "ready";
  publisher.publish.mockRejectedValueOnce(new Error("timeout"));
  subscriber.subscribe.mockRejectedValueOnce(new Error("timeout"));
  notifier.jobChanged("job-1");
  subscriber.emit("ready");
  await turn();
  expect(onError).toHaveBeenCalledTimes(2);
  expect(notifier.live).toBe(false);
});
