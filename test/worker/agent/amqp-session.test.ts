import { EventEmitter } from "node:events";
import type { Channel, ConsumeMessage } from "amqplib";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { queueOf } from "@framewright/contracts/queue.ts";
import { AmqpSession } from "../../../worker/src/agent/amqp-session.ts";
import { Slots } from "../../../worker/src/agent/slots.ts";
import type { WorkSourceArgs } from "../../../worker/src/agent/work-source.ts";
import { fakeWorkerApi, lease } from "../fake-api.ts";

const classes = ["cpu.720p", "cpu.1080p"] as const;
const minute = 60_000;

type Consumer = (message: ConsumeMessage | null) => void;

function message(content = JSON.stringify({ v: 1, jobId: lease.jobId })): ConsumeMessage {
  return { content: Buffer.from(content), properties: {} } as ConsumeMessage;
}

/** A channel with queues that the test fills; it calls its consumers only when the test does. */
class FakeChannel extends EventEmitter {
  readonly queued = new Map<string, ConsumeMessage[]>();
  readonly consumers = new Map<string, Consumer>();
  readonly prefetch = vi.fn(() => Promise.resolve({}));
  readonly ack = vi.fn();
  readonly nack = vi.fn();
  readonly reject = vi.fn();
  readonly get = vi.fn((queue: string) =>
    Promise.resolve(this.queued.get(queue)?.shift() ?? false),
  );
  readonly consume = vi.fn((queue: string, consumer: Consumer) => {
    this.consumers.set(queue, consumer);
    return Promise.resolve({ consumerTag: queue });
  });
  readonly cancel = vi.fn((tag: string) => {
    this.consumers.delete(tag);
    return Promise.resolve({ consumerTag: tag });
  });
  readonly close = vi.fn(() => {
    this.emit("close");
    return Promise.resolve();
  });
}

function openSession(size = 1) {
  const api = fakeWorkerApi({ claim: () => Promise.resolve(lease) });
  const channel = new FakeChannel();
  const slots = new Slots(size);
  const stopping = new AbortController();
  const jobs: (() => void)[] = [];
  const onLease = vi.fn<WorkSourceArgs["onLease"]>(
    () => new Promise((resolve) => jobs.push(resolve)),
  );
  const log = pino({ level: "silent" });
  const args = { api, classes, slots, log, onLease };
  const session = new AmqpSession(args, channel as unknown as Channel, stopping.signal);
  slots.onFree(() => void session.fill());
  return { api, channel, slots, stopping, jobs, onLease, session };
}

