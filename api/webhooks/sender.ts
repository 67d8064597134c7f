import type { Logger } from "pino";
import { called, pause } from "@framewright/runtime/clock.ts";
import { describeSpan, inSpan } from "@framewright/runtime/tracing/tracing.ts";
import type { Resolve } from "@framewright/runtime/guarded-lookup.ts";
import type { OutboundPolicy } from "@framewright/runtime/outbound-url.ts";
import type { Db } from "../backends/db.ts";
import type { SenderMetrics } from "../metrics.ts";
import { claimDue, type Claimed } from "./claim.ts";
import { postEvent } from "./request.ts";
import type { AttemptResult } from "./schedule.ts";
import type { SecretBox } from "./secret.ts";
import { settle } from "./settle.ts";
import { signedHeaders } from "./sign.ts";

/** How often a sender with nothing to do looks. */
const lookMs = 500;
/** Before the database is asked again that did not answer. */
const retryMs = 1_000;
/** Beside the time-out of a request: until its result is written. */
const settleSeconds = 15;

export interface SenderOptions {
  readonly db: Db;
  readonly secrets: SecretBox;
  readonly policy: OutboundPolicy;
  readonly timeoutSeconds: number;
  readonly parallel: number;
  readonly parallelPerEndpoint: number;
  readonly disableDays: number;
  readonly metrics: SenderMetrics;
  readonly log: Logger;
  /** @default as every program of this machine resolves names */
  readonly resolve?: Resolve;
}

export interface Sender {
  /** Takes nothing more and waits for what is under way. What does not end is sent again once its lease is over. */
  stop(): Promise<void>;
}

const unreadable: AttemptResult = {
  error: {
    code: "secret-unreadable",
    message: "The endpoint's secret was encrypted with another key; rotate the secret",
  },
};

class SenderLoop implements Sender {
  readonly #options: SenderOptions;
  readonly #stop = new AbortController();
  readonly #cut = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #done: Promise<void>;
  #wake: () => void = () => undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#done = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
    const limit = setTimeout(() => {
      this.#cut.abort();
    }, this.#options.timeoutSeconds * 1000);
    await Promise.allSettled([...this.#underWay]);
    clearTimeout(limit);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const claimed = await this.#claim();
      for (const delivery of claimed ?? []) this.#begin(delivery);
      if (claimed === undefined) await pause(retryMs, signal);
      else if (claimed.length === 0) await this.#untilMayBeMore(signal);
    }
  }

  /** A while, or until a request ends: its endpoint may have more. */
  async #untilMayBeMore(signal: AbortSignal): Promise<void> {
    const waiting = new AbortController();
    const either = AbortSignal.any([signal, waiting.signal]);
    const woken = called((wake) => (this.#wake = wake), either);
    await Promise.race([pause(lookMs, either), woken]);
    waiting.abort();
  }

  /** Undefined: the database did not answer. */
  async #claim(): Promise<Claimed[] | undefined> {
    const { db, parallel, parallelPerEndpoint, timeoutSeconds, log } = this.#options;
    const free = parallel - this.#underWay.size;
    if (free <= 0) return [];
    try {
      return await claimDue(db, free, {
        perEndpoint: parallelPerEndpoint,
        leaseSeconds: timeoutSeconds + settleSeconds,
      });
    } catch (error) {
      log.warn({ err: error }, "no deliveries could be claimed; trying again");
      return undefined;
    }
  }

  #begin(delivery: Claimed): void {
    const work = this.#traced(delivery)
      .catch((error: unknown) => {
        const { id: deliveryId, endpointId } = delivery;
        this.#options.log.warn(
          { err: error, deliveryId, endpointId },
          "what became of a delivery was not written; it is sent again",
        );
      })
      .finally(() => {
        this.#underWay.delete(work);
        this.#options.metrics.underWay.set(this.#underWay.size);
        this.#wake();
      });
    this.#underWay.add(work);
    this.#options.metrics.underWay.set(this.#underWay.size);
  }

  /** Nothing where there is none, or where it was sealed with another key. */
  #open({ endpointId }: Claimed, sealed: Buffer | null): string[] {
    if (sealed === null) return [];
    try {
      return [this.#options.secrets.open(sealed, endpointId)];
    } catch (error) {
      this.#options.log.error({ err: error, endpointId }, "a secret cannot be decrypted");
      return [];
    }
  }

  /** The receiver gets none of it: a trace is ours. */
  #traced(delivery: Claimed): Promise<void> {
    const { id, endpointId, attempt, type, traceparent } = delivery;
    const facts = { "webhook.delivery": id, "webhook.endpoint": endpointId };
    const parent = traceparent ?? undefined;
    const options = {
      kind: "client",
      parent,
      facts: { ...facts, "webhook.attempt": attempt },
    } as const;
    return inSpan(`webhook ${type}`, options, () => this.#deliver(delivery));
  }

  async #deliver(delivery: Claimed): Promise<void> {
    const { db, disableDays, metrics, log } = this.#options;
    const stopTimer = metrics.duration.startTimer();
    const result = await this.#send(delivery);
    stopTimer();
    metrics.attempts.inc({ result: result.error?.code ?? "delivered" });
    const { id: deliveryId, endpointId, attempt, type } = delivery;
    const { state, disabled } = await settle(db, delivery, result, disableDays);
    // Neither the URL nor an answer: both are the client's own, and a URL may carry a token.
    const { status, error, internal } = result;
    describeSpan({ "http.response.status_code": status, "error.type": error?.code });
    const facts = { deliveryId, endpointId, attempt, type, status, state };
    log.info({ ...facts, failure: error?.code, internal }, "webhook attempt ended");
    if (disabled) log.warn({ endpointId, reason: disabled }, "webhook endpoint disabled");
  }

  async #send(delivery: Claimed): Promise<AttemptResult> {
    const { policy, timeoutSeconds, resolve } = this.#options;
    const { id, url, body, secret, previousSecret } = delivery;
    const current = this.#open(delivery, secret);
    if (current.length === 0) return unreadable;
    const secrets = [...current, ...this.#open(delivery, previousSecret)];
    const message = { id: `msg_${id}`, timestampSeconds: Math.floor(Date.now() / 1000), body };
    return postEvent({
      ...{ url, body, policy, headers: signedHeaders(message, secrets) },
      timeoutMs: timeoutSeconds * 1000,
      signal: this.#cut.signal,
      ...(resolve && { resolve }),
    });
  }
}

/** Sends what is due until it is stopped. Several work side by side, in as many processes as there are. */
export function startSender(options: SenderOptions): Sender {
  return new SenderLoop(options);
}
