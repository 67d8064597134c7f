import { mkdir, rm } from "node:fs/promises";
import { Value } from "typebox/value";
import { pause } from "@framewright/runtime/clock.ts";
import type { Logger } from "@framewright/runtime/log.ts";
import type { EgressLease } from "@framewright/contracts/recorder-api.ts";
import { aliveEveryMs, Report, type Order } from "../messages.ts";
import { startProgram, type ProgramProcess } from "../processes.ts";
import { TaskLost, type RecorderApi } from "../recorder-api.ts";
import type { Metrics } from "./metrics.ts";

/** A process that says nothing for so long hangs. */
const hangMs = 15 * aliveEveryMs;
const mostRestarts = 10;
const sayMs = 2_000;
const restartPauseMs = 500;

export interface SupervisedArgs {
  readonly lease: EgressLease;
  /** Of pages. */
  readonly soundDelayMs: number;
  readonly api: RecorderApi;
  readonly ticket: string;
  /** The program of a process that records. */
  readonly program: string;
  readonly workDir: string;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "restarts" | "recordedSeconds">;
}

export type TaskEnd = "settled" | "handed-over" | "lost";

/**
 * One task of this pod: holds its lease and keeps a process recording. If the process dies, the next one goes on in the same
 * folder, so that nothing is lost but the segment that was open.
 */
export class Supervised {
  readonly #args: SupervisedArgs;
  readonly #scratch: string;
  readonly #over = new AbortController();
  #child: ProgramProcess | undefined;
  #order: Extract<Order["type"], "stop" | "hand-over"> | undefined;
  #isLost = false;
  #counted: number;

  constructor(args: SupervisedArgs) {
    this.#args = args;
    this.#counted = args.lease.soFar.seconds;
    const { egressId, attempt } = args.lease;
    this.#scratch = `${args.workDir}/${egressId}-${attempt}`;
  }

  /** Has another recorder go on with it. */
  handOver(): void {
    this.#tell("hand-over");
  }

  async run(): Promise<TaskEnd> {
    await mkdir(this.#scratch, { recursive: true });
    const held = this.#hold();
    try {
      return await this.#record();
    } finally {
      this.#over.abort();
      await held;
      await rm(this.#scratch, { recursive: true, force: true });
    }
  }

  async #record(): Promise<TaskEnd> {
    const { api, lease, log, metrics } = this.#args;
    for (let restarts = 0; restarts <= mostRestarts; restarts += 1) {
      const end = await this.#process();
      if (end === "handed-over") await this.#settle(() => api.release(lease));
      // What it said of its end counts: a task that is settled is nobody's, and looks lost to a renewal of its lease.
      if (typeof end === "string") return end;
      if (this.#isLost) return "lost";
      metrics.restarts.inc();
      log.warn({ restarts, how: end.died }, "the process that records died; starting another");
      await pause(restartPauseMs);
    }
    const reason = { code: "recorder-lost", message: "The recorder died again and again" } as const;
    await this.#settle(() => api.fail(lease, { reason, again: true }));
    return "settled";
  }

  /** What cannot be told now is found out by the lease, which ends. */
  async #settle(tell: () => Promise<unknown>): Promise<void> {
    try {
      await tell();
    } catch (error) {
      if (!(error instanceof TaskLost)) this.#args.log.warn({ err: error }, "could not be told");
    }
  }

  /** How the process ended, in words where it has not said so. */
  #process(): Promise<TaskEnd | { readonly died: string }> {
    const { lease, ticket, program, soundDelayMs } = this.#args;
    const scratch = this.#scratch;
    const child = startProgram(program);
    this.#child = child;
    let how: TaskEnd | undefined;
    const hang = setTimeout(() => child.kill("SIGKILL"), hangMs);
    child.on("message", (message) => {
      hang.refresh();
      const report = Value.Parse(Report, message);
      if (report.type === "done") how = report.how;
      else this.#count(report.seconds);
    });
    child.send({ type: "record", lease, scratch, ticket, soundDelayMs } satisfies Order);
    if (this.#order) child.send({ type: this.#order });
    return new Promise((resolve) => {
      const done = (code: number | null, signal: string | null): void => {
        clearTimeout(hang);
        this.#child = undefined;
        resolve(how ?? { died: signal ?? `exit ${code ?? ""}` });
      };
      child.once("exit", done);
      // More than one may come, and one that nobody hears would end all recordings.
      child.on("error", (error) => {
        done(null, error.message);
      });
    });
  }

  /** What was recorded before this pod had the task is another's. */
  #count(seconds: number): void {
    const more = seconds - this.#counted;
    if (more <= 0) return;
    this.#counted = seconds;
    this.#args.metrics.recordedSeconds.inc(more);
  }

  #tell(type: "stop" | "hand-over"): void {
    this.#order ??= type;
    if (this.#child?.connected === true) this.#child.send({ type });
  }

  /** Renews the lease, and hears of a stop while it waits. An API that is away ends no recording. */
  async #hold(): Promise<void> {
    const { api, lease, log } = this.#args;
    const { signal } = this.#over;
    const isOver = () => signal.aborted;
    while (!isOver()) {
      const waitSeconds = this.#order === undefined ? lease.heartbeatSeconds : 0;
      try {
        const { verdict } = await api.heartbeat(lease, waitSeconds, signal);
        if (verdict === "stop") this.#tell("stop");
        if (verdict === "lost") throw new TaskLost();
        if (waitSeconds === 0) await pause(lease.heartbeatSeconds * 1000, signal);
      } catch (error) {
        if (error instanceof TaskLost) {
          this.#isLost = true;
          // It may have settled the task itself, and be about to say so.
          await pause(sayMs, signal);
          this.#child?.kill("SIGKILL");
          return;
        }
        if (isOver()) return;
        log.warn({ err: error }, "the lease could not be renewed; trying again");
        await pause(1_000, signal);
      }
    }
  }
}