const turn = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a session with the broker", () => {
  it("listens to every queue when all of them are empty", async () => {
    const { channel, session } = openSession(3);
    await session.fill();
    expect(channel.get.mock.calls).toEqual(classes.map((name) => [queueOf(name)]));
    expect([...channel.consumers.keys()]).toEqual(classes.map(queueOf));
    expect(channel.prefetch).toHaveBeenCalledWith(3);
    await session.fill();
    expect(channel.consume).toHaveBeenCalledTimes(2);
  });

  it("fetches no more than it has room for, and does not listen then", async () => {
    const { channel, onLease, session } = openSession();
    channel.queued.set(queueOf("cpu.720p"), [message(), message()]);
    channel.queued.set(queueOf("cpu.1080p"), [message()]);
    await session.fill();
    await turn();
    expect(onLease).toHaveBeenCalledOnce();
    expect([channel.get.mock.calls.length, channel.consume.mock.calls.length]).toEqual([1, 0]);
    expect(channel.ack).not.toHaveBeenCalled();
  });

  it("acknowledges a message when its job has ended, and fetches the next one", async () => {
    const { channel, jobs, onLease, session } = openSession();
    const first = message();
    channel.queued.set(queueOf("cpu.720p"), [first, message()]);
    await session.fill();
    await turn();
    jobs[0]?.();
    await turn();
    expect(channel.ack.mock.calls).toEqual([[first]]);
    expect(onLease).toHaveBeenCalledTimes(2);
    // Of the early acknowledgement: only the job that runs has one.
    expect(vi.getTimerCount()).toBe(1);
  });

  it("stops listening when its last slot is taken, and returns what comes nevertheless", async () => {
    const { channel, onLease, session } = openSession();
    await session.fill();
    const consumer = channel.consumers.get(queueOf("cpu.720p"));
    const late = message();
    consumer?.(message());
    consumer?.(late);
    await turn();
    expect(onLease).toHaveBeenCalledOnce();
    expect(channel.nack.mock.calls).toEqual([[late, false, true]]);
    expect(channel.consumers.size).toBe(0);
  });

  it("acknowledges a message whose job cannot be claimed", async () => {
    const { api, channel, onLease, session } = openSession();
    api.claim.mockResolvedValue(undefined);
    channel.queued.set(queueOf("cpu.720p"), [message()]);
    await session.fill();
    await turn();
    expect([channel.ack.mock.calls.length, onLease.mock.calls.length]).toEqual([1, 0]);
  });

  it("sends a malformed message to the dead letters", async () => {
    const { api, channel, session } = openSession();
    const bad = message("not json");
    channel.queued.set(queueOf("cpu.720p"), [bad]);
    await session.fill();
    await turn();
    expect(channel.reject.mock.calls).toEqual([[bad, false]]);
    expect([api.claim.mock.calls.length, channel.ack.mock.calls.length]).toEqual([0, 0]);
  });

  it("returns a message after a pause when the claim fails, longer each time", async () => {
    const { api, channel, slots, session } = openSession();
    // Of each pause the shortest that can be drawn.
    vi.spyOn(Math, "random").mockReturnValue(0);
    api.claim.mockRejectedValue(new Error("away"));
    channel.queued.set(queueOf("cpu.720p"), [message(), message(), message(), message()]);
    await session.fill();
    for (const [returned, pauseMs] of [500, 1000, 2000, 4000].entries()) {
      await vi.advanceTimersByTimeAsync(pauseMs - 1);
      expect([channel.nack.mock.calls.length, slots.free]).toEqual([returned, 0]);
      await vi.advanceTimersByTimeAsync(1);
      expect(channel.nack).toHaveBeenCalledTimes(returned + 1);
    }
    expect(channel.ack).not.toHaveBeenCalled();
  });

  it("pauses shortly again after a claim that was answered", async () => {
    const { api, channel, session } = openSession();
    vi.spyOn(Math, "random").mockReturnValue(0);
    api.claim.mockRejectedValue(new Error("away"));
    api.claim.mockRejectedValueOnce(new Error("away")).mockResolvedValueOnce(undefined);
    channel.queued.set(queueOf("cpu.720p"), [message(), message(), message()]);
    await session.fill();
    for (const returned of [1, 2]) {
      await vi.advanceTimersByTimeAsync(500);
      expect(channel.nack).toHaveBeenCalledTimes(returned);
    }
    expect(channel.ack).toHaveBeenCalledOnce();
  });

  it("acknowledges early what runs for longer than the broker waits, and only once", async () => {
    const { channel, jobs, session } = openSession();
    channel.queued.set(queueOf("cpu.720p"), [message()]);
    await session.fill();
    await vi.advanceTimersByTimeAsync(20 * minute - 1);
    expect(channel.ack).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(channel.ack).toHaveBeenCalledOnce();
    jobs[0]?.();
    await turn();
    expect(channel.ack).toHaveBeenCalledOnce();
  });

  it("takes nothing more once the worker stops", async () => {
    const { channel, onLease, session, stopping } = openSession();
    await session.fill();
    const consumer = channel.consumers.get(queueOf("cpu.720p"));
    stopping.abort();
    await session.fill();
    expect(channel.consumers.size).toBe(0);
    consumer?.(message());
    await turn();
    expect([channel.nack.mock.calls.length, onLease.mock.calls.length]).toEqual([1, 0]);
  });

  it("closes when the broker cancels a consumer, so that a new channel listens again", async () => {
    const { channel, session } = openSession();
    await session.fill();
    channel.consumers.get(queueOf("cpu.720p"))?.(null);
    await turn();
    expect(channel.close).toHaveBeenCalledOnce();
    await session.close();
    expect(channel.close).toHaveBeenCalledOnce();
  });

  it("answers nothing on a channel that is closed, while the job goes on", async () => {
    const { channel, jobs, onLease, session, slots } = openSession();
    channel.queued.set(queueOf("cpu.720p"), [message()]);
    await session.fill();
    channel.emit("error", new Error("connection reset"));
    channel.emit("close");
    expect(slots.free).toBe(0);
    jobs[0]?.();
    await turn();
    expect([channel.ack.mock.calls.length, slots.free]).toEqual([0, 1]);
    expect([onLease.mock.calls.length, channel.get.mock.calls.length]).toEqual([1, 1]);
  });

  it("survives a fetch that fails, and an answer that cannot be sent", async () => {
    const { channel, jobs, onLease, session, slots } = openSession();
    channel.get.mockRejectedValueOnce(new Error("reset"));
    await session.fill();
    channel.queued.set(queueOf("cpu.720p"), [message()]);
    channel.ack.mockImplementation(() => {
      throw new Error("channel closed");
    });
    await session.fill();
    expect(onLease).toHaveBeenCalledOnce();
    jobs[0]?.();
    await turn();
    expect(slots.free).toBe(1);
  });
});
