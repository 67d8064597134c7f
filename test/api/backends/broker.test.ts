import { EventEmitter } from "node:events";
import type { RecoveringChannelModel } from "amqplib";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { jobClasses } from "@framewright/contracts/job.ts";
import {
  deadLetterExchange,
  deadLetterQueue,
  jobExchange,
  queueOf,
} from "@framewright/contracts/queue.ts";
import { brokerOver, type QueueMessage } from "../../../api/backends/broker.ts";

type Confirm = (error: unknown) => void;

/** A channel that keeps what it is given; the test confirms and returns messages. */
class FakeChannel extends EventEmitter {
  readonly confirms: Confirm[] = [];
  readonly assertExchange = vi.fn(() => Promise.resolve({}));
  readonly assertQueue = vi.fn((queue: string) => Promise.resolve({ queue, messageCount: 7 }));
  readonly bindQueue = vi.fn(() => Promise.resolve({}));
  readonly publish = vi.fn(
    (_exchange: string, _key: string, _body: Buffer, _options: object, confirm: Confirm) => {
      this.confirms.push(confirm);
      return true;
    },
  );
}

class FakeConnection extends EventEmitter {
  readonly channels: FakeChannel[] = [];
  readonly createConfirmChannel = vi.fn(() => {
    const channel = new FakeChannel();
    this.channels.push(channel);
    return Promise.resolve(channel);
  });
  readonly close = vi.fn(() => Promise.resolve());
}

const message: QueueMessage = {
  outboxId: "12",
  jobId: "job-1",
  jobClass: "cpu.720p",
  priority: "high",
};
const turn = () => vi.advanceTimersByTimeAsync(0);

function open() {
  const connection = new FakeConnection();
  const log = pino({ level: "silent" });
  const broker = brokerOver(connection as unknown as RecoveringChannelModel, log);
  const channel = (index = 0) => {
    const found = connection.channels[index];
    if (!found) throw new Error(`channel ${index} was not opened`);
    return found;
  };
  return { broker, connection, channel };
}

/** A broker whose connection stands and whose topology is declared. */
async function openConnected() {
  const opened = open();
  opened.connection.emit("connect");
  await turn();
  return opened;
}

/** Settled or not, and how. */
function outcomeOf(work: Promise<unknown>) {
  const outcome = { is: "pending" };
  work.then(
    () => (outcome.is = "resolved"),
    (error: unknown) => (outcome.is = error instanceof Error ? error.message : "rejected"),
  );
  return outcome;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a connection to the broker", () => {
  it("declares every queue when it is made, before anything is published", async () => {
    const { broker, channel } = await openConnected();
    expect(broker.connected).toBe(true);
    const { assertExchange, assertQueue, bindQueue } = channel();
    expect(assertExchange.mock.calls.map((call: unknown[]) => call.slice(0, 2))).toEqual([
      [deadLetterExchange, "fanout"],
      [jobExchange, "direct"],
    ]);
    const queues = jobClasses.map(queueOf);
    expect(assertQueue.mock.calls.map(([queue]) => queue)).toEqual([deadLetterQueue, ...queues]);
    expect(bindQueue.mock.calls).toEqual([
      [deadLetterQueue, deadLetterExchange, ""],
      ...jobClasses.map((jobClass) => [queueOf(jobClass), jobExchange, jobClass]),
    ]);
  });

  it("that does not stand refuses messages at once", async () => {
    const { broker, connection } = open();
    expect(broker.connected).toBe(false);
    await expect(broker.publish(message)).rejects.toThrow("the broker is not connected");
    connection.emit("connect");
    connection.emit("disconnect", new Error("gone"));
    await expect(broker.publish(message)).rejects.toThrow("the broker is not connected");
  });

  it("that broke gets another channel, with the queues declared again", async () => {
    const { broker, connection, channel } = await openConnected();
    connection.emit("disconnect", new Error("gone"));
    connection.emit("connect");
    await turn();
    void broker.publish(message);
    await turn();
    expect(channel(0).publish).not.toHaveBeenCalled();
    expect(channel(1).assertQueue).toHaveBeenCalledTimes(1 + jobClasses.length);
    expect(channel(1).publish).toHaveBeenCalledOnce();
    channel(1).confirms[0]?.(null);
  });

  it("opens another channel when one closes or cannot be opened", async () => {
    const { broker, connection, channel } = await openConnected();
    channel(0).emit("error", new Error("closed by the broker"));
    channel(0).emit("close");
    connection.createConfirmChannel.mockRejectedValueOnce(new Error("no channel"));
    await expect(broker.publish(message)).rejects.toThrow("no channel");
    const depth = broker.depth("cpu.720p");
    await turn();
    expect(await depth).toBe(7);
    expect(connection.channels).toHaveLength(2);
  });

  it("is closed with the broker", async () => {
    const { broker, connection } = await openConnected();
    await broker.close();
    expect(connection.close).toHaveBeenCalledOnce();
  });
});

