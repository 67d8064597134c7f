import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "@framewright/contracts/client-api.ts";
import type { UploadTicket } from "@framewright/contracts/upload.ts";
import { freePort } from "../../tools/services/free-port.ts";
import { ApiProcess, freePorts, migrated } from "../api/api-process.ts";
import { adminSecret, clientOf, envFor, until } from "../api/api-under-test.ts";
import { Receiver } from "../api/webhooks/receiver.ts";
import { clips } from "../support/clips.ts";
import {
  startOtlpReceiver,
  type OtlpReceiver,
  type ReceivedSpan,
} from "../support/otlp-receiver.ts";
import { startServices, type Services } from "../support/services.ts";
import { startProcess, workerTools, type WorkerProcess } from "../support/worker-process.ts";

/** The programs as pods run them, each with its own process, on real services; spans go to a receiver of the test. */
let services: Services;
let spans: OtlpReceiver;
let webhooks: Receiver;
let api: ApiProcess;
let sender: ChildProcess;
let worker: WorkerProcess;
let folder: string;
let key: string;

const webhookVariables = {
  WEBHOOK_KEY: "webhook-key-of-the-tests",
  WEBHOOK_SCHEMES: "http",
  WEBHOOK_RANGES: "127.0.0.0/8",
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "framewright-trace-"));
  spans = await startOtlpReceiver();
  webhooks = await new Receiver().listen();
  services = await startServices({
    ...{ postgres: true, rabbitmq: true, redis: true, objectStore: true },
  });
  const traces = {
    TRACES_ENDPOINT: spans.endpoint,
    TRACES_REQUEST_RATIO: "0",
    TRACES_STATEMENT_MS: "0",
  };
  const common = { ...traces, ...webhookVariables, WEBHOOK_PORTS: String(webhooks.port) };
  const env = envFor(services, { ...(await freePorts()), ...common });
  key = await migrated(env.DATABASE_URL);
  api = new ApiProcess(env);
  await api.start();
  sender = spawn(process.execPath, ["api/send-webhooks.ts"], {
    env: {
      ...common,
      DATABASE_URL: env.DATABASE_URL,
      METRICS_PORT: String(await freePort()),
    },
    stdio: "ignore",
  });
  worker = startProcess({
    ...workerTools,
    ...traces,
    WORKER_API_URL: `http://127.0.0.1:${env.WORKER_PORT}`,
    WORKER_ADMIN_SECRET: adminSecret,
    WORKER_NAME: "worker-1",
    WORKER_CLASSES: "cpu.720p,cpu.1080p",
    AMQP_URL: services.amqpUrl,
    WORK_DIR: join(folder, "work"),
    HEALTH_PORT: "0",
    LOG_LEVEL: "debug",
  });
  await until("a worker", () =>
    Promise.resolve(worker.lines("registered; taking jobs").length === 1),
  );
}, 120_000);

afterAll(async () => {
  worker.child.kill("SIGKILL");
  sender.kill("SIGKILL");
  await Promise.all([worker.exited, once(sender, "exit"), api.end()]);
  webhooks.close();
  await services.stop();
  await spans.close();
  rmSync(folder, { recursive: true, force: true });
});

const traceId = "0af7651916cd43dd8448eb211c80319c";
const clientSpan = "b7ad6b7169203331";

async function upload(clip: string): Promise<string> {
  const body = readFileSync(clip);
  const client = clientOf({ url: api.url, key });
  const { body: ticket } = await client.send<UploadTicket>("POST", "/v1/uploads", {
    ...{ filename: "clip.mp4", contentType: "video/mp4", sizeBytes: body.length },
  });
  const { url = "", headers = {} } = ticket as { url?: string; headers?: Record<string, string> };
  expect((await fetch(url, { method: "PUT", body, headers })).ok).toBe(true);
  return ticket.uploadId;
}

async function submit(uploadId: string, traceparent?: string): Promise<Job> {
  const answer = await fetch(`${api.url}/v1/jobs`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      ...(traceparent !== undefined && { traceparent }),
    },
    body: JSON.stringify({ input: { uploadId }, profile: "hls-720p" }),
  });
  expect(answer.status).toBe(202);
  return (await answer.json()) as Job;
}

