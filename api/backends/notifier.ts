import { EventEmitter } from "node:events";
import type { Redis } from "ioredis";

/** Says "look again" to whoever waits on a job, on the queue, on a key or for orders, on every replica. Carries no state. */
export interface Notifier {
  /** False while replicas cannot hear each other: waiters should look at the database more often. */
  readonly live: boolean;
  jobChanged(jobId: string): void;
  queueGrew(): void;
  /** A recording waits for a recorder. */
  egressGrew(): void;
  keyRevoked(keyId: string): void;
  /** A worker was drained or revoked, which is rare: all of them look. */
  workersChanged(): void;
  /** Returns the function that ends the subscription. */
  onJob(jobId: string, wake: () => void): () => void;
  onQueue(wake: () => void): () => void;
  onEgress(wake: () => void): () => void;
  onKeyRevoked(keyId: string, wake: () => void): () => void;
  onWorkers(wake: () => void): () => void;
  close(): void;
}

const channel = "framewright:changed";
/** Topics are ids of jobs and of recordings, and these. */
const queueTopic = "queue";
const egressTopic = "egress";
const workersTopic = "workers";
const keyTopic = (keyId: string) => `key:${keyId}`;

/** A wake-up within this process only; what remains when Redis is away. */
export function localNotifier(): Notifier & { wake(topic: string): void } {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  const subscribe = (topic: string, wake: () => void) => {
    emitter.on(topic, wake);
    return () => {
      emitter.off(topic, wake);
    };
  };
  const wake = (topic: string) => emitter.emit(topic);
  return {
    live: false,
    wake,
    jobChanged: wake,
    queueGrew: () => wake(queueTopic),
    egressGrew: () => wake(egressTopic),
    keyRevoked: (keyId) => wake(keyTopic(keyId)),
    workersChanged: () => wake(workersTopic),
    onJob: subscribe,
    onQueue: (listener) => subscribe(queueTopic, listener),
    onEgress: (listener) => subscribe(egressTopic, listener),
    onKeyRevoked: (keyId, listener) => subscribe(keyTopic(keyId), listener),
    onWorkers: (listener) => subscribe(workersTopic, listener),
    close: () => emitter.removeAllListeners(),
  };
}

export interface RedisNotifierOptions {
  readonly publisher: Redis;
  readonly subscriber: Redis;
  readonly onError: () => void;
}

/** Wakes this process directly and the other replicas through Redis. */
export function redisNotifier({ publisher, subscriber, onError }: RedisNotifierOptions): Notifier {
  const local = localNotifier();
  let subscribed = false;
  const subscribe = () => {
    subscriber.subscribe(channel).then(() => {
      subscribed = true;
    }, onError);
  };
  subscriber.on("ready", subscribe);
  subscriber.on("close", () => {
    subscribed = false;
  });
  subscriber.on("message", (_, topic: string) => {
    local.wake(topic);
  });
  if (subscriber.status === "ready") subscribe();
  const tell = (topic: string) => {
    local.wake(topic);
    if (publisher.status !== "ready") return;
    publisher.publish(channel, topic).catch(onError);
  };
  return {
    get live() {
      return subscribed;
    },
    jobChanged: tell,
    queueGrew: () => {
      tell(queueTopic);
    },
    egressGrew: () => {
      tell(egressTopic);
    },
    keyRevoked: (keyId) => {
      tell(keyTopic(keyId));
    },
    workersChanged: () => {
      tell(workersTopic);
    },
    onJob: (jobId, wake) => local.onJob(jobId, wake),
    onQueue: (wake) => local.onQueue(wake),
    onEgress: (wake) => local.onEgress(wake),
    onKeyRevoked: (keyId, wake) => local.onKeyRevoked(keyId, wake),
    onWorkers: (wake) => local.onWorkers(wake),
    close: () => {
      local.close();
    },
  };
}
