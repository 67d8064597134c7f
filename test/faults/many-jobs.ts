/**
 * `node test/faults/many-jobs.ts --rounds 3 --jobs 25`: breaks every part of the running stack, one after the other, while
 * many jobs are in flight; tells how long the API did not answer after each, and what became of the jobs.
 */
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Job } from "@framewright/contracts/client-api.ts";
import { createJob, getJob, uploadVideo, type Api } from "../../tools/demo/client.ts";
import { machinePidFile } from "../../tools/node/addresses.ts";
import { remembered } from "../../tools/node/processes.ts";
import { readOr } from "../../tools/steps.ts";
import { plainTable } from "../../tools/testing/tables.ts";
import { killPod } from "../support/e2e/faults.ts";
import { stateEvents } from "../support/e2e/job-events.ts";
import { workerProcesses } from "../support/e2e/node-processes.ts";
import { clip, patienceMs, platform } from "../support/e2e/platform.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    jobs: { type: "string", default: "25" },
    only: { type: "string", default: "" },
  },
});
const rounds = Number(values.rounds);
const jobCount = Number(values.jobs);

/** Above the lease of 30 s, so that the job of a frozen worker is taken over. */
const frozenMs = 40_000;
const betweenMs = 5_000;

function parentOf(pid: number): number {
  const stat = readOr(`/proc/${pid}/stat`, "");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? 0);
}

function isUnder(pid: number, ancestor: number): boolean {
  for (let one = pid; one > 1; one = parentOf(one)) if (one === ancestor) return true;
  return false;
}

/** Kills parts of the node by the name of their program; its supervisor starts them again. */
function killComponents(...names: readonly string[]): void {
  const machine = remembered(machinePidFile);
  if (machine === undefined) throw new Error("The node does not run. Start it with `npm run up`.");
  const doomed = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const [program = ""] = readOr(`/proc/${pid}/cmdline`, "").split("\0");
      return names.some((name) => program.endsWith(`/${name}`)) && isUnder(pid, machine);
    });
  if (doomed.length < names.length) throw new Error(`Not all of ${names.join(", ")} run`);
  for (const pid of doomed) process.kill(pid, "SIGKILL");
}

async function freezeWorkers(): Promise<void> {
  const workers = workerProcesses();
  for (const { pid } of workers) process.kill(pid, "SIGSTOP");
  await sleep(frozenMs);
  for (const { pid } of workers) process.kill(pid, "SIGCONT");
}

async function replacePod(namespace: string, owner: string): Promise<void> {
  const recovered = await killPod(namespace, owner);
  await recovered();
}

const data = "framewright-data";
const controlPlane = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];

/** Each resolves when what it broke should work again. */
const faults: Readonly<Record<string, () => Promise<void> | void>> = {
  containerd: () => {
    killComponents("containerd");
  },
  kubelet: () => {
    killComponents("kubelet");
  },
  etcd: () => {
    killComponents("etcd");
  },
  "the whole control plane": () => {
    killComponents(...controlPlane);
  },
  Postgres: () => replacePod(data, "statefulset/postgres"),
  Redis: () => replacePod(data, "statefulset/redis"),
  RabbitMQ: () => replacePod(data, "statefulset/rabbitmq"),
  "the object store": () => replacePod(data, "statefulset/object-store"),
  "the API": () => replacePod("framewright-api", "deployment/api"),
  "a killed worker": () => {
    for (const { pid } of workerProcesses()) process.kill(pid, "SIGKILL");
  },
  "a frozen worker": freezeWorkers,
};

/** Asks the API ten times a second whether it answers, and remembers when it did not. */
class Watch {
  readonly #api: Api;
  readonly #failures: number[] = [];
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  constructor(api: Api) {
    this.#api = api;
    this.#done = this.#run();
  }