const ended = (id: string) =>
  until(
    `the end of job ${id}`,
    async () => {
      const job = await clientOf({ url: api.url, key }).job(id);
      return ["succeeded", "failed"].includes(job.state) && job;
    },
    120_000,
  );

function named(name: string | RegExp, service: string): ReceivedSpan[] {
  return spans.spans.filter(
    (span) =>
      span.service === `framewright-${service}` &&
      (typeof name === "string" ? span.name === name : name.test(span.name)),
  );
}

function one(name: string, service: string): ReceivedSpan {
  const [span, ...more] = named(name, service);
  if (span === undefined || more.length > 0) {
    const all = spans.spans.map((found) => `${found.service} ${found.name}`);
    throw new Error(
      `${more.length + 1} spans "${name}" of ${service}; there are ${all.join(", ")}`,
    );
  }
  return span;
}

describe("a job with a traceparent of its client", () => {
  let job: Job;

  beforeAll(async () => {
    const client = clientOf({ url: api.url, key });
    const endpoint = { url: webhooks.url, eventTypes: ["job.succeeded"] };
    expect((await client.send("POST", "/v1/webhook-endpoints", endpoint)).status).toBe(201);
    const submitted = await submit(
      await upload(await clips.sd(3)),
      `00-${traceId}-${clientSpan}-01`,
    );
    expect(submitted.traceId).toBe(traceId);
    job = await ended(submitted.id);
    await until("the webhook's span", () =>
      Promise.resolve(named("webhook job.succeeded", "webhooks").length === 1),
    );
    await until("the span of the attempt", () =>
      Promise.resolve(named("attempt", "worker").length === 1),
    );
  }, 180_000);

  it("succeeds, and every span of it belongs to the one trace", () => {
    expect(job).toMatchObject({ state: "succeeded", traceId });
    const strangers = spans.spans.filter((span) => span.traceId !== traceId);
    expect(strangers.map(({ service, name }) => `${service} ${name}`)).toEqual([]);
  });

  it("goes from the client's span over request, outbox and queue to the claim", () => {
    const request = one("POST /v1/jobs", "api");
    expect(request.parentSpanId).toBe(clientSpan);
    expect(request.facts).toMatchObject({ "job.id": job.id, "http.response.status_code": 202 });
    expect(one("sql insert-job", "api").parentSpanId).toBe(request.spanId);
    const [publish] = named(/^publish /, "api");
    expect(publish?.parentSpanId).toBe(request.spanId);
    expect(one("wait in the queue", "api").parentSpanId).toBe(request.spanId);
    const claim = one("claim", "worker");
    expect(claim.parentSpanId).toBe(publish?.spanId);
    const call = one("POST /v1/jobs/:id/claim", "worker");
    expect(call.parentSpanId).toBe(claim.spanId);
    const claimed = one("POST /v1/jobs/:jobId/claim", "api");
    expect(claimed).toMatchObject({ parentSpanId: call.spanId, facts: { "job.id": job.id } });
    expect(one("sql claim-for", "api").parentSpanId).toBe(claimed.spanId);
  });

  it("goes on with the attempt, its stages and what they run", () => {
    const attempt = one("attempt", "worker");
    expect(attempt.parentSpanId).toBe(one("POST /v1/jobs", "api").spanId);
    expect(attempt).toMatchObject({ failed: false, facts: { "job.id": job.id } });
    const stages = ["downloading", "probing", "encoding", "verifying", "uploading"];
    for (const stage of stages) {
      expect(one(stage, "worker").parentSpanId).toBe(attempt.spanId);
    }
    const encode = one("ffmpeg encode", "worker");
    expect(encode.parentSpanId).toBe(one("encoding", "worker").spanId);
    // Of two that end in one turn the first has the time of both (worker/src/media/children-time.ts).
    const seconds = named(/^ff/, "worker").map(({ facts }) => facts["ffmpeg.cpu_seconds"]);
    expect(encode.facts).toHaveProperty(["ffmpeg.cpu_seconds"]);
    expect(seconds.some((one) => Number(one) > 0)).toBe(true);
    const probes = named("ffprobe", "worker").map(({ parentSpanId }) => parentSpanId);
    expect(probes).toContain(one("probing", "worker").spanId);
    const uploads = named("upload", "worker");
    expect(uploads.length).toBeGreaterThan(4);
    expect(uploads.map(({ facts }) => facts["file.path"])).toContain("master.m3u8");
  });

  it("ends with the call that completes it, what the API checks in the store, and the webhook", () => {
    const call = one("POST /v1/jobs/:id/attempts/:n/complete", "worker");
    expect(call.parentSpanId).toBe(one("attempt", "worker").spanId);
    const completed = one("POST /v1/jobs/:jobId/attempts/:attempt/complete", "api");
    expect(completed.parentSpanId).toBe(call.spanId);
    const looks = named(/^s3 /, "api").filter((span) => span.parentSpanId === completed.spanId);
    expect(looks.map(({ name }) => name)).toContain("s3 ListObjectsV2");
    const webhook = one("webhook job.succeeded", "webhooks");
    expect(webhook.parentSpanId).toBe(one("POST /v1/jobs", "api").spanId);
    expect(webhook.facts).toMatchObject({ "http.response.status_code": 204 });
    expect(JSON.stringify(webhooks.received)).not.toContain("traceparent");
  });

  it("shows no secret: no signed address, no key, no value of a statement", () => {
    const sent = spans.raw();
    expect(sent).not.toMatch(/X-Amz-|Signature=|fw_live_|fw_worker_|Bearer/i);
    for (const secret of [key, adminSecret, services.s3.secretAccessKey, "INSERT INTO"]) {
      expect(sent).not.toContain(secret);
    }
  });

  it("is named by the lines of all three programs", () => {
    const attempt = one("attempt", "worker");
    const [line] = worker.lines("attempt complete");
    expect(line).toMatchObject({ trace_id: traceId, span_id: attempt.spanId, job_id: job.id });
    const accepted = api.output.split("\n").find((text) => text.includes('"job accepted"')) ?? "{}";
    expect(JSON.parse(accepted)).toMatchObject({ trace_id: traceId, job_id: job.id });
    expect(worker.lines("registered; taking jobs")[0]).not.toHaveProperty("trace_id");
  });
});

