import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiKeyCreated } from "@framewright/contracts/client-api.ts";
import type { WebhookEndpoint, WebhookEndpointList } from "@framewright/contracts/webhook.ts";
import { openDb, type Db } from "../../../api/backends/db.ts";
import type { ObjectStore } from "../../../api/backends/object-store.ts";
import { deleteUnneeded } from "../../../api/jobs/retention.ts";
import { createMetrics } from "../../../api/metrics.ts";
import { openBucket, startEngine, type EngineUnderTest } from "../engine-under-test.ts";
import { registerWorker } from "../worker-under-test.ts";

const retention = {
  ...{ attemptDays: 7, uploadDays: 30, unfinishedDays: 7 },
  ...{ jobDays: 60, eventDays: 20, auditDays: 90, webhookDays: 30 },
};
const daysPerStep = 14;
const steps = Math.ceil(365 / daysPerStep);

let engine: EngineUnderTest;
let db: Db;
let store: ObjectStore;
beforeAll(async () => {
  // Its own sweeper keeps everything: this test says when the time has passed.
  engine = await startEngine(
    { postgres: true, objectStore: true },
    {
      LEASE_SECONDS: "600",
      ATTEMPT_RETENTION_DAYS: "0",
      UPLOAD_RETENTION_DAYS: "0",
      UNFINISHED_UPLOAD_DAYS: "0",
      EVENT_RETENTION_DAYS: "0",
      AUDIT_RETENTION_DAYS: "0",
      WEBHOOK_RETENTION_DAYS: "0",
      WEBHOOK_KEY: "key of the webhooks' secrets",
    },
  );
  await engine.client.send("POST", "/v1/webhook-endpoints", { url: "https://kept.example.com/" });
  const log = pino({ level: "silent" });
  db = openDb({
    database: { url: engine.api.databaseUrl, caFile: undefined },
    poolSize: 2,
    log,
    metrics: createMetrics().database,
  });
  store = openBucket(engine);
});
afterAll(async () => {
  store.close();
  await db.close();
  await engine.stop();
});

/** A fortnight of a platform on which everything happens once. */
async function fortnight(step: number): Promise<void> {
  const { api, client } = engine;
  const worker = await registerWorker(api, "restarted");
  const uploadId = await client.upload();
  await client.upload();
  await client.send("POST", "/v1/uploads", {
    ...{ contentType: "video/mp4", sizeBytes: 12_000_000, multipart: true },
  });
  const submit = () => client.submit({ uploadId, profile: "hls-720p" });
  const claim = async () => (await worker.claim((await submit()).id)).body;

  const good = await claim();
  await worker.uploadAll(good);
  expect((await worker.complete(good)).status).toBe(200);
  const bad = await claim();
  await worker.uploadAll(bad);
  await worker.fail(bad, "input");
  const unwanted = await claim();
  await worker.uploadAll(unwanted);
  await client.send("DELETE", `/v1/jobs/${unwanted.jobId}`);
  await client.send("POST", `/v1/jobs/${(await submit()).id}/cancel`);
  await client.send("DELETE", `/v1/uploads/${await client.upload()}`);

  const { body: key } = await client.send<ApiKeyCreated>("POST", "/v1/api-keys", {
    name: `key ${step}`,
  });
  await client.send("DELETE", `/v1/api-keys/${key.id}`);

  const endpoints = "/v1/webhook-endpoints";
  const { body: endpoint } = await client.send<WebhookEndpoint>("POST", endpoints, {
    url: "https://tried.example.com/",
  });
  await client.send("POST", `${endpoints}/${endpoint.id}/test`);
  await client.send("DELETE", `${endpoints}/${endpoint.id}`);
}

interface Column {
  readonly table: string;
  readonly name: string;
}

async function columns(): Promise<Column[]> {
  return engine.api.query<Column & Record<string, unknown>>(
    `SELECT t.table_name AS "table", c.column_name AS name
     FROM information_schema.tables t JOIN information_schema.columns c USING (table_schema, table_name)
     WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE'
       AND c.data_type = 'timestamp with time zone'`,
  );
}

/** Everything is so much older at once. */
async function pass(days: number): Promise<void> {
  const sets = new Map<string, string[]>();
  for (const { table, name } of await columns()) {
    sets.set(table, [...(sets.get(table) ?? []), `${name} = ${name} - interval '${days} days'`]);
  }
  const updates = [...sets].map(([table, set]) => `UPDATE ${table} SET ${set.join(", ")}`);
  await engine.api.query(updates.join("; "));
}

async function cleanUp(): Promise<void> {
  const context = {
    db,
    store,
    retention,
    metrics: createMetrics(),
    log: pino({ level: "silent" }),
  };
  while (await deleteUnneeded(context, AbortSignal.timeout(60_000)));
}

/** Rows of every table that the schema has, and the objects in the bucket. */
async function sizes(): Promise<Record<string, number>> {
  const tables = new Set((await columns()).map(({ table }) => table));
  const counts = [...tables].map((t) => `(SELECT count(*)::int FROM ${t}) AS ${t}`);
  const [rows] = await engine.api.query<Record<string, number>>(`SELECT ${counts.join(", ")}`);
  const objects = (await store.sizes("", AbortSignal.timeout(60_000))).size;
  return { ...rows, objects };
}

it("nothing grows for ever: after a year there is as much as after half of it", async () => {
  const history: Record<string, number>[] = [];
  for (let step = 0; step < steps; step++) {
    await fortnight(step);
    await pass(daysPerStep);
    await cleanUp();
    history.push(await sizes());
  }
  const [half, whole] = [history[Math.floor(steps / 2)], history.at(-1)];
  expect(Object.keys(whole ?? {})).toEqual(
    expect.arrayContaining([
      "jobs",
      "events",
      "uploads",
      "audit",
      "workers",
      "api_keys",
      "webhook_endpoints",
      "webhook_deliveries",
      "objects",
    ]),
  );
  expect(whole).toEqual(half);
  // The jobs of sixty days and what belongs to them, and no more.
  expect(whole).toMatchObject({
    webhook_endpoints: 1,
    jobs: 12,
    attempts: 8,
    objects: expect.any(Number) as number,
  });
}, 120_000);

it("and once nobody uses it, nothing is left but the keys and projects that it has", async () => {
  const { body: kept } = await engine.client.send<WebhookEndpointList>(
    "GET",
    "/v1/webhook-endpoints",
  );
  for (const { id } of kept.endpoints) {
    await engine.client.send("DELETE", `/v1/webhook-endpoints/${id}`);
  }
  await pass(400);
  await cleanUp();
  // Until then their addresses could have been used.
  await pass(8);
  await cleanUp();
  const { api_keys: keys, projects, project_use: use, workers, ...rest } = await sizes();
  expect([keys, projects, use, workers]).toEqual([1, 1, 1, expect.any(Number)]);
  const left = Object.entries(rest).filter(
    ([name, count]) => count > 0 && name !== "schema_migrations",
  );
  expect(left).toEqual([]);
  // Parts of uploads that nobody completed are in no list of objects.
  expect(await store.multipart.abortAll("", AbortSignal.timeout(60_000))).toBe(0);
});