describe("publishing", () => {
  it.each([
    ["high", 8],
    ["normal", 1],
  ] as const)(
    "sends a persistent message of %s priority that must reach a queue",
    async (priority, number) => {
      const { broker, channel } = await openConnected();
      const outcome = outcomeOf(broker.publish({ ...message, priority }));
      await turn();
      const [exchange, key, body, options] = channel().publish.mock.calls[0] ?? [];
      expect([exchange, key, body?.toString()]).toEqual([
        jobExchange,
        "cpu.720p",
        '{"v":1,"jobId":"job-1"}',
      ]);
      expect(options).toEqual({
        mandatory: true,
        persistent: true,
        contentType: "application/json",
        messageId: "12",
        priority: number,
      });
      expect(outcome.is).toBe("pending");
      channel().confirms[0]?.(null);
      await turn();
      expect(outcome.is).toBe("resolved");
    },
  );

  it("fails when the broker refuses the message", async () => {
    const { broker, channel } = await openConnected();
    const outcome = outcomeOf(broker.publish(message));
    await turn();
    channel().confirms[0]?.(new Error("message nacked"));
    await turn();
    expect(outcome.is).toBe("message nacked");
    expect(channel().assertExchange).toHaveBeenCalledTimes(2);
  });

  it("fails when the confirm takes longer than five seconds", async () => {
    const { broker } = await openConnected();
    const outcome = outcomeOf(broker.publish(message));
    await vi.advanceTimersByTimeAsync(4_999);
    expect(outcome.is).toBe("pending");
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome.is).toBe("the broker's confirm took longer than 5000 ms");
  });

  it("fails for the message that found no queue, and declares the queues once for all of them", async () => {
    const { broker, channel } = await openConnected();
    const other = { ...message, outboxId: "13" };
    const third = { ...message, outboxId: "14" };
    const outcomes = [message, other, third].map((one) => outcomeOf(broker.publish(one)));
    await turn();
    for (const messageId of ["12", "13"]) channel().emit("return", { properties: { messageId } });
    for (const confirm of channel().confirms) confirm(null);
    await turn();
    expect(outcomes.map(({ is }) => is)).toEqual([
      "no queue for cpu.720p",
      "no queue for cpu.720p",
      "resolved",
    ]);
    expect(channel().assertExchange).toHaveBeenCalledTimes(4);
  });

  it("succeeds again after a return, and declares the queues at each new one", async () => {
    const { broker, channel } = await openConnected();
    const send = async (returned: boolean) => {
      const outcome = outcomeOf(broker.publish(message));
      await turn();
      if (returned) channel().emit("return", { properties: { messageId: "12" } });
      channel().confirms.at(-1)?.(null);
      await turn();
      return outcome.is;
    };
    channel().assertExchange.mockRejectedValueOnce(new Error("not allowed"));
    expect(await send(true)).toBe("no queue for cpu.720p");
    expect(await send(false)).toBe("resolved");
    expect(await send(true)).toBe("no queue for cpu.720p");
    expect(channel().assertExchange).toHaveBeenCalledTimes(2 + 1 + 2);
  });
});

describe("the depth of a queue", () => {
  it("is what its declaration answers", async () => {
    const { broker, channel } = await openConnected();
    channel().assertQueue.mockClear();
    expect(await broker.depth("cpu.1080p")).toBe(7);
    expect(channel().assertQueue.mock.calls.map(([queue]) => queue)).toEqual([
      queueOf("cpu.1080p"),
    ]);
  });

  it("is an error when the broker does not answer for five seconds", async () => {
    const { broker, channel } = await openConnected();
    channel().assertQueue.mockReturnValueOnce(new Promise(() => undefined));
    const outcome = outcomeOf(broker.depth("cpu.1080p"));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(outcome.is).toBe("the queue depth took longer than 5000 ms");
  });
});
