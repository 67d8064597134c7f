import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "@framewright/contracts/client-api.ts";
import type { UploadTicket } from "@framewright/contracts/upload.ts";
import type { WorkerList, WorkerTokenCreated } from "@framewright/contracts/worker-admin.ts";
import { clientOf, startApiUnderTest, until, type ApiUnderTest } from "../api/api-under-test.ts";
import { clips, ffmpegPath, ffprobePath } from "../support/clips.ts";
import { closedNetwork, freePort, type ClosedNetwork } from "../support/closed-network.ts";
import { mediaFolders, sandboxPath } from "../support/isolation.ts";
import { startServices, type Services } from "../support/services.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { startProcess, type WorkerProcess } from "../support/worker-process.ts";

/** A worker as a process that reaches the worker API by TLS and the store at its public address, and nothing else. */
let services: Services;
let store: TcpProxy;
let api: ApiUnderTest;
let network: ClosedNetwork;
let folder: string;
let apiPort: number;
const processes: WorkerProcess[] = [];
const name = "studio-1";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "framewright-remote-"));
  services = await startServices({
    ...{ postgres: true, rabbitmq: true, redis: true, objectStore: true },
  });
  store = await startTcpProxy(services.s3.endpoint);
  const times = { LEASE_SECONDS: "30", HEARTBEAT_SECONDS: "5" };
  api = await startApiUnderTest(services, { S3_PUBLIC_ENDPOINT: store.url, ...times });
  await until("readiness", async () => (await fetch(`${api.opsUrl}/readyz`)).ok);
  const certificate = { key: join(folder, "tls.key"), cert: join(folder, "tls.crt") };
  execFileSync("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-subj", "/CN=workers.test", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"],
    ...["-keyout", certificate.key, "-out", certificate.cert],
  ]);
  apiPort = await freePort();
  const ways = {
    [apiPort]: { target: api.workerUrl, certificate },
    [new URL(store.url).port]: { target: services.s3.endpoint },
  };
  const { databaseUrl, amqpUrl, redisUrl, s3 } = services;
  const closed = [databaseUrl, amqpUrl, redisUrl, s3.endpoint, api.url, api.opsUrl];
  network = await closedNetwork(folder, ways, closed);
}, 120_000);

afterAll(async () => {
  for (const { child, exited } of processes) {
    child.kill("SIGKILL");
    await exited;
  }
  await network.close();
  await api.stop();
  await store.close();
  await services.stop();
  rmSync(folder, { recursive: true, force: true });
});

const client = () => clientOf(api);

async function createToken(): Promise<string> {
  const answer = await client().send<WorkerTokenCreated>("POST", "/v1/worker-tokens", {
    workerName: name,
  });
  expect(answer.status).toBe(201);
  return answer.body.token;
}

function startWorker(env: Record<string, string>): WorkerProcess {
  const own = {
    PATH: sandboxPath,
    MEDIA_READS: mediaFolders.join(","),
    WORKER_API_URL: `https://127.0.0.1:${apiPort}`,
    NODE_EXTRA_CA_CERTS: join(folder, "tls.crt"),
    WORKER_NAME: name,
    WORKER_CLASSES: "cpu.720p,cpu.1080p",
    WORKER_KEY_FILE: join(folder, "worker-key"),
    WORK_DIR: join(folder, "work"),
    HEALTH_PORT: "0",
    LOG_LEVEL: "debug",
    FFMPEG_PATH: ffmpegPath,
    FFPROBE_PATH: ffprobePath,
  };
  const started = startProcess({ ...own, ...env }, network.enter);
  processes.push(started);
  return started;
}

async function submit(clip: string): Promise<string> {
  const body = readFileSync(clip);
  const { body: ticket } = await client().send<UploadTicket>("POST", "/v1/uploads", {
    ...{ filename: "clip.mp4", contentType: "video/mp4", sizeBytes: body.length },
  });
  const { url = "", headers = {} } = ticket as { url?: string; headers?: Record<string, string> };
  expect((await fetch(url, { method: "PUT", body, headers })).ok).toBe(true);
  return (await client().submit({ uploadId: ticket.uploadId, profile: "hls-720p" })).id;
}

const inState = (id: string, state: Job["state"], seconds = 120) =>
  until(`job ${state}`, async () => (await client().job(id)).state === state, seconds * 1000);

async function workers() {
  const { body } = await client().send<WorkerList>("GET", "/v1/workers");
  return body.workers;
}

const registered = (worker: WorkerProcess) =>
  until("its registration", () => worker.lines("registered; taking jobs").length === 1, 60_000);

interface LogLine {
  readonly message: string;
  readonly url?: string;
  readonly status?: number;
}

/** Requests of workers whose key was not taken, as the API's log has them. */
const refusals = () =>
  api.log
    .map((line) => JSON.parse(line) as LogLine)
    .filter(({ message, url = "" }) => message === "request" && /^\/v1\/(workers|jobs)\b/.test(url))
    .filter(({ status }) => status === 401 || status === 403);

