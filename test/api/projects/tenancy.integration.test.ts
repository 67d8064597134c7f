import { randomUUID } from "node:crypto";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditList } from "@framewright/contracts/audit.ts";
import type { ApiKeyCreated, Job, JobList, Problem } from "@framewright/contracts/client-api.ts";
import type { Project, Quotas } from "@framewright/contracts/project.ts";
import { openDb } from "../../../api/backends/db.ts";
import { removeFromOutbox } from "../../../api/jobs/context.ts";
import { swapMessages } from "../../../api/jobs/limited.ts";
import { clientOf, until } from "../api-under-test.ts";
import { startEngine, type EngineUnderTest } from "../engine-under-test.ts";
import { createMetrics } from "../../../api/metrics.ts";

let engine: EngineUnderTest;
beforeAll(async () => {
  engine = await startEngine({ postgres: true, objectStore: true }, { LEASE_SECONDS: "120" });
});
afterAll(() => engine.stop());

const scopes = ["read", "submit", "admin"];
const profile = "hls-720p";

/** A project with a client of its own. */
async function tenant(quotas: Quotas = {}) {
  const { client, api } = engine;
  const name = randomUUID();
  const { body: project } = await client.send<Project>("POST", "/v1/projects", { name, quotas });
  const body = { name: "theirs", projectId: project.id, scopes };
  const { body: key } = await client.send<ApiKeyCreated>("POST", "/v1/api-keys", body);
  const own = clientOf({ url: api.url, key: key.key });
  const uploadId = await own.upload();
  const submit = () => own.submit({ uploadId, profile });
  const use = async () => (await own.send<Project>("GET", `/v1/projects/${project.id}`)).body.used;
  return { project, key, client: own, uploadId, submit, use };
}

/** Ends what waits and runs, so that no test meets the jobs of another. */
async function clear(): Promise<void> {
  await engine.api.query(
    `UPDATE jobs SET state = 'cancelled', finished_at = now(), lease_owner = NULL, lease_until = NULL
     WHERE finished_at IS NULL`,
  );
  await engine.api.query("DELETE FROM outbox");
}

async function finish(lease: Parameters<EngineUnderTest["worker"]["complete"]>[0]) {
  await engine.worker.uploadAll(lease);
  expect((await engine.worker.complete(lease)).status).toBe(200);
}

