import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Job } from "@framewright/contracts/client-api.ts";
import { adminSecret, clientOf, until } from "../test/api/api-under-test.ts";
import { clips } from "../test/support/clips.ts";
import type { Services } from "../test/support/services.ts";
import { startProcess, workerTools, type WorkerProcess } from "../test/support/worker-process.ts";
import { withApi, type ApiProgram } from "./api-load.ts";
import { aboutMachine, percentile, writeFigures } from "./figures.ts";

/**
 * What a job costs beside its encoding, with the real API, broker, store and worker: the time until a worker that waits
 * has it, all of a job of 5 s that is not encoding, and the time until another worker has the job of one that was killed.
 */
const { values } = parseArgs({
  options: {
    jobs: { type: "string", default: "20" },
    kills: { type: "string", default: "10" },
  },
});

/** A busy machine takes its time to prove an encoder. */
const patienceMs = 120_000;

type Client = ReturnType<typeof clientOf>;

async function upload(client: Client, file: string): Promise<string> {
  return client.upload(new Uint8Array(readFileSync(file)));
}

async function ended(client: Client, id: string): Promise<Job> {
  return until(
    "the job's end",
    async () => {
      const job = await client.job(id);
      if (job.state === "failed") throw new Error(JSON.stringify(job.error));
      return job.state === "succeeded" && job;
    },
    patienceMs,
  );
}

function timeOf(text: string | undefined): number {
  return Date.parse(text ?? "");
}

/** Where the time of a short job goes beside its encoding, in milliseconds. */
type Phases = Record<"queued" | "download" | "probe" | "upload" | "verify" | "rest", number>;

function phasesOf(job: Job): Phases {
  const { timings, queuedMs: queued = Number.NaN } = job;
  if (timings === undefined) throw new Error(`job ${job.id} has no timings`);
  const { downloadMs, probeMs, encodeMs, uploadMs, verifyMs } = timings;
  const wall = timeOf(job.finishedAt) - timeOf(job.createdAt);
  const named = { download: downloadMs, probe: probeMs, upload: uploadMs, verify: verifyMs };
  const known = Object.values(named).reduce((sum, ms) => sum + ms, queued + encodeMs);
  return { queued, ...named, rest: wall - known };
}

async function shortJobs(client: Client): Promise<Phases[]> {
  const uploadId = await upload(client, await clips.sd(5));
  const phases: Phases[] = [];
  for (let i = 0; i <= Number(values.jobs); i += 1) {
    const { id } = await client.submit({ uploadId, profile: "hls-720p" });
    const job = await ended(client, id);
    // The first one warms up.
    if (i > 0) phases.push(phasesOf(job));
  }
  return phases;
}

/** Kills the worker that has the job, again and again; the other one takes it. */
async function recoveries(
  client: Client,
  workers: Map<string, WorkerProcess>,
  start: (name: string) => Promise<void>,
): Promise<number[]> {
  const uploadId = await upload(client, await clips.long());
  const times: number[] = [];
  for (let i = 0; i < Number(values.kills); i += 1) {
    const { id } = await client.submit({ uploadId, profile: "hls-720p" });
    const encoding = async (attempt: number) => {
      const job = await client.job(id);
      return job.attempts.length === attempt && job.progress?.stage === "encoding" && job;
    };
    const job = await until("encoding", () => encoding(1), patienceMs);
    const name = job.attempts[0]?.worker ?? "";
    workers.get(name)?.child.kill("SIGKILL");
    const killedAt = Date.now();
    const again = await until(
      "another worker",
      async () => {
        const { attempts } = await client.job(id);
        return attempts[1];
      },
      patienceMs,
    );
    times.push(timeOf(again.startedAt) - killedAt);
    await client.send("POST", `/v1/jobs/${id}/cancel`);
    await until("its end", async () => (await client.job(id)).state === "cancelled");
    await start(name);
  }
  return times;
}

async function main(url: string, key: string, services: Services, { workerUrl }: ApiProgram) {
  const about = { ...aboutMachine(), ...values };
  console.log(JSON.stringify(about));
  const folder = mkdtempSync(join(tmpdir(), "framewright-bench-"));
  const workers = new Map<string, WorkerProcess>();
  const start = async (name: string): Promise<void> => {
    const env = {
      ...workerTools,
      ...{ WORKER_API_URL: workerUrl, WORKER_ADMIN_SECRET: adminSecret, WORKER_NAME: name },
      ...{ WORKER_CLASSES: "cpu.720p,cpu.1080p", AMQP_URL: services.amqpUrl },
      ...{ WORK_DIR: join(folder, name), HEALTH_PORT: "0" },
    };
    const worker = startProcess(env);
    workers.set(name, worker);
    const registered = () => worker.lines("registered; taking jobs").length > 0;
    await until(`${name} to take jobs`, () => Promise.resolve(registered()), patienceMs);
  };
  try {
    const client = clientOf({ url, key });
    await start("first");
    const phases = await shortJobs(client);
    await start("second");
    const recovery = await recoveries(client, workers, start);
    const sums = phases.map((job) => Object.values(job).reduce((sum, ms) => sum + ms));
    const fixed = { "fixed cost of 5 s": sums, recovery };
    const names = ["queued", "download", "probe", "upload", "verify", "rest"] as const;
    const parts = names.map((name) => [name, phases.map((job) => job[name])] as const);
    const rows = { ...Object.fromEntries(parts), ...fixed };
    for (const [what, ms] of Object.entries(rows)) {
      const [p50 = "", p95 = ""] = [0.5, 0.95].map((share) => percentile(ms, share).toFixed(0));
      console.log(`${what.padEnd(18)} p50 ${p50.padStart(6)} ms, p95 ${p95.padStart(6)} ms`);
    }
    writeFigures("jobs", { about, ...rows });
  } finally {
    for (const { child } of workers.values()) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

await withApi(main);