describe("a worker outside, with a token", () => {
  it("finishes a job, and rotates its key beside it without a failed request", async () => {
    const worker = startWorker({ WORKER_TOKEN: await createToken(), WORKER_KEY_SECONDS: "1" });
    await registered(worker);
    expect(worker.lines("closed network")).toEqual([{ message: "closed network", reached: [] }]);
    const { pid = 0 } = worker.child;
    expect(readlinkSync(`/proc/${pid}/ns/net`)).not.toBe(readlinkSync("/proc/self/ns/net"));
    expect(await workers()).toMatchObject([{ name, status: "idle", store: "public" }]);
    const firstKey = readFileSync(join(folder, "worker-key"), "utf8");

    const id = await submit(await clips.sd(5));
    await inState(id, "succeeded");
    const [times] = await api.query<{ ms: number }>(
      "SELECT extract(epoch FROM started_at - created_at)::float8 * 1000 AS ms FROM jobs WHERE id = $1",
      [id],
    );
    console.log(`claimed ${times?.ms.toFixed(0)} ms after its submission`);
    expect(times?.ms).toBeLessThan(1000);

    await until("rotations", () => worker.lines("the worker's key was replaced").length >= 2);
    expect(readFileSync(join(folder, "worker-key"), "utf8")).not.toBe(firstKey);
    expect(refusals()).toEqual([]);
    expect(worker.log()).not.toMatch(
      /sign of life failed|asking for a job failed|heartbeat failed/,
    );
    worker.child.kill("SIGTERM");
    expect(await worker.exited).toBe(0);
  });

  it("is the same worker after a restart, with the key of its file and no token", async () => {
    const [before] = await workers();
    const worker = startWorker({});
    await registered(worker);
    expect(await workers()).toMatchObject([{ id: before?.id, name, status: "idle" }]);
    worker.child.kill("SIGTERM");
    await worker.exited;
  });

  it("that is revoked loses its job at once and stops within five seconds, saying why", async () => {
    const worker = startWorker({});
    await registered(worker);
    const id = await submit(await clips.long());
    await inState(id, "running");
    const [{ id: workerId } = { id: "" }] = await workers();
    const begun = performance.now();
    const answer = await client().send("POST", `/v1/workers/${workerId}/revoke`);
    expect(answer).toMatchObject({ status: 200, body: { status: "revoked" } });
    expect(await client().job(id)).toMatchObject({
      state: "queued",
      attempts: [{ outcome: "lost", error: { code: "worker-revoked" } }],
    });
    expect(await worker.exited).toBe(77);
    const seconds = (performance.now() - begun) / 1000;
    console.log(`stopped ${seconds.toFixed(2)} s after its revocation`);
    expect(seconds).toBeLessThan(5);
    const [last] = worker
      .log()
      .split("\n")
      .filter((line) => line.includes("stopped, since the worker API refuses"));
    expect(last).toContain(`Worker ${name} was revoked at`);

    // The log does show refusals where there are some.
    expect(refusals().length).toBeGreaterThan(0);
    const again = startWorker({});
    expect(await again.exited).toBe(77);
    await client().send("POST", `/v1/jobs/${id}/cancel`);
  });

  it("comes back with another token, and drained finishes its job, takes no other and ends", async () => {
    rmSync(join(folder, "worker-key"));
    const token = await createToken();
    const worker = startWorker({ WORKER_TOKEN: token });
    await registered(worker);
    const id = await submit(await clips.sd(20));
    await inState(id, "running");
    const { id: workerId } = (await workers()).find(({ status }) => status === "busy") ?? {};
    const begun = performance.now();
    const answer = await client().send("POST", `/v1/workers/${workerId}/drain`);
    expect(answer).toMatchObject({ status: 200, body: { status: "draining", draining: true } });
    await until("the order", () => worker.log().includes("asks this worker to finish and go"));
    console.log(`heard of the drain after ${(performance.now() - begun).toFixed(0)} ms`);
    const other = await submit(await clips.sd(3));
    expect(await worker.exited).toBe(0);
    expect(await client().job(id)).toMatchObject({ state: "succeeded", attempts: [{ number: 1 }] });
    expect(await client().job(other)).toMatchObject({ state: "queued", attempts: [] });

    // The used token registers nobody else, and the API's words are the worker's last.
    rmSync(join(folder, "worker-key"));
    const thief = startWorker({ WORKER_TOKEN: token });
    expect(await thief.exited).toBe(77);
    expect(thief.log()).toContain("The token was used at");
  });
});

it("all of it is in the audit log", async () => {
  const { body } = await client().send<{ entries: { action: string }[] }>("GET", "/v1/audit");
  const actions = body.entries
    .map(({ action }) => action)
    .filter((one) => one.startsWith("worker"));
  expect(actions.toReversed()).toEqual([
    ...["worker-token.create", "worker.register", "worker.revoke"],
    ...["worker-token.create", "worker.register", "worker.drain"],
  ]);
});
