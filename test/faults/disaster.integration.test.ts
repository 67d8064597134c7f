import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiKeyCreated, ApiKeyList, Job, JobList } from "@framewright/contracts/client-api.ts";
import { verifyJob } from "../../tools/demo/verify.ts";
import { ApiProcess, freePorts, migrated } from "../api/api-process.ts";
import { adminSecret, clientOf, envFor, query, until } from "../api/api-under-test.ts";
import { startBackedUpPostgres, type BackedUpPostgres } from "../support/backed-up-postgres.ts";
import { clips, ffmpegPath, ffprobePath } from "../support/clips.ts";
import { startServices, type Services } from "../support/services.ts";
import { startProcess, workerTools, type WorkerProcess } from "../support/worker-process.ts";

/** The programs of a stack and its services as processes. What a cloud would keep is the bucket of media and that of backups. */
let folder: string;
let postgres: BackedUpPostgres;
let services: Services;
let api: ApiProcess;
let worker: WorkerProcess;
let key: string;

/** What was started ends, however far the start came. */
const endings: (() => Promise<unknown>)[] = [];

const archiveTimeoutSeconds = 10;
const patienceMs = 4 * 60_000;

function startWorker(): void {
  worker = startProcess({
    ...workerTools,
    WORKER_API_URL: `http://127.0.0.1:${api.env["WORKER_PORT"] ?? ""}`,
    WORKER_ADMIN_SECRET: adminSecret,
    WORKER_NAME: "worker-1",
    WORKER_CLASSES: "cpu.720p,cpu.1080p",
    AMQP_URL: services.amqpUrl,
    WORK_DIR: join(folder, "work"),
    HEALTH_PORT: "0",
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "framewright-disaster-"));
  postgres = await startBackedUpPostgres(join(folder, "database"), archiveTimeoutSeconds);
  endings.push(() => postgres.end());
  services = await startServices({ rabbitmq: true, redis: true, objectStore: true });
  endings.push(() => services.stop());
  const { amqpUrl, redisUrl, s3 } = services;
  const ports = await freePorts();
  const urls = { databaseUrl: postgres.databaseUrl, amqpUrl, redisUrl, s3 };
  api = new ApiProcess(envFor(urls, { ...ports, PUBLIC_URL: `http://127.0.0.1:${ports.PORT}` }));
  endings.push(() => api.end());
  key = await migrated(postgres.databaseUrl);
  await api.start(patienceMs);
  startWorker();
  endings.push(() => {
    worker.child.kill("SIGKILL");
    return worker.exited;
  });
});

afterAll(async () => {
  for (const end of endings.toReversed()) await end();
  rmSync(folder, { recursive: true, force: true });
});

const client = () => clientOf({ url: api.url, key });

async function submit(): Promise<string> {
  const uploadId = await client().upload(new Uint8Array(readFileSync(await clips.sd())));
  return (await client().submit({ uploadId, profile: "hls-720p" })).id;
}

const succeeded = (id: string): Promise<Job> =>
  until(
    () => `the success of job ${id}; its worker said ${worker.log().slice(-2000)}`,
    async () => {
      const job = await client().job(id);
      return job.state === "succeeded" && job;
    },
    patienceMs,
  );

interface Row {
  readonly id: string;
  /** When the client was told of it, in milliseconds since 1970. */
  readonly at: number;
}

/** Writes a row four times a second, a key of the API; returns those that it confirmed. */
async function keepWriting(stop: AbortSignal): Promise<Row[]> {
  const rows: Row[] = [];
  while (!stop.aborted) {
    const body = { name: `row ${rows.length}`, scopes: ["read"] };
    const answer = await client()
      .send<ApiKeyCreated>("POST", "/v1/api-keys", body)
      .catch(() => undefined);
    if (answer?.status === 201) rows.push({ id: answer.body.id, at: Date.now() });
    await sleep(250);
  }
  return rows;
}

async function archived(): Promise<number> {
  const sql = "SELECT archived_count::int AS count FROM pg_stat_archiver";
  return (await query<{ count: number }>(postgres.databaseUrl, sql))[0]?.count ?? 0;
}

/** Nobody is told before, and nothing is left but the two stores. */
async function loseEverything(): Promise<void> {
  worker.child.kill("SIGKILL");
  await Promise.all([
    ...[worker.exited, api.end("SIGKILL")],
    ...[postgres.kill(), services.kill("rabbitmq"), services.kill("redis")],
  ]);
  postgres.loseVolume();
}

/** As `pulumi up` does: the same secrets, and an empty database. */
async function startAnew(): Promise<void> {
  await Promise.all([services.wipe("rabbitmq"), services.wipe("redis"), postgres.start()]);
  await migrated(postgres.databaseUrl, key);
  await api.start(patienceMs);
  startWorker();
}

/** As `npm run restore -- --to latest` does. The worker knows nothing of it. */
async function restore(): Promise<void> {
  await api.end();
  await postgres.kill();
  await postgres.onVolume("postgres-restore", "in-place", "latest", ...postgres.settings);
  await postgres.start();
  await migrated(postgres.databaseUrl, key);
  await api.start(patienceMs);
}

/** How many of the rows are gone, of which the first is so many seconds old; they are the last ones. */
async function lossOf(rows: readonly Row[], lostAt: number) {
  const { body } = await client().send<ApiKeyList>("GET", "/v1/api-keys");
  const there = new Set(body.keys.map(({ id }) => id));
  const lost = rows.filter(({ id }) => !there.has(id));
  expect(lost).toEqual(rows.slice(rows.length - lost.length));
  const [first] = lost;
  return { count: lost.length, seconds: first === undefined ? 0 : (lostAt - first.at) / 1000 };
}

test(
  "everything but the buckets is gone: streams play at their addresses, jobs are listed, others are done",
  async () => {
    const inBackup = await succeeded(await submit());
    await postgres.backUp("full");
    const inLog = await succeeded(await submit());
    const stop = new AbortController();
    const writing = keepWriting(stop.signal);
    const waiting = await submit();
    const before = await archived();
    // The first one may have been begun before the rows.
    await until("two pieces of the log", async () => (await archived()) > before + 1, patienceMs);
    await sleep(3000);
    const lostAt = Date.now();
    await loseEverything();
    stop.abort();
    const rows = await writing;

    await startAnew();
    expect((await client().send<JobList>("GET", "/v1/jobs")).body.jobs).toEqual([]);
    await expect(postgres.backUp("full")).rejects.toThrow(/do not match the database/);
    await restore();

    const { count, seconds } = await lossOf(rows, lostAt);
    expect(count).toBeLessThan(rows.length);
    console.log(
      `lost: ${count} of ${rows.length} rows, the oldest of ${seconds.toFixed(1)} s before; the log is archived every ${archiveTimeoutSeconds} s`,
    );
    const { jobs } = (await client().send<JobList>("GET", "/v1/jobs")).body;
    for (const job of [inBackup, inLog]) {
      const { id, state, createdAt, finishedAt, attempts } = job;
      expect(jobs).toContainEqual(
        expect.objectContaining({ id, state, createdAt, finishedAt, attempts }),
      );
      const tools = { ffmpeg: ffmpegPath, ffprobe: ffprobePath };
      // By the address that the client was given before.
      expect((await verifyJob(job, join(folder, id), tools)).length).toBeGreaterThan(2);
    }
    await succeeded(waiting);
    await succeeded(await submit());
    expect(await postgres.backUp("full")).toContain("is made and verified");
  },
  15 * 60_000,
);
