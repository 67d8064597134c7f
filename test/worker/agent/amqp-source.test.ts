import { EventEmitter } from "node:events";
import type { connect } from "amqplib";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createAmqpSource } from "../../../worker/src/agent/amqp-source.ts";
import { Slots } from "../../../worker/src/agent/slots.ts";
import { fakeWorkerApi } from "../fake-api.ts";

/** A channel of a broker whose queues are empty. */
function emptyChannel() {
  const channel = new EventEmitter();
  return Object.assign(channel, {
    get: vi.fn(() => Promise.resolve(false)),
    prefetch: vi.fn(() => Promise.resolve()),
    consume: vi.fn((queue: string) => Promise.resolve({ consumerTag: queue })),
    cancel: vi.fn(() => Promise.resolve()),
    close: vi.fn(() => {
      channel.emit("close");
      return Promise.resolve();
    }),
  });
}

function startSource() {
  const channels: ReturnType<typeof emptyChannel>[] = [];
  const connection = Object.assign(new EventEmitter(), {
    close: vi.fn(() => Promise.resolve()),
    createChannel: vi.fn(() => {
      const channel = emptyChannel();
      channels.push(channel);
      return Promise.resolve(channel);
    }),
  });
  const onConnected = vi.fn();
  const slots = new Slots(1);
  const source = createAmqpSource({
    api: fakeWorkerApi(),
    slots,
    log: pino({ level: "silent" }),
    onLease: () => Promise.resolve(),
    classes: ["cpu.720p"],
    url: "amqp://broker",
    onConnected,
    connect: (() => Promise.resolve(connection)) as unknown as typeof connect,
  });
  source.start();
  return { channels, connection, onConnected, slots, source };
}

const turn = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("work from the broker", () => {
  it("is listened for on one channel", async () => {
    const { channels, source } = startSource();
    await turn();
    expect(channels).toHaveLength(1);
    expect(channels[0]?.consume).toHaveBeenCalledOnce();
    await source.close();
  });

  it("is listened for on a new channel, a second after the old one closed", async () => {
    const { channels, source } = startSource();
    await turn();
    channels[0]?.emit("close");
    await vi.advanceTimersByTimeAsync(999);
    expect(channels).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(channels).toHaveLength(2);
    expect(channels[1]?.consume).toHaveBeenCalledOnce();
    await source.close();
  });

  it("waits for a broker that gives no channel yet", async () => {
    const { channels, connection, source } = startSource();
    connection.createChannel.mockRejectedValueOnce(new Error("not connected"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(channels).toHaveLength(1);
    await source.close();
  });

  it("is reported as connected or not", async () => {
    const { connection, onConnected, source } = startSource();
    await turn();
    connection.emit("connect");
    connection.emit("disconnect", new Error("reset"));
    connection.emit("connect-failed", new Error("refused"));
    expect(onConnected.mock.calls).toEqual([[true], [false], [false]]);
    await source.close();
  });

  it("is fetched when a slot becomes free", async () => {
    const { channels, slots, source } = startSource();
    const giveBack = slots.take();
    await turn();
    expect(channels[0]?.get).not.toHaveBeenCalled();
    giveBack?.();
    await turn();
    expect(channels[0]?.get).toHaveBeenCalledOnce();
    await source.close();
  });

  it("stops before the connection closes", async () => {
    const { channels, connection, source } = startSource();
    await turn();
    await source.stop();
    expect(channels[0]?.cancel).toHaveBeenCalledOnce();
    expect(connection.close).not.toHaveBeenCalled();
    await source.close();
    expect(channels[0]?.close).toHaveBeenCalledOnce();
    expect(connection.close).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(channels).toHaveLength(1);
  });

  it("closes also when its channel had closed before", async () => {
    const { channels, connection, source } = startSource();
    await turn();
    channels[0]?.close.mockRejectedValue(new Error("closed already"));
    const closing = source.close();
    channels[0]?.emit("close");
    await turn();
    await closing;
    expect(connection.close).toHaveBeenCalledOnce();
  });
});
