import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientKeyKind } from "@framewright/contracts/api-key.ts";
import type { ApiKeyCreated, ApiKeyList, KeyScope } from "@framewright/contracts/client-api.ts";
import { prefixOf } from "../../../api/keys/keys.ts";
import { startServices, type Services } from "../../support/services.ts";
import {
  clientOf,
  startApiUnderTest,
  until,
  type ApiUnderTest,
  type ServiceUrls,
} from "../api-under-test.ts";
import { openEvents } from "../event-reader.ts";

let services: Services;
let urls: ServiceUrls;
let api: ApiUnderTest;
let client: ReturnType<typeof clientOf>;

beforeAll(async () => {
  services = await startServices({ postgres: true, redis: true, objectStore: true });
  const { databaseUrl, redisUrl, s3 } = services;
  urls = { databaseUrl, redisUrl, s3 };
  api = await startApiUnderTest(urls);
  await until("readiness", async () => (await fetch(`${api.opsUrl}/readyz`)).ok);
  client = clientOf(api);
});
afterAll(async () => {
  await api.stop();
  await services.stop();
});

describe("API keys", () => {
  it("work until they are revoked, and no more than 5 s longer", async () => {
    const { body } = await client.send<ApiKeyCreated>("POST", "/v1/api-keys", { name: "short" });
    const holder = clientOf({ url: api.url, key: body.key });
    expect((await holder.send("GET", "/v1/jobs")).status).toBe(200);
    expect((await client.send("DELETE", `/v1/api-keys/${body.id}`)).status).toBe(204);
    await until(
      "the end",
      async () => (await holder.send("GET", "/v1/jobs")).status === 401,
      5_000,
    );
    const { body: list } = await client.send<{ keys: { id: string; revokedAt?: string }[] }>(
      "GET",
      "/v1/api-keys",
    );
    expect(list.keys.find(({ id }) => id === body.id)?.revokedAt).toBeDefined();
  });

  it("that are revoked end their event streams, on another replica too", async () => {
    const replica = await startApiUnderTest(urls, { S3_BUCKET: api.bucket });
    try {
      const job = await client.submit({ uploadId: await client.upload(), profile: "hls-720p" });
      const { body } = await client.send<ApiKeyCreated>("POST", "/v1/api-keys", { name: "reader" });
      const streams = [
        await openEvents(api.url, body.key, job.id),
        await openEvents(replica.url, body.key, job.id),
      ];
      const other = await openEvents(replica.url, api.key, job.id);
      const started = performance.now();
      await client.send("DELETE", `/v1/api-keys/${body.id}`);
      await Promise.all(streams.map((stream) => stream.toEnd()));
      expect(performance.now() - started).toBeLessThan(5_000);
      await client.send("POST", `/v1/jobs/${job.id}/cancel`);
      const last = (await other.toEnd()).at(-1);
      expect(last?.data["type"]).toBe("cancelled");
    } finally {
      await replica.stop();
    }
  });

  it("do what their scopes say, and the last one with admin stays", async () => {
    const make = async (scopes: readonly KeyScope[]) => {
      const body = { name: scopes.join(), scopes };
      return (await client.send<ApiKeyCreated>("POST", "/v1/api-keys", body)).body;
    };
    const [reader, admin] = [await make(["read"]), await make(["admin"])];
    const read = clientOf({ url: api.url, key: reader.key });
    expect((await read.send("GET", "/v1/jobs")).status).toBe(200);
    expect((await read.send("DELETE", `/v1/api-keys/${admin.id}`)).status).toBe(403);
    const { body: list } = await client.send<ApiKeyList>("GET", "/v1/api-keys");
    const own = list.keys.find(({ prefix }) => prefix === prefixOf(clientKeyKind, api.key));
    expect(own?.scopes).toEqual(["read", "submit", "admin", "platform"]);
    // The keys of other replicas' starts.
    for (const { id } of list.keys) {
      if (id !== own?.id && id !== admin.id) await client.send("DELETE", `/v1/api-keys/${id}`);
    }
    const managing = clientOf({ url: api.url, key: admin.key });
    const revoked = await Promise.all(
      [admin.id, own?.id].map((id) => managing.send("DELETE", `/v1/api-keys/${id}`)),
    );
    expect(revoked.map(({ status }) => status).toSorted()).toEqual([204, 409]);
    await api.query("UPDATE api_keys SET revoked_at = NULL WHERE id = $1", [own?.id]);
  });

  it("are not in the database", async () => {
    const { body } = await client.send<ApiKeyCreated>("POST", "/v1/api-keys", { name: "hidden" });
    const dump = JSON.stringify(await api.query("SELECT * FROM api_keys"));
    expect(dump).toContain(body.prefix);
    expect(dump).not.toContain(body.key.slice(body.prefix.length));
  });
});

describe("event streams", () => {
  it("of one key are limited, and leave room for requests", async () => {
    const replica = await startApiUnderTest(urls, {
      S3_BUCKET: api.bucket,
      EVENT_STREAMS_PER_KEY: "3",
    });
    try {
      const job = await client.submit({ uploadId: await client.upload(), profile: "hls-720p" });
      const open = () => openEvents(replica.url, api.key, job.id);
      const streams = await Promise.all([open(), open(), open()]);
      await expect(open()).rejects.toThrow("answered 429");
      // Without a look into the database, which would know no such job.
      const noJob = openEvents(replica.url, api.key, randomUUID());
      await expect(noJob).rejects.toThrow("answered 429");
      await client.send("POST", `/v1/jobs/${job.id}/cancel`);
      await Promise.all(streams.map((stream) => stream.toEnd()));
      const next = await client.submit({ uploadId: await client.upload(), profile: "hls-720p" });
      const again = await openEvents(replica.url, api.key, next.id);
      await client.send("POST", `/v1/jobs/${next.id}/cancel`);
      await again.toEnd();
    } finally {
      await replica.stop();
    }
  });
});