describe("what belongs to another project", () => {
  it("does not exist for a caller, whichever way it is asked for", async () => {
    const [mine, stranger] = [await tenant(), await tenant()];
    const job = await mine.submit();
    const { send } = stranger.client;
    const calls = [
      send("GET", `/v1/jobs/${job.id}`),
      send("GET", `/v1/jobs/${job.id}/events`),
      send("POST", `/v1/jobs/${job.id}/cancel`),
      send("DELETE", `/v1/jobs/${job.id}`),
      send("DELETE", `/v1/uploads/${mine.uploadId}`),
      send("POST", "/v1/jobs", { uploadId: mine.uploadId, profile }),
      send("DELETE", `/v1/api-keys/${mine.key.id}`),
      send("GET", `/v1/api-keys?projectId=${mine.project.id}`),
      send("POST", "/v1/api-keys", { name: "x", projectId: mine.project.id }),
      send("GET", `/v1/projects/${mine.project.id}`),
      send("GET", `/v1/audit?projectId=${mine.project.id}`),
    ];
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(calls.map(() => 404));
    expect((await send<JobList>("GET", "/v1/jobs")).body.jobs).toEqual([]);
    const { entries } = (await send<AuditList>("GET", "/v1/audit")).body;
    expect(entries.map(({ action }) => action)).toEqual(["upload.create"]);
    expect((await mine.client.job(job.id)).state).toBe("queued");
    await clear();
  });

  it("has Idempotency-Keys of its own", async () => {
    const [one, two] = [await tenant(), await tenant()];
    const key = { "idempotency-key": "order-1" };
    const made = await Promise.all(
      [one, two].map(({ client, uploadId }) => client.submit({ uploadId, profile }, key)),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(2);
    await clear();
  });

  it("is managed by keys with the scope platform, which an admin of a project cannot make", async () => {
    const { client, project, key } = await tenant();
    const status = async (method: string, path: string, body?: object) =>
      (await client.send(method, path, body)).status;
    expect(await status("POST", "/v1/projects", { name: randomUUID() })).toBe(403);
    expect(await status("PATCH", `/v1/projects/${project.id}`, { quotas: {} })).toBe(403);
    expect(await status("POST", "/v1/api-keys", { name: "x", scopes: ["platform"] })).toBe(403);
    const all = await engine.client.send<{ keys: { id: string }[] }>(
      "GET",
      `/v1/api-keys?projectId=${project.id}`,
    );
    expect(all.body.keys.map(({ id }) => id)).toEqual([key.id]);
    expect((await engine.client.send("DELETE", `/v1/api-keys/${key.id}`)).status).toBe(204);
  });
});

describe("a project", () => {
  it("has a name of its own, and keys that stop when it is archived", async () => {
    const { project, client } = await tenant();
    const again = await engine.client.send<Problem>("POST", "/v1/projects", { name: project.name });
    expect([again.status, again.body.code]).toEqual([409, "project-name-taken"]);
    const path = `/v1/projects/${project.id}`;
    const archived = await engine.client.send<Project>("PATCH", path, { archived: true });
    expect(archived.body.archivedAt).toBeDefined();
    const stopped = async () => (await client.send("GET", "/v1/jobs")).status === 401;
    await until("the end of its keys", stopped, 5_000);
    await engine.client.send("PATCH", path, { archived: false });
    await until("their return", async () => !(await stopped()), 5_000);
    const own = await engine.client.send<{ keys: unknown[] }>("GET", "/v1/projects?limit=100");
    expect(JSON.stringify(own.body)).toContain(project.id);
    const first = "/v1/projects/00000000-0000-7000-8000-000000000001";
    expect((await engine.client.send("PATCH", first, { archived: true })).status).toBe(409);
  });

  it("knows what it uses, after whatever becomes of its jobs and uploads", async () => {
    const { client, submit, use, uploadId } = await tenant();
    const bytes = 7;
    expect(await use()).toEqual({ queued: 0, running: 0, minutesPerMonth: 0, bytesStored: bytes });
    const [good, bad, cancelled] = [await submit(), await submit(), await submit()];
    expect(await use()).toMatchObject({ queued: 3, running: 0 });
    await client.send("POST", `/v1/jobs/${cancelled.id}/cancel`);
    const lease = (await engine.worker.claim(good.id)).body;
    expect(await use()).toMatchObject({ queued: 1, running: 1 });
    await finish(lease);
    const second = (await engine.worker.claim(bad.id)).body;
    await engine.worker.fail(second, "preempted");
    expect(await use()).toMatchObject({ queued: 1, running: 0 });
    // The sample's result: twenty seconds, and a rendition of fourteen bytes.
    expect(await use()).toMatchObject({ minutesPerMonth: 1 / 3, bytesStored: bytes + 14 });
    await client.send("DELETE", `/v1/jobs/${bad.id}`);
    await client.send("DELETE", `/v1/jobs/${good.id}`);
    await client.send("DELETE", `/v1/uploads/${uploadId}`);
    expect(await use()).toEqual({ queued: 0, running: 0, minutesPerMonth: 1 / 3, bytesStored: 0 });
  });
});

describe("a quota", () => {
  it("of waiting jobs holds for fifty requests at once", async () => {
    const { client, uploadId } = await tenant({ queued: 10 });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        client.send<Job & Problem>("POST", "/v1/jobs", { uploadId, profile }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(40);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body.quota).toEqual({ name: "queued", limit: 10, used: 10 });
    expect(refused?.headers.get("retry-after")).toBe("10");
    await clear();
  });

  it("of bytes holds for uploads at once, and is free again when one is deleted", async () => {
    const { client, uploadId } = await tenant({ bytesStored: 47 });
    const announce = (sizeBytes: number) =>
      client.send<Problem>("POST", "/v1/uploads", { contentType: "video/mp4", sizeBytes });
    const answers = await Promise.all(Array.from({ length: 10 }, () => announce(10)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(4);
    expect(answers.find(({ status }) => status === 403)?.body).toMatchObject({
      code: "storage-quota-exceeded",
      quota: { name: "bytesStored", limit: 47, used: 47 },
    });
    const job = await client.send<Problem>("POST", "/v1/jobs", { uploadId, profile });
    expect([job.status, job.body.code]).toEqual([403, "storage-quota-exceeded"]);
    await client.send("DELETE", `/v1/uploads/${uploadId}`);
    expect((await announce(7)).status).toBe(201);
  });

  it("of minutes refuses jobs until the next month", async () => {
    const { client, project, submit, uploadId } = await tenant({ minutesPerMonth: 1 });
    for (let i = 0; i < 3; i++) await finish((await engine.worker.claim((await submit()).id)).body);
    const refused = await client.send<Problem>("POST", "/v1/jobs", { uploadId, profile });
    expect(refused.status).toBe(429);
    expect(refused.body.quota).toMatchObject({ name: "minutesPerMonth", limit: 1, used: 1 });
    const resetsAt = new Date(refused.body.quota?.resetsAt ?? "");
    expect([resetsAt.getUTCDate(), resetsAt.getUTCHours()]).toEqual([1, 0]);
    await engine.api.query(
      "UPDATE project_use SET month = month - interval '1 month' WHERE project_id = $1",
      [project.id],
    );
    expect((await client.send("POST", "/v1/jobs", { uploadId, profile })).status).toBe(202);
    await clear();
  });

  it("of running jobs lets the rest wait and others go on, and wakes the next", async () => {
    const [limited, other] = [await tenant({ running: 2 }), await tenant()];
    const jobs: Job[] = [];
    for (let i = 0; i < 6; i++) jobs.push(await limited.submit());
    await Promise.all([other.submit(), other.submit()]);
    const claims = await Promise.all(Array.from({ length: 8 }, () => engine.worker.claimAny()));
    expect(claims.filter(({ status }) => status === 200)).toHaveLength(4);
    expect(await limited.use()).toMatchObject({ queued: 4, running: 2 });
    expect(await other.use()).toMatchObject({ queued: 0, running: 2 });
    // Which two run is open: of claims at once, those that come too late are taken back.
    const waiting = jobs.find(({ id }) => claims.every(({ body }) => body.jobId !== id));
    expect((await engine.worker.claim(waiting?.id ?? "")).status).toBe(409);
    const parked = async () =>
      (
        await engine.api.query<{ job_id: string }>(
          "SELECT job_id FROM outbox WHERE next_try_at > now() + interval '30 s'",
        )
      ).map(({ job_id: id }) => id);
    expect(await parked()).toEqual([waiting?.id]);
    const running = claims.find(({ body }) => jobs.some(({ id }) => id === body.jobId));
    if (running) await finish(running.body);
    const { status, body: next } = await engine.worker.claim(waiting?.id ?? "");
    expect([status, (await limited.use()).running]).toEqual([200, 2]);
    expect(jobs.map(({ id }) => id)).toContain(next.jobId);
    await clear();
  });
});

/** Claims by messages in the order in which they were sent, one job at a time; gives whose jobs were taken. */
async function order(names: ReadonlyMap<string, string>, messages: readonly Job[], count: number) {
  const taken: (string | undefined)[] = [];
  for (const { id } of messages.slice(0, count)) {
    const { body: lease } = await engine.worker.claim(id);
    taken.push(names.get(lease.jobId));
    await engine.worker.fail(lease, "input");
  }
  return taken;
}

/** Ten thousand changes of one row in one transaction take seconds; it is not what is measured here. */
async function uncounted(sql: string, projectId: string): Promise<void> {
  await engine.api.query(
    `BEGIN; ALTER TABLE jobs DISABLE TRIGGER USER; ${sql}; ALTER TABLE jobs ENABLE TRIGGER USER;
     UPDATE project_use SET queued = (SELECT count(*) FROM jobs WHERE state = 'queued'
                                      AND project_id = '${projectId}')
     WHERE project_id = '${projectId}'; COMMIT`,
  );
}

describe("turns", () => {
  it("a single job is next, although ten thousand of another project came before it", async () => {
    const [many, one] = [await tenant(), await tenant()];
    const first = await many.submit();
    await uncounted(
      `INSERT INTO jobs (id, project_id, upload_id, profile, priority, class, request_id)
       SELECT gen_random_uuid(), project_id, upload_id, profile, priority, class, request_id
       FROM jobs, generate_series(1, 10000) WHERE id = '${first.id}'`,
      many.project.id,
    );
    const taken = await engine.worker.claim(first.id);
    await engine.worker.fail(taken.body, "input");
    const job = await one.submit();
    const [waiting] = await engine.api.query<{ id: string }>(
      "SELECT id FROM jobs WHERE project_id = $1 AND state = 'queued' LIMIT 1",
      [many.project.id],
    );
    const { body: lease } = await engine.worker.claim(waiting?.id ?? "");
    expect(lease.jobId).toBe(job.id);
    // Its own message comes later, and brings the job whose message was used.
    expect((await engine.worker.claim(job.id)).status).toBe(200);
    await uncounted(
      `DELETE FROM jobs WHERE state = 'queued' AND project_id = '${many.project.id}'`,
      many.project.id,
    );
    await clear();
  });

  it("go round, and a project that runs more waits for those that run less", async () => {
    const [a, b] = [await tenant(), await tenant()];
    const names = new Map<string, string>();
    const messages: Job[] = [];
    const add = async (from: typeof a, name: string) => {
      const job = await from.submit();
      names.set(job.id, name);
      messages.push(job);
    };
    for (let i = 0; i < 6; i++) await add(a, "a");
    for (let i = 0; i < 3; i++) await add(b, "b");
    expect(await order(names, messages, 4)).toEqual(["a", "b", "a", "b"]);
    const held = [];
    for (const { id } of messages.slice(4, 7)) held.push((await engine.worker.claim(id)).body);
    expect(held.map(({ jobId }) => names.get(jobId)).toSorted()).toEqual(["a", "a", "b"]);
    await clear();
  });

  it("leave no job without a message, whatever was taken for whose, in whatever order", async () => {
    const [a, b] = [await tenant(), await tenant()];
    for (let round = 0; round < 6; round++) {
      const messages: Job[] = [];
      for (let i = 0; i < 10; i++) messages.push(await a.submit(), await b.submit());
      const shuffled = messages.toSorted(() => Math.random() - 0.5);
      const claims = await Promise.all(shuffled.map(({ id }) => engine.worker.claim(id)));
      expect(claims.map(({ status }) => status)).toEqual(messages.map(() => 200));
      expect(new Set(claims.map(({ body }) => body.jobId)).size).toBe(messages.length);
      await clear();
    }
  });

  it("exchange the messages of two jobs both ways at once", async () => {
    const [x, y] = [await (await tenant()).submit(), await (await tenant()).submit()];
    const db = openDb({
      database: { url: engine.api.databaseUrl, caFile: undefined },
      poolSize: 2,
      log: pino({ level: "silent" }),
      metrics: createMetrics().database,
    });
    // Long enough for both to have done the first step where nothing holds them.
    const claim = (named: string, taken: string) =>
      db.tx(async (client) => {
        await swapMessages(client, named, taken);
        await new Promise((resolve) => setTimeout(resolve, 300));
        await removeFromOutbox(client, taken);
      });
    await Promise.all([claim(x.id, y.id), claim(y.id, x.id)]);
    expect(await engine.api.query("SELECT job_id FROM outbox")).toEqual([]);
    await db.close();
    await clear();
  });
});
