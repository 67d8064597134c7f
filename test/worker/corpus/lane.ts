import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clips } from "../../support/clips.ts";
import {
  startBench,
  until,
  type WorkerBench,
  type WorkerProcess,
} from "../../support/worker-process.ts";
import { song, type Canaries } from "./canary.ts";
import type { Hostile } from "./hostile.ts";
import { watchMemory, type Peaks } from "./watch.ts";

/** Limits of a worker for small files, so that what a file may cost is small too. */
const limits = {
  WORKER_CLASSES: "cpu.720p",
  ENCODE_FREE_SECONDS: "20",
  ENCODE_SECONDS_PER_MEGABYTE: "20",
  MAX_SOURCE_BYTES: `${64 * 1024 ** 2}`,
};

/** A case takes no more than this, beside another one. */
export const maxSeconds = 120;
/** Memory of a `cpu.720p` pod's media processes, and of the worker itself. */
const maxMediaBytes = 2 * 1024 ** 3;
const maxWorkerBytes = 512 * 1024 ** 2;

export interface Ending extends Peaks {
  readonly name: string;
  readonly kind: string;
  /** "succeeded", or kind and code of the reason. */
  readonly end: string;
  readonly seconds: number;
  /** One sentence for each promise that was broken. */
  readonly findings: readonly string[];
}

/** One worker with one slot and an API of its own; cases go through it one after the other. */
export interface Lane {
  readonly bench: WorkerBench;
  readonly worker: WorkerProcess;
}

export async function startLane(): Promise<Lane> {
  const bench = await startBench();
  return { bench, worker: bench.start(limits) };
}

type Job = ReturnType<WorkerBench["api"]["addJob"]>;

/** Rejects where the job has not ended in time. */
async function untilEnded(job: Job): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, maxSeconds * 1000, false);
  });
  const inTime = await Promise.race([job.ended.then(() => true as const), late]);
  clearTimeout(timer);
  return inTime;
}

function endOf({ state, error }: Job): string {
  return error ? `${error.kind}/${error.code}` : state;
}

function endFindings({ allowed }: Hostile, { state, error }: Job): string[] {
  if (state === "succeeded") return [];
  if (!error) return [`it is ${state} after ${maxSeconds} s`];
  const right = error.kind === "input" || error.code === allowed?.code;
  return right ? [] : [`it ended with ${error.kind}/${error.code}: ${error.message}`];
}

/** The canary's file is read into no output. */
function outputFindings(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const singing = files.filter((file) => readFileSync(file).includes(song));
  return singing.map((file) => `the canary's content is in ${file}`);
}

function costFindings({ mediaBytes, workerBytes }: Peaks): string[] {
  const mib = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;
  return [
    ...(mediaBytes > maxMediaBytes ? [`its processes took ${mib(mediaBytes)}`] : []),
    ...(workerBytes > maxWorkerBytes ? [`the worker took ${mib(workerBytes)}`] : []),
  ];
}

async function isClean({ bench }: Lane): Promise<boolean> {
  return await until("scratch is clean", () => bench.scratch().length === 0, 3000).then(
    () => true,
    () => false,
  );
}

/** Sends one file through the lane's worker and says which promises it broke. */
export async function runHostile(lane: Lane, hostile: Hostile, canary: Canaries): Promise<Ending> {
  const { bench, worker } = lane;
  const path = join(bench.dir, "hostile");
  writeFileSync(path, await hostile.make(canary));
  const before = canary.hits();
  const memory = watchMemory(worker.child.pid ?? 0);
  const begun = performance.now();
  const job = bench.api.addJob(path);
  const inTime = await untilEnded(job);
  const seconds = (performance.now() - begun) / 1000;
  const peaks = memory.stop();
  const clean = inTime ? await isClean(lane) : true;
  if (!inTime) job.verdict = "cancel";
  const { name, kind } = hostile;
  const findings = [
    ...endFindings(hostile, job),
    ...costFindings(peaks),
    ...(job.result ? outputFindings(bench.output(job.id)) : []),
    ...(JSON.stringify(job.error ?? "").includes(song) ? ["the canary sings in the reason"] : []),
    ...(canary.hits() > before ? ["it reached the canary's address"] : []),
    ...(canary.wasRead() ? ["it read the canary's file"] : []),
    ...(clean ? [] : ["it left something in the scratch folder"]),
    ...(worker.child.exitCode === null ? [] : ["the worker ended"]),
  ];
  return { name, kind, end: endOf(job), seconds, ...peaks, findings };
}

/** A harmless file after all of these must still become a film. */
export async function runHarmless({ bench }: Lane): Promise<string[]> {
  const job = bench.api.addJob(await clips.sd(3));
  await untilEnded(job);
  return job.state === "succeeded" ? [] : [`a harmless file after these ended with ${endOf(job)}`];
}
