import { Readable } from "node:stream";
import { S3Client, GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { isDatabaseAway } from "../../../api/backends/db.ts";
import { measured, operationOf } from "../../../api/backends/measured-queries.ts";
import { measureRequests } from "../../../api/backends/measured-requests.ts";
import { createMetrics } from "../../../api/metrics.ts";
import { FakeDb, type Script } from "../fake-engine.ts";

async function counts(metrics: ReturnType<typeof createMetrics>, name: string) {
  const text = await metrics.registry.metrics();
  return text.split("\n").filter((line) => line.startsWith(name) && !line.endsWith(" 0"));
}

describe("statements of the database", () => {
  it.each([
    ["SELECT 1", "select"],
    ["WITH taken AS (SELECT 1) UPDATE jobs SET state = 'running' FROM taken", "update"],
    ["WITH x AS (INSERT INTO outbox (job_id) VALUES (1)) SELECT * FROM x", "insert"],
    ["DELETE FROM jobs", "delete"],
    ["LISTEN jobs", "other"],
  ])("%s is counted as %s", (text, operation) => {
    expect(operationOf(text)).toBe(operation);
  });

  it.each<[string, Script, string]>([
    ["that are answered are ok", { one: [{}] }, "ok"],
    ["that the database refuses are told apart", { one: new Error("duplicate key") }, "refused"],
    ["that nobody answered are told apart", { one: new Error("Connection terminated") }, "away"],
  ])("%s", async (_name, script, result) => {
    const metrics = createMetrics();
    const client = measured(new FakeDb(script), metrics.database, isDatabaseAway);
    await client.query({ name: "one", text: "SELECT 1", values: [] }).catch(() => undefined);
    expect(await counts(metrics, "framewright_database_query_duration_seconds_count")).toEqual([
      `framewright_database_query_duration_seconds_count{operation="select",result="${result}"} 1`,
    ]);
  });

  it("the pool's connections are shown as they are now", async () => {
    const metrics = createMetrics();
    const state = { totalCount: 3, idleCount: 1, waitingCount: 2 };
    metrics.database.watchPool({ state, limit: 10 });
    expect(await counts(metrics, "framewright_database_")).toEqual([
      'framewright_database_connections{state="busy"} 2',
      'framewright_database_connections{state="idle"} 1',
      "framewright_database_connections_max 10",
      "framewright_database_pool_waiting 2",
    ]);
  });
});

describe("requests to the object store", () => {
  function storeThatAnswers(statusCode: number) {
    const headers = { "content-length": "5" };
    const client = new S3Client({
      region: "us-east-1",
      endpoint: "http://store.invalid",
      credentials: { accessKeyId: "id", secretAccessKey: "secret" },
      maxAttempts: 1,
      requestHandler: {
        handle: () =>
          Promise.resolve({ response: { statusCode, headers, body: Readable.from(["12345"]) } }),
      } as never,
    });
    const metrics = createMetrics();
    measureRequests(client, metrics);
    return { client, metrics };
  }

  it.each([
    [200, "ok"],
    [404, "refused"],
    [503, "error"],
  ])("with the answer %d are %s", async (status, result) => {
    const { client, metrics } = storeThatAnswers(status);
    const ask = new HeadObjectCommand({ Bucket: "videos", Key: "a" });
    await client.send(ask).catch(() => undefined);
    expect(await counts(metrics, "framewright_store_operation_duration_seconds_count")).toEqual([
      `framewright_store_operation_duration_seconds_count{operation="head-object",result="${result}"} 1`,
    ]);
  });

  it("count the bytes of what was read", async () => {
    const { client, metrics } = storeThatAnswers(200);
    await client.send(new GetObjectCommand({ Bucket: "videos", Key: "a" })).catch(() => undefined);
    expect(await counts(metrics, "framewright_store_bytes_total")).toEqual([
      'framewright_store_bytes_total{direction="down"} 5',
    ]);
  });
});
