import type { Channel, ConsumeMessage, GetMessage } from "amqplib";
import type { JobClass } from "@framewright/contracts/job.ts";
import { JobMessage, queueOf } from "@framewright/contracts/queue.ts";
import { Traceparent } from "@framewright/contracts/trace.ts";
import { Value } from "typebox/value";
import { inSpan } from "@framewright/runtime/tracing/tracing.ts";
import { pause } from "@framewright/runtime/clock.ts";
import { backoffMs } from "@framewright/runtime/retry.ts";
import type { WorkSourceArgs } from "./work-source.ts";

type Delivery = ConsumeMessage | GetMessage;

export interface AmqpSessionArgs extends WorkSourceArgs {
  readonly classes: readonly JobClass[];
}

/**
 * The broker takes back what is unacknowledged for 30 minutes. The lease holds the job, not the
 * message, so that a message may go earlier; until then it counts as work for the autoscaler.
 */
const ackAfterMs = 20 * 60_000;

/** The id that a message names; nothing when it is not a job message of ours. */
export function readJobId(content: Buffer): string | undefined {
  try {
    const message: unknown = JSON.parse(content.toString("utf8"));
    return Value.Check(JobMessage, message) ? message.jobId : undefined;
  } catch {
    return undefined;
  }
}

/** The trace that a message belongs to, if its header says so; the broker passes on what it was given. */
function traceparentOf({ properties }: Delivery): string | undefined {
  const header: unknown = properties.headers?.["traceparent"];
  return Value.Check(Traceparent, header) ? header : undefined;
}

/** The claim of the job that a message names is a part of that job's trace, also where it gives another job. */
function claimNamed(api: WorkSourceArgs["api"], jobId: string, message: Delivery) {
  const parent = traceparentOf(message);
  if (parent === undefined) return api.claim(jobId);
  const options = { kind: "consumer", parent, facts: { "job.id": jobId } } as const;
  return inSpan("claim", options, () => api.claim(jobId));
}

/** One channel's life. A message is only a hint: what it leads to is decided by the claim. */
export class AmqpSession {
  readonly #args: AmqpSessionArgs;
  readonly #channel: Channel;
  readonly #stopping: AbortSignal;
  #tags: string[] = [];
  #filling: Promise<void> = Promise.resolve();
  #closed = false;
  #refusals = 0;

  constructor(args: AmqpSessionArgs, channel: Channel, stopping: AbortSignal) {
    this.#args = args;
    this.#channel = channel;
    this.#stopping = stopping;
    channel.on("close", () => {
      this.#closed = true;
    });
    channel.on("error", (error) => {
      args.log.warn({ err: error }, "broker channel failed");
    });
  }

  /**
   * Fetches while there is room, and listens only when every queue is empty: with several queues
   * a listener gets a message from each, and what has no room would bounce and use up deliveries.
   */
  fill(): Promise<void> {
    this.#filling = this.#filling
      .then(() => this.#fill())
      .catch((error: unknown) => {
        if (!this.#closed) this.#args.log.warn({ err: error }, "fetching from the broker failed");
      });
    return this.#filling;
  }

  async #fill(): Promise<void> {
    if (this.#closed) return;
    if (this.#stopping.aborted || this.#args.slots.free === 0) {
      await this.#deafen();
      return;
    }
    if (this.#tags.length > 0) return;
    for (const name of this.#args.classes) {
      while (this.#hasRoom()) {
        const message = await this.#channel.get(queueOf(name));
        if (!message) break;
        this.#take(message);
      }
    }
    if (this.#hasRoom()) await this.#listen();
  }

  #hasRoom(): boolean {
    return this.#args.slots.free > 0 && !this.#stopping.aborted && !this.#closed;
  }

  async #listen(): Promise<void> {
    await this.#channel.prefetch(this.#args.slots.size);
    for (const name of this.#args.classes) {
      const { consumerTag } = await this.#channel.consume(queueOf(name), (message) => {
        if (message) this.#take(message);
        else this.#lostConsumer();
      });
      this.#tags.push(consumerTag);
    }
    if (!this.#hasRoom()) await this.#deafen();
  }

  async #deafen(): Promise<void> {
    const tags = this.#tags;
    this.#tags = [];
    for (const tag of tags) await this.#channel.cancel(tag);
  }

  /** The broker cancels a consumer when its queue moves or goes; a new channel starts afresh. */
  #lostConsumer(): void {
    this.#args.log.warn("the broker cancelled a consumer");
    this.close().catch(() => undefined);
  }

  #take(message: Delivery): void {
    const giveBack = this.#stopping.aborted ? undefined : this.#args.slots.take();
    if (!giveBack) {
      this.#settle(() => {
        this.#channel.nack(message, false, true);
      });
      return;
    }
    if (this.#args.slots.free === 0) void this.fill();
    void this.#handle(message)
      .catch((error: unknown) => {
        this.#args.log.error({ err: error }, "handling a message failed");
      })
      .finally(giveBack);
  }

  /** Acknowledging on a channel that has gone is pointless: the broker has the message back. */
  #settle(call: () => void): void {
    if (this.#closed) return;
    try {
      call();
    } catch (error) {
      this.#args.log.debug({ err: error }, "the channel closed before an answer");
    }
  }

  async #handle(message: Delivery): Promise<void> {
    const { api, log, onLease } = this.#args;
    const jobId = readJobId(message.content);
    if (jobId === undefined) {
      log.error({ bytes: message.content.length }, "malformed message sent to the dead letters");
      this.#settle(() => {
        this.#channel.reject(message, false);
      });
      return;
    }
    try {
      const lease = await claimNamed(api, jobId, message);
      this.#refusals = 0;
      if (lease) await this.#holding(message, () => onLease(lease));
      else log.debug({ jobId }, "the job cannot be claimed");
    } catch (error) {
      log.warn({ err: error, jobId }, "claiming failed; the message goes back");
      await pause(backoffMs(this.#refusals, 1000, 15_000), this.#stopping);
      this.#refusals += 1;
      this.#settle(() => {
        this.#channel.nack(message, false, true);
      });
      return;
    }
    this.#ack(message);
  }

  readonly #acked = new WeakSet<Delivery>();

  #ack(message: Delivery): void {
    if (this.#acked.has(message)) return;
    this.#acked.add(message);
    this.#settle(() => {
      this.#channel.ack(message);
    });
  }

  async #holding(message: Delivery, work: () => Promise<void>): Promise<void> {
    const timer = setTimeout(() => {
      this.#ack(message);
    }, ackAfterMs);
    try {
      await work();
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    if (!this.#closed) await this.#channel.close();
  }
}
