import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Job } from "@framewright/contracts/client-api.ts";
import { followJob, getJob, type Api } from "../../../tools/demo/client.ts";
import { verifyJob } from "../../../tools/demo/verify.ts";
import { kubectl } from "../../../tools/node/start.ts";
import { own } from "../../../tools/paths.ts";
import { stateEvents } from "./job-events.ts";
import { encoderProcesses, isAlive, workerProcesses, type PodProcess } from "./node-processes.ts";
import { clip, longClip, mediaTools, patienceMs, submit } from "./platform.ts";

/** How far into the encode a fault comes. */
const intoEncodeMs = 2_000;
const soonMs = 5_000;

async function until<T>(what: string, limitMs: number, look: () => Promise<T | undefined>) {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not after ${limitMs / 1000} s`);
    await sleep(100);
  }
}

/** Submits a video and returns when its encoder runs. */
export async function jobBeingEncoded(api: Api): Promise<Job> {
  const { id } = await submit(api, await clip(longClip));
  const job = await until(`job ${id} runs`, patienceMs, async () => {
    const now = await getJob(api, id);
    return now.state === "running" && encoderProcesses().length > 0 ? now : undefined;
  });
  await sleep(intoEncodeMs);
  if (encoderProcesses().length === 0) throw new Error(`Job ${id} was encoded before the fault`);
  return job;
}

/** What came of a job that was disturbed. */
export interface Outcome {
  readonly job: Job;
  readonly outcomes: readonly string[];
  /** How often the job was published. */
  readonly published: number;
  /** What was verified from outside, as sentences. */
  readonly checks: readonly string[];
  /** Encoders that still run after the end. */
  readonly orphans: number;
}

/** A connection that was kept open to a pod that was killed since fails once, when it is used again. */
async function overDeadConnections<T>(read: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await read();
    } catch (error) {
      // This is how fetch tells of the network; answers that are wrong are other errors.
      if (!(error instanceof TypeError) || tries === 5) throw error;
    }
  }
}

/** Waits for the end of a job and looks at all that it left. */
export async function outcomeOf(api: Api, id: string): Promise<Outcome> {
  const job = await followJob(api, id, () => undefined, patienceMs);
  const events = await overDeadConnections(() => stateEvents(api, id));
  const tools = await mediaTools();
  const verify = () => verifyJob(job, join(own, "e2e", id), tools);
  const checks = job.state === "succeeded" ? await overDeadConnections(verify) : [];
  return {
    job,
    outcomes: job.attempts.map(({ outcome }) => outcome),
    published: events.filter(({ type }) => type === "succeeded").length,
    checks,
    orphans: encoderProcesses().length,
  };
}

async function gone(processes: readonly PodProcess[]): Promise<void> {
  await until("the killed worker's processes are gone", soonMs, () =>
    Promise.resolve(processes.some(isAlive) ? undefined : true),
  );
}

const workers = ["--namespace=framewright-workers"];

/** A container that was restarted waits longer before each further restart; a new pod does not. */
async function freshWorker(): Promise<void> {
  const selector = "--selector=app.kubernetes.io/name=worker-cpu";
  const path = "--output=jsonpath={.items[*].status.containerStatuses[*].restartCount}";
  const restarts = await kubectl(["get", "pods", ...workers, selector, path]);
  if (restarts.split(" ").some((count) => count !== "0")) {
    await kubectl(["delete", "pods", ...workers, selector]);
  }
  await kubectl(["rollout", "status", ...workers, "deployment/worker-cpu", "--timeout=180s"]);
}

export interface Kill extends Outcome {
  /** Seconds from the kill to the start of the next attempt. */
  readonly takenOverAfter: number;
}

/** Kills the worker in the middle of a job with SIGKILL, and waits for what becomes of the job. */
export async function killWorkerMidJob(api: Api): Promise<Kill> {
  await freshWorker();
  const { id } = await jobBeingEncoded(api);
  const [worker, ...more] = workerProcesses();
  if (worker === undefined || more.length > 0) {
    throw new Error(`There are ${more.length + (worker ? 1 : 0)} workers; the test needs one`);
  }
  const doomed = [worker, ...encoderProcesses()];
  process.kill(worker.pid, "SIGKILL");
  const killedAt = Date.now();
  await gone(doomed);
  const outcome = await outcomeOf(api, id);
  const [, second] = outcome.job.attempts;
  const takenOverAt = second === undefined ? Number.NaN : Date.parse(second.startedAt);
  return { ...outcome, takenOverAfter: (takenOverAt - killedAt) / 1000 };
}

/** Ends a pod without a word to it. What is returned waits until its successor is ready. */
export async function killPod(namespace: string, owner: string): Promise<() => Promise<void>> {
  const [, app = ""] = owner.split("/");
  const selector = `--selector=app.kubernetes.io/name=${app}`;
  const now = ["--grace-period=0", "--force", "--wait=false"];
  await kubectl(["delete", "pods", `--namespace=${namespace}`, selector, ...now]);
  return async () => {
    await kubectl(["rollout", "status", owner, `--namespace=${namespace}`, "--timeout=240s"]);
  };
}
