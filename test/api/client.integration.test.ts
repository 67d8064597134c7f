import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { S3Client, PutObjectCommand } from "@aws-sdk/client-s3";
import { type Job, type JobList, type ApiKeyCreated } from "@framewright/contracts/client-api.ts";
import type { UploadTicket } from "@framewright/contracts/upload.ts";
import { clientKeyKind } from "@framewright/contracts/api-key.ts";
import { digestOf, generateKey, prefixOf } from "../../api/keys/keys.ts";
import { newId } from "../../api/ids.ts";
import { startServices, type Services } from "../support/services.ts";
import {
  adminSecret,
  call,
  clientOf,
  startApiUnderTest,
  until,
  type ApiUnderTest,
} from "./api-under-test.ts";
import { openEvents } from "./event-reader.ts";
import { publishJob } from "./published-job.ts";
import { registerWorker } from "./worker-under-test.ts";

let services: Services;
let api: ApiUnderTest;
let client: ReturnType<typeof clientOf>;

beforeAll(async () => {
  services = await startServices({
    postgres: true,
    rabbitmq: true,
    redis: true,
    objectStore: true,
  });
  api = await startApiUnderTest(services, { LEASE_SECONDS: "30", HEARTBEAT_SECONDS: "5" });
  await until("readiness", async () => (await fetch(`${api.opsUrl}/readyz`)).ok);
  client = clientOf(api);
});
afterAll(async () => {
  await api.stop();
  await services.stop();
});

describe("an upload", () => {
  it("is stored as announced", async () => {
    expect(await client.upload("twelve bytes")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("of another size or type is refused by the store", async () => {
    const { body: ticket } = await client.send<UploadTicket>("POST", "/v1/uploads", {
      contentType: "video/mp4",
      sizeBytes: 10,
    });
    const put = (body: string, type: string) =>
      fetch(ticket.url, { method: "PUT", body, headers: { "content-type": type } });
    expect((await put("eleven bytes", "video/mp4")).status).toBe(403);
    expect((await put("ten bytes.", "text/html")).status).toBe(403);
    expect((await put("ten bytes.", "video/mp4")).status).toBe(200);
  });

  it("above the limit is refused", async () => {
    const answer = await client.send("POST", "/v1/uploads", {
      contentType: "video/mp4",
      sizeBytes: 6 * 1024 ** 3,
    });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: "upload-too-large" });
  });

  it("that has not arrived makes no job", async () => {
    const { body } = await client.send<UploadTicket>("POST", "/v1/uploads", {
      contentType: "video/mp4",
      sizeBytes: 10,
    });
    const job = { uploadId: body.uploadId, profile: "hls-720p" };
    const answer = await client.send("POST", "/v1/jobs", job);
    expect([answer.status, answer.body]).toMatchObject([409, { code: "upload-incomplete" }]);
  });

  it("gives its file name to the job, and to the job in the list", async () => {
    const job = await client.submit({ uploadId: await client.upload(), profile: "hls-720p" });
    const { body } = await client.send<JobList>("GET", "/v1/jobs?limit=1");
    expect([job, await client.job(job.id), ...body.jobs].map(({ fileName }) => fileName)).toEqual(
      Array.from({ length: 3 }, () => "holiday.mp4"),
    );
  });

  it("whose stored size is another makes no job", async () => {
    const uploadId = await client.upload("a video");
    const s3 = new S3Client({
      endpoint: services.s3.endpoint,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: services.s3,
    });
    const [row] = await api.query<{ object_key: string }>(
      "SELECT object_key FROM uploads WHERE id = $1",
      [uploadId],
    );
    const place = { Bucket: api.bucket, Key: row?.object_key };
    await s3.send(new PutObjectCommand({ ...place, Body: "another video" }));
    s3.destroy();
    const answer = await client.send("POST", "/v1/jobs", { uploadId, profile: "hls-720p" });
    expect([answer.status, answer.body]).toMatchObject([422, { code: "upload-size-mismatch" }]);
  });

  it("that nobody announced makes no job", async () => {
    const answer = await client.send("POST", "/v1/jobs", {
      uploadId: newId(),
      profile: "hls-720p",
    });
    expect([answer.status, answer.body]).toMatchObject([404, { code: "upload-not-found" }]);
  });
});

describe("an Idempotency-Key", () => {
  it("sent fifty times at once makes one job", async () => {
    const uploadId = await client.upload();
    const key = { "idempotency-key": newId() };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        client.send<Job>("POST", "/v1/jobs", { uploadId, profile: "hls-720p" }, key),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    const jobs = await api.query("SELECT id FROM jobs WHERE upload_id = $1", [uploadId]);
    expect(jobs).toHaveLength(1);
    const events = await api.query("SELECT 1 FROM events WHERE job_id = $1", [jobs[0]?.["id"]]);
    expect(events).toHaveLength(1);
  });

  it("with the fields in another order is the same request", async () => {
    const uploadId = await client.upload();
    const key = { "idempotency-key": newId() };
    const first = await client.submit({ uploadId, profile: "hls-720p", priority: "normal" }, key);
    const second = await client.submit({ profile: "hls-720p", uploadId }, key);
    expect(second.id).toBe(first.id);
  });

  it("with another body is refused", async () => {
    const uploadId = await client.upload();
    const key = { "idempotency-key": newId() };
    await client.submit({ uploadId, profile: "hls-720p" }, key);
    const body = { uploadId, profile: "hls-1080p" };
    const answer = await client.send("POST", "/v1/jobs", body, key);
    expect([answer.status, answer.body]).toMatchObject([422, { code: "idempotency-key-reused" }]);
  });
});

describe("projects", () => {
  async function keyOfAnotherProject() {
    const project = newId();
    const key = generateKey(clientKeyKind);
    await api.query("INSERT INTO projects (id, name) VALUES ($1, $2)", [project, project]);
    await api.query(
      `INSERT INTO api_keys (id, project_id, name, prefix, digest, scopes)
       VALUES ($1, $2, 'x', $3, $4, $5)`,
      [newId(), project, prefixOf(clientKeyKind, key), digestOf(key), ["read", "submit", "admin"]],
    );
    return key;
  }

  it("do not see what belongs to each other", async () => {
    const uploadId = await client.upload();
    const job = await client.submit({ uploadId, profile: "hls-720p" });
    const { body: own } = await client.send<ApiKeyCreated>("POST", "/v1/api-keys", { name: "x" });
    const stranger = clientOf({ url: api.url, key: await keyOfAnotherProject() });
    const calls = [
      stranger.send("GET", `/v1/jobs/${job.id}`),
      stranger.send("GET", `/v1/jobs/${job.id}/events`),
      stranger.send("POST", `/v1/jobs/${job.id}/cancel`),
      stranger.send("POST", "/v1/jobs", { uploadId, profile: "hls-720p" }),
      stranger.send("DELETE", `/v1/api-keys/${own.id}`),
    ];
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses).toEqual([404, 404, 404, 404, 404]);
    expect((await stranger.send("GET", "/v1/jobs")).body).toEqual({ jobs: [] });
    expect(
      (await stranger.send<{ keys: unknown[] }>("GET", "/v1/api-keys")).body.keys,
    ).toHaveLength(1);
    expect((await client.job(job.id)).state).toBe("queued");
  });
});