describe("other jobs", () => {
  it("have a trace of their own, also where the client sent rubbish", async () => {
    const uploadId = await upload(await clips.sd(3));
    const before = spans.spans.length;
    const jobs = [
      await submit(uploadId, `00-${"0".repeat(32)}-${clientSpan}-01`),
      await submit(uploadId, "x".repeat(8000)),
      await submit(uploadId),
    ];
    const ids = jobs.map((job) => job.traceId);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
    for (const { id } of jobs) expect((await ended(id)).state).toBe("succeeded");
    await until("three attempts", () =>
      Promise.resolve(
        spans.spans.slice(before).filter(({ name }) => name === "attempt").length === 3,
      ),
    );
    const attempts = spans.spans.slice(before).filter(({ name }) => name === "attempt");
    expect(new Set(attempts.map((span) => span.traceId))).toEqual(new Set(ids));
  }, 180_000);

  it("have none where their client keeps them out", async () => {
    const earlier = new Set(spans.spans.map((span) => span.traceId));
    const other = "1".repeat(32);
    const job = await submit(await upload(await clips.sd(3)), `00-${other}-${clientSpan}-00`);
    expect(job.traceId).toBeUndefined();
    expect((await ended(job.id)).state).toBe("succeeded");
    // Another job's span after it: what came of this one has been sent.
    const { traceId: later = "" } = await submit(await upload(await clips.sd(3)));
    await until("a later span", () =>
      Promise.resolve(spans.spans.some((span) => span.traceId === later)),
    );
    const strangers = spans.spans.filter(
      (span) => !earlier.has(span.traceId) && span.traceId !== later,
    );
    expect(strangers.map(({ service, name }) => `${service} ${name}`)).toEqual([]);
  }, 120_000);
});
