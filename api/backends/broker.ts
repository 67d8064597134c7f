import { readFileSync } from "node:fs";
import { connect, type ConfirmChannel, type RecoveringChannelModel } from "amqplib";
import type { Logger } from "pino";
import type { JobClass, Priority } from "@framewright/contracts/job.ts";
import { jobExchange, type JobMessage } from "@framewright/contracts/queue.ts";
import { declareJobQueue, declareTopology, messagePriority } from "./topology.ts";
import { withTimeout } from "@framewright/runtime/clock.ts";

export interface QueueMessage {
  /** Number of the outbox row; identifies a returned message. */
  readonly outboxId: string;
  readonly jobId: string;
  readonly jobClass: JobClass;
  readonly priority: Priority;
}

/** RabbitMQ, for publishing. A promise that resolves means: confirmed by the broker, in a queue. */
export interface Broker {
  readonly connected: boolean;
  publish(message: QueueMessage): Promise<void>;
  /** Messages that wait in the queue of a class; declares the queue anew when it is gone. */
  depth(jobClass: JobClass): Promise<number>;
  close(): Promise<void>;
}

const confirmTimeoutMs = 5_000;
const heartbeatSeconds = 10;

function withHeartbeat(url: string): string {
  const parsed = new URL(url);
  parsed.searchParams.set("heartbeat", String(heartbeatSeconds));
  return parsed.href;
}

/** A confirm channel with the topology declared, and the ids of messages that found no queue. */
interface Line {
  readonly channel: ConfirmChannel;
  readonly returned: Set<string>;
}

async function openLine(
  connection: RecoveringChannelModel,
  log: Logger,
  onClose: () => void,
): Promise<Line> {
  const channel = await connection.createConfirmChannel();
  const returned = new Set<string>();
  channel.on("error", (error) => {
    log.warn({ err: error }, "broker channel closed");
  });
  channel.on("close", onClose);
  channel.on("return", (message) => {
    const id: unknown = message.properties.messageId;
    if (typeof id === "string") returned.add(id);
  });
  await declareTopology(channel);
  return { channel, returned };
}

class UnroutableError extends Error {}

function sendConfirmed({ channel, returned }: Line, message: QueueMessage): Promise<void> {
  const content: JobMessage = { v: 1, jobId: message.jobId };
  const options = {
    mandatory: true,
    persistent: true,
    contentType: "application/json",
    messageId: message.outboxId,
    priority: messagePriority[message.priority],
  };
  return new Promise((resolve, reject) => {
    const settle = (error: unknown) => {
      // The return of an unroutable message always precedes its confirm.
      if (returned.delete(message.outboxId)) {
        reject(new UnroutableError(`no queue for ${message.jobClass}`));
      } else if (error) {
        reject(error instanceof Error ? error : new Error("refused by the broker"));
      } else {
        resolve();
      }
    };
    const body = Buffer.from(JSON.stringify(content));
    channel.publish(jobExchange, message.jobClass, body, options, settle);
  });
}

/** Keeps one line open as long as the connection stands, and opens another when it breaks. */
class LineKeeper {
  readonly #connection: RecoveringChannelModel;
  readonly #log: Logger;
  #line: Promise<Line> | undefined;
  #mending: Promise<void> | undefined;
  connected = false;

  constructor(connection: RecoveringChannelModel, log: Logger) {
    this.#connection = connection;
    this.#log = log;
  }

  current(): Promise<Line> {
    if (!this.connected) return Promise.reject(new Error("the broker is not connected"));
    this.#line ??= this.#open();
    return this.#line;
  }

  #open(): Promise<Line> {
    const forget = () => {
      if (this.#line === line) this.#line = undefined;
    };
    const line = openLine(this.#connection, this.#log, forget);
    line.catch(forget);
    return line;
  }

  forget(): void {
    this.#line = undefined;
  }

  /** Declares everything again, once for all messages that came back. */
  mend({ channel }: Line): Promise<void> {
    this.#mending ??= declareTopology(channel)
      .catch((error: unknown) => {
        this.#log.warn({ err: error }, "could not declare the queues again");
      })
      .finally(() => {
        this.#mending = undefined;
      });
    return this.#mending;
  }
}

function watch(connection: RecoveringChannelModel, lines: LineKeeper, log: Logger): void {
  connection.on("error", (error) => {
    log.warn({ err: error }, "broker connection error");
  });
  connection.on("handler-error", (error: unknown) => {
    log.error({ err: error }, "broker event handler failed");
  });
  connection.on("connect", () => {
    lines.connected = true;
    log.info("broker connected");
    lines.current().catch((error: unknown) => {
      log.warn({ err: error }, "could not declare the queues");
    });
  });
  connection.on("disconnect", (error) => {
    lines.connected = false;
    lines.forget();
    log.warn({ reason: error.message }, "broker disconnected");
  });
  connection.on("connect-failed", (error) => {
    log.warn({ reason: error.message }, "broker not reachable");
  });
}

/** Publishes over a connection that opens, breaks and opens again; declares the topology anew each time. */
export function brokerOver(connection: RecoveringChannelModel, log: Logger): Broker {
  const lines = new LineKeeper(connection, log);
  watch(connection, lines, log);
  const publish = async (message: QueueMessage) => {
    const line = await lines.current();
    try {
      await sendConfirmed(line, message);
    } catch (error) {
      if (error instanceof UnroutableError) await lines.mend(line);
      throw error;
    }
  };
  return {
    get connected() {
      return lines.connected;
    },
    publish: (message) => withTimeout(publish(message), confirmTimeoutMs, "the broker's confirm"),
    depth: async (jobClass) => {
      const { channel } = await withTimeout(lines.current(), confirmTimeoutMs, "a channel");
      return withTimeout(declareJobQueue(channel, jobClass), confirmTimeoutMs, "the queue depth");
    },
    close: () => connection.close(),
  };
}

/** Where the broker is, and who vouches for it. */
export interface BrokerAddress {
  /** With the scheme `amqps` by TLS. */
  readonly url: string;
  /** PEM file of the authorities that may sign its certificate. */
  readonly caFile: string | undefined;
}

/** Starts connecting and returns at once; reconnects for ever. */
export async function openBroker({ url, caFile }: BrokerAddress, log: Logger): Promise<Broker> {
  const connection = await connect(withHeartbeat(url), {
    ...(caFile !== undefined && { ca: readFileSync(caFile) }),
    timeout: 5_000,
    noDelay: true,
    clientProperties: { connection_name: "framewright-api" },
    recovery: { initialDelay: 200, maxDelay: 5_000, waitForConnect: false },
  });
  return brokerOver(connection, log);
}