describe("events", () => {
  it("tell the whole story of a job, on another replica than its worker's", async () => {
    const replica = await startApiUnderTest(services, { S3_BUCKET: api.bucket });
    try {
      const job = await client.submit({ uploadId: await client.upload(), profile: "hls-720p" });
      const reader = await openEvents(replica.url, api.key, job.id);
      const worker = await registerWorker(api, "teller");
      const { body: lease } = await worker.claim(job.id);
      const started = performance.now();
      await worker.heartbeat(lease, 42);
      await reader.waitFor((event) => event.event === "progress");
      // Woken through Redis, not by the poll of 10 s.
      expect(performance.now() - started).toBeLessThan(5_000);
      await worker.uploadAll(lease);
      await worker.complete(lease);
      const events = await reader.toEnd();
      expect(
        events.filter(({ event }) => event === "state").map(({ data }) => data["type"]),
      ).toEqual(["queued", "running", "succeeded"]);
      expect(events.find(({ event }) => event === "progress")?.data).toEqual({
        jobId: job.id,
        attempt: 1,
        progress: { stage: "encoding", percent: 42 },
      });
      const last = events.findLast(({ id }) => id !== undefined)?.id ?? "";
      const after = await call("GET", `${replica.url}/v1/jobs/${job.id}/events`, {
        headers: { authorization: `Bearer ${api.key}`, "last-event-id": last },
      });
      expect(after.status).toBe(204);
    } finally {
      await replica.stop();
    }
  });
});

it("the rate limit of a key holds over two replicas", async () => {
  const limit = { RATE_LIMIT_PER_MINUTE: "6", S3_BUCKET: api.bucket };
  const replicas = [
    await startApiUnderTest(services, limit),
    await startApiUnderTest(services, limit),
  ];
  try {
    const { body } = await client.send<ApiKeyCreated>("POST", "/v1/api-keys", { name: "eager" });
    let sent = 0;
    const ask = async (replica: number): Promise<number> => {
      const url = replicas[replica]?.url ?? "";
      const forged = { "x-forwarded-for": `10.0.0.${sent++}` };
      const caller = clientOf({ url, key: body.key });
      return (await caller.send("GET", "/v1/jobs", undefined, forged)).status;
    };
    for (const replica of [0, 0, 0, 1, 1, 1]) expect(await ask(replica)).toBe(200);
    // What the other counted is known a moment after the next request.
    for (const replica of [0, 1]) {
      await until(`replica ${replica} refuses`, async () => (await ask(replica)) === 429, 3_000);
    }
    // Alone, neither would have refused before its seventh request; the until asks every 50 ms.
    expect(sent).toBeLessThan(14);
  } finally {
    await Promise.all(replicas.map((replica) => replica.stop()));
  }
});

it("the metrics know what happened", async () => {
  await publishJob(api, client);
  const text = await (await fetch(`${api.opsUrl}/metrics`)).text();
  expect(text).toMatch(/framewright_attempts_ended_total\{state="succeeded"\} [1-9]/);
  expect(text).toMatch(/framewright_publishes_total\{path="request",result="confirmed"\} [1-9]/);
  expect(text).toMatch(/framewright_jobs\{state="queued",class="cpu.720p"\} [1-9]/);
  expect(text).toMatch(/framewright_http_request_duration_seconds_count\{.*route="\/v1\/jobs"/);
});

it("no secret has reached the log", async () => {
  const { base, worker } = await publishJob(api, client);
  await fetch(base);
  const text = api.log.join("");
  expect(text).toContain("/v1/playback/…/master.m3u8");
  const token = base.split("/")[5] ?? "none";
  for (const secret of [
    api.key,
    worker.key,
    adminSecret,
    token,
    services.s3.secretAccessKey,
    "X-Amz-Signature",
    new URL(services.databaseUrl).password,
  ]) {
    expect(text.includes(secret)).toBe(false);
  }
});
