import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import type { CreateEgress, Egress } from "@framewright/contracts/egress.ts";
import { migrated, startApiProcess, type ApiProcess } from "../api/api-process.ts";
import { clientOf, until } from "../api/api-under-test.ts";
import { startServices, type Services } from "../support/services.ts";
import { rtmpSource, srtSource, type LiveSource } from "./live-source.ts";
import { tellLoss } from "./lost-seconds.ts";
import { startRecorderProcess, type RecorderProcess } from "./recorder-process.ts";

/** Faults that last, with the leases and patience that a stack has by default. What was lost is printed. */
let services: Services;
let api: ApiProcess;
let key: string;

beforeAll(async () => {
  services = await startServices({ postgres: true, redis: true, objectStore: true });
  key = await migrated(services.databaseUrl);
  const { databaseUrl, redisUrl, s3 } = services;
  api = await startApiProcess({ databaseUrl, redisUrl, s3 }, { EGRESS: "on" });
}, 120_000);
afterAll(async () => {
  await api.end("SIGKILL");
  await services.stop();
});

const client = () => clientOf({ url: api.url, key });
const workerUrl = () => `http://127.0.0.1:${api.env["WORKER_PORT"] ?? ""}`;

function recorder(name: string, options: { enter?: readonly string[] } = {}): RecorderProcess {
  const started = startRecorderProcess(workerUrl(), { name, ...options });
  onTestFinished(() => started.close());
  return started;
}

function whileOpen<Source extends LiveSource>(source: Source): Source {
  onTestFinished(() => {
    source.close();
  });
  return source;
}

async function record(body: CreateEgress): Promise<string> {
  const answer = await client().send<Egress>("POST", "/v1/egress", body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return answer.body.id;
}

const show = async (id: string) => (await client().send<Egress>("GET", `/v1/egress/${id}`)).body;
const has = (id: string, what: string, test: (task: Egress) => unknown) =>
  until(
    `${id} ${what}`,
    async () => {
      const task = await show(id);
      return test(task) ? task : undefined;
    },
    240_000,
  );

const tell = (fault: string, task: Egress) => tellLoss(fault, task, api.url);

it("nothing is lost while the store is away for a minute, Redis is killed, and the API is", async () => {
  const seconds = 130;
  recorder("patient");
  const source = whileOpen(await rtmpSource(seconds));
  const id = await record({ source: { kind: "rtmp", url: source.url }, silentSeconds: 5 });
  await has(id, "has begun", ({ durationSeconds }) => durationSeconds > 0);
  await services.restart("objectStore", { downMs: 60_000 });
  await services.kill("redis");
  await pause(5_000);
  await services.restart("redis");
  await api.end("SIGKILL");
  await pause(10_000);
  await api.start();
  const task = await has(id, "has ended", ({ finishedAt }) => finishedAt);
  await tell("store away 60 s, then Redis and the API killed", task);
  expect(task).toMatchObject({
    ...{ state: "stopped", attempt: 1, discontinuities: 0, warnings: [] },
    ...{ reason: { code: "source-ended" }, mp4: { frames: 30 * seconds } },
  });
}, 400_000);

it("a publisher that drops for 5 s costs these and the connection", async () => {
  recorder("waiting");
  const source = whileOpen(await srtSource());
  const id = await record({ source: { kind: "srt", url: source.url } });
  await has(id, "has 4 s", ({ durationSeconds }) => durationSeconds > 4);
  source.renew(5_000);
  await has(id, "goes on", ({ discontinuities }) => discontinuities === 1);
  await client().send("POST", `/v1/egress/${id}/stop`);
  const task = await has(id, "has ended", ({ finishedAt }) => finishedAt);
  const lost = await tell("publisher away 5 s", task);
  expect(task).toMatchObject({ state: "stopped", attempt: 1, discontinuities: 1, warnings: [] });
  expect(lost).toBeGreaterThan(4);
  expect(lost).toBeLessThan(20);
}, 120_000);

it("a pod that is killed with all its processes costs the lease and the open segment", async () => {
  const first = recorder("killed");
  const source = whileOpen(await srtSource());
  const id = await record({ source: { kind: "srt", url: source.url } });
  await has(id, "has 4 s", ({ durationSeconds }) => durationSeconds > 4);
  recorder("successor");
  first.killAll();
  source.renew();
  await has(
    id,
    "goes on",
    ({ attempt, discontinuities }) => attempt === 2 && discontinuities === 1,
  );
  await client().send("POST", `/v1/egress/${id}/stop`);
  const task = await has(id, "has ended", ({ finishedAt }) => finishedAt);
  const lost = await tell("pod killed", task);
  expect(task).toMatchObject({ state: "stopped", attempt: 2, discontinuities: 1, warnings: [] });
  // 45 s of the lease, 5 s of the sweep, and the connection.
  expect(lost).toBeLessThan(75);
}, 240_000);

it("a disk that is full while the store is away costs the time until the store is back", async () => {
  const small = 'mount -t tmpfs -o size=1500k tmpfs "$WORK_DIR" && exec "$@"';
  const full = recorder("full", {
    enter: ["unshare", "--map-root-user", "--mount", "sh", "-c", small, "sh"],
  });
  const source = whileOpen(await srtSource());
  const id = await record({ source: { kind: "srt", url: source.url }, silentSeconds: 30 });
  await has(id, "has begun", ({ durationSeconds }) => durationSeconds > 0);
  await services.kill("objectStore");
  await until("the disk is full", () => full.log().includes("scratch space is full"), 120_000);
  source.renew();
  await services.restart("objectStore");
  const known = (await show(id)).durationSeconds;
  await has(
    id,
    "goes on",
    ({ discontinuities, durationSeconds }) => discontinuities === 1 && durationSeconds > known + 4,
  );
  await client().send("POST", `/v1/egress/${id}/stop`);
  const task = await has(id, "has ended", ({ finishedAt }) => finishedAt);
  await tell("disk full while the store was away", task);
  expect(task).toMatchObject({ state: "stopped", attempt: 1, discontinuities: 1 });
}, 240_000);
