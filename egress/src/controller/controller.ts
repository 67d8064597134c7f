import { mkdir, readdir, rm } from "node:fs/promises";
import { pause } from "@framewright/runtime/clock.ts";
import type { Logger } from "@framewright/runtime/log.ts";
import { egressKinds } from "@framewright/contracts/egress-kinds.ts";
import { longestWaitSeconds, type EgressLease } from "@framewright/contracts/recorder-api.ts";
import type { EgressConfig } from "../../env.ts";
import type { RecorderApi } from "../recorder-api.ts";
import type { Metrics } from "./metrics.ts";
import { Supervised } from "./supervised.ts";

const afterErrorMs = 1_000;

export interface ControllerArgs {
  readonly config: EgressConfig;
  readonly api: RecorderApi;
  readonly ticket: string;
  readonly program: string;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Takes tasks while it has slots, and has each recorded in a process of its own. */
export class Controller {
  readonly #args: ControllerArgs;
  readonly #stopping = new AbortController();
  readonly #tasks = new Map<Supervised, Promise<void>>();
  #claiming: Promise<void> = Promise.resolve();
  #slotFree = new AbortController();
  #soundDelayMs = 0;
  #isTaking = false;

  constructor(args: ControllerArgs) {
    this.#args = args;
    args.metrics.slots.set(args.config.podWorkers);
  }

  get used(): number {
    return this.#tasks.size;
  }

  /** Whether tasks are asked for. */
  get isTaking(): boolean {
    return this.#isTaking && !this.#stopping.signal.aborted;
  }

  /** @param soundDelayMs by which the sound of pages is put off */
  async start(soundDelayMs: number): Promise<void> {
    const { workDir } = this.#args.config;
    this.#soundDelayMs = soundDelayMs;
    await mkdir(workDir, { recursive: true });
    // Of this pod before its container was restarted: its leases have ended, and others went on.
    for (const name of await readdir(workDir)) {
      if (/^[0-9a-f-]{36}-\d+$/.test(name)) await rm(`${workDir}/${name}`, { recursive: true });
    }
    this.#isTaking = true;
    this.#claiming = this.#claimAll();
  }

  /** Takes no more, and hands over what it has. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#slotFree.abort();
    await this.#claiming;
    for (const task of this.#tasks.keys()) task.handOver();
    await Promise.all(this.#tasks.values());
  }

  async #claimAll(): Promise<void> {
    const { signal } = this.#stopping;
    const { config, api, log } = this.#args;
    const { sourceKinds, podRegion: region } = config;
    const wanted = {
      kinds: [...egressKinds],
      sources: [...sourceKinds],
      ...(region !== undefined && { region }),
      waitSeconds: longestWaitSeconds,
    };
    const isStopping = () => signal.aborted;
    while (!isStopping()) {
      if (this.#tasks.size >= config.podWorkers) {
        this.#slotFree = new AbortController();
        await pause(60_000, this.#slotFree.signal);
        continue;
      }
      try {
        const lease = await api.claim(wanted, signal);
        if (lease) this.#begin(lease);
      } catch (error) {
        if (isStopping()) return;
        log.warn({ err: error }, "no task could be asked for; trying again");
        await pause(afterErrorMs, signal);
      }
    }
  }

  #begin(lease: EgressLease): void {
    const { config, metrics, log, ...args } = this.#args;
    const taskLog = log.child({ egress_id: lease.egressId, attempt: lease.attempt });
    const { workDir } = config;
    const soundDelayMs = this.#soundDelayMs;
    const task = new Supervised({ ...args, lease, soundDelayMs, workDir, metrics, log: taskLog });
    taskLog.info({ kind: lease.kind, source: lease.source.kind }, "recording");
    const done = task
      .run()
      .then(
        (how) => {
          metrics.ended.inc({ outcome: how });
          taskLog.info({ how }, "recording ended");
        },
        (error: unknown) => {
          taskLog.error({ err: error }, "the task could not be supervised");
        },
      )
      .finally(() => {
        this.#tasks.delete(task);
        metrics.recordings.set(this.#tasks.size);
        this.#slotFree.abort();
      });
    this.#tasks.set(task, done);
    metrics.recordings.set(this.#tasks.size);
  }
}