  /** Seconds from the first to the last failure since then; 0 when all were answered. */
  outageSince(time: number): number {
    const failures = this.#failures.filter((at) => at >= time);
    const [first] = failures;
    return first === undefined ? 0 : ((failures.at(-1) ?? first) - first) / 1000 + 0.1;
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const at = Date.now();
      if (!(await this.#answers())) this.#failures.push(at);
      await sleep(Math.max(0, 100 - (Date.now() - at)));
    }
  }

  async #answers(): Promise<boolean> {
    const headers = { authorization: `Bearer ${this.#api.key}`, connection: "close" };
    const signal = AbortSignal.timeout(2_000);
    try {
      const { ok } = await fetch(`${this.#api.url}/v1/jobs?limit=1`, { headers, signal });
      return ok;
    } catch {
      return false;
    }
  }
}

/** Repeats a read that meets an outage; what is lost stays lost however often it is asked for. */
async function stubbornly<T>(read: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(500);
    }
  }
}

async function ended(api: Api, id: string): Promise<Job> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const job = await stubbornly(() => getJob(api, id));
    if (job.state !== "queued" && job.state !== "running") return job;
    if (Date.now() > deadline) return job;
    await sleep(500);
  }
}

interface Round {
  readonly outages: ReadonlyMap<string, number>;
  readonly lost: number;
  readonly twice: number;
  readonly attempts: number;
  readonly seconds: number;
}

async function breakAll(watch: Watch): Promise<Map<string, number>> {
  const outages = new Map<string, number>();
  const wanted = Object.entries(faults).filter(([name]) => name.includes(values.only));
  for (const [name, fault] of wanted) {
    const started = Date.now();
    console.log(`  ${new Date().toISOString().slice(11, 19)} breaking ${name}`);
    await fault();
    await sleep(betweenMs);
    // Until the last second was answered.
    while (watch.outageSince(Date.now() - 1_500) > 0) await sleep(250);
    outages.set(name, watch.outageSince(started));
  }
  return outages;
}

async function runRound(api: Api, file: string): Promise<Round> {
  const started = Date.now();
  const uploadId = await uploadVideo(api, file);
  const jobs = await Promise.all(
    Array.from({ length: jobCount }, () => createJob(api, uploadId, "hls-720p")),
  );
  const watch = new Watch(api);
  const outages = await breakAll(watch);
  const ends = await Promise.all(jobs.map(({ id }) => ended(api, id)));
  const published = await Promise.all(
    ends.map(async ({ id }) => {
      const events = await stubbornly(() => stateEvents(api, id));
      return events.filter(({ type }) => type === "succeeded").length;
    }),
  );
  await watch.end();
  return {
    outages,
    lost: ends.filter(({ state }) => state !== "succeeded").length,
    twice: published.filter((count) => count > 1).length,
    attempts: ends.reduce((sum, { attempts }) => sum + attempts.length, 0),
    seconds: (Date.now() - started) / 1000,
  };
}

const api = await platform();
const file = await clip({ width: 640, height: 360, fps: 30, seconds: 8 });
const all: Round[] = [];
for (let count = 1; count <= rounds; count += 1) {
  console.log(`round ${count} of ${rounds}: ${jobCount} jobs`);
  const round = await runRound(api, file);
  all.push(round);
  const { lost, twice, attempts, seconds } = round;
  console.log(
    `  lost ${lost}, published twice ${twice}, ${attempts} attempts, ${seconds.toFixed(0)} s`,
  );
}
const outageOf = (round: Round, name: string) => (round.outages.get(name) ?? 0).toFixed(1);
console.log(
  plainTable({
    title: "Seconds in which the API did not answer",
    head: ["broken", ...all.map((_, index) => `round ${index + 1}`)],
    rows: [...(all[0]?.outages.keys() ?? [])].map((name) => [
      name,
      ...all.map((round) => outageOf(round, name)),
    ]),
  }),
);
process.exitCode = all.every(({ lost, twice }) => lost === 0 && twice === 0) ? 0 : 1;
