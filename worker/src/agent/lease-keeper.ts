import type { EarlyStream } from "@framewright/contracts/early-stream.ts";
import type { Progress } from "@framewright/contracts/job.ts";
import type { Lease } from "@framewright/contracts/worker-api.ts";
import { Stopped, type JobFailure, type StopReason } from "../failure.ts";
import type { Logger } from "@framewright/runtime/log.ts";
import { pause } from "@framewright/runtime/clock.ts";
import { backoffMs } from "@framewright/runtime/retry.ts";
import type { WorkerApi } from "./worker-api.ts";

export interface LeaseKeeperArgs {
  readonly lease: Lease;
  readonly api: Pick<WorkerApi, "heartbeat">;
  readonly log: Logger;
  /** Monotonic milliseconds; goes on while the process is stopped. */
  readonly now?: () => number;
}

/**
 * Keeps the lease of one attempt by heartbeats, which carry the latest progress out and cancel or
 * lost back in. When the lease may have run out, the attempt stops before another one can start.
 */
export class LeaseKeeper {
  readonly #args: LeaseKeeperArgs;
  readonly #now: () => number;
  readonly #stop = new AbortController();
  readonly #done = new AbortController();
  #progress: Progress = { stage: "downloading", percent: 0 };
  #early: EarlyStream | undefined;
  #renewedAt: number;
  #loop: Promise<void> = Promise.resolve();

  constructor(args: LeaseKeeperArgs) {
    this.#args = args;
    this.#now = args.now ?? (() => performance.now());
    this.#renewedAt = this.#now();
  }

  /** Fires when the attempt must end, with a `Stopped` or with the failure that it ends with. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** Coalesced: the next heartbeat carries the latest. */
  report(progress: Progress): void {
    this.#progress = progress;
  }

  /** Part of every later heartbeat. */
  announce(early: EarlyStream): void {
    this.#early = early;
  }

  stopFor(reason: StopReason): void {
    if (!this.#stop.signal.aborted) this.#stop.abort(new Stopped(reason));
  }

  failWith(failure: JobFailure): void {
    if (!this.#stop.signal.aborted) this.#stop.abort(failure);
  }

  /** To be asked before each write: a process that was frozen finds its lease run out here. */
  assertHeld(): void {
    const age = this.#now() - this.#renewedAt;
    if (age > this.#args.lease.leaseSeconds * 1000) this.stopFor("lost");
    this.signal.throwIfAborted();
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Ends the heartbeats; the attempt has been settled. */
  async end(): Promise<void> {
    this.#done.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { lease } = this.#args;
    const intervalMs = lease.heartbeatSeconds * 1000;
    let failures = 0;
    for (;;) {
      const waitMs = failures === 0 ? intervalMs : backoffMs(failures, intervalMs / 4, intervalMs);
      await pause(waitMs, this.#done.signal);
      if (this.#done.signal.aborted) return;
      failures = (await this.#beat(intervalMs)) ? 0 : failures + 1;
      if (this.#stop.signal.aborted) return;
    }
  }

  async #beat(timeoutMs: number): Promise<boolean> {
    const { api, lease, log } = this.#args;
    const sentAt = this.#now();
    try {
      const early = this.#early;
      const progress = { ...this.#progress, ...(early && { early }) };
      const verdict = await api.heartbeat(lease, progress, timeoutMs);
      if (verdict === "continue") this.#renewedAt = sentAt;
      else this.stopFor(verdict === "cancel" ? "cancelled" : "lost");
      return true;
    } catch (error) {
      log.warn({ err: error }, "heartbeat failed");
      if (this.#now() - this.#renewedAt > lease.leaseSeconds * 1000) this.stopFor("lost");
      return false;
    }
  }
}
