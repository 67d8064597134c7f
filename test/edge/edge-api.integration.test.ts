import { get } from "node:https";
import { afterAll, beforeAll, expect, it } from "vitest";
import { migrated, startApiProcess, type ApiProcess } from "../api/api-process.ts";
import { clientOf, until } from "../api/api-under-test.ts";
import { startServices, type Services } from "../support/services.ts";
import { ask, ca, edgeSecret, startEdge, type EdgeUnderTest } from "./edge-under-test.ts";

let services: Services;
let api: ApiProcess;
let edge: EdgeUnderTest;
let key: string;
let headers: Record<string, string>;
beforeAll(async () => {
  services = await startServices({ postgres: true, objectStore: true });
  const urls = { databaseUrl: services.databaseUrl, s3: services.s3 };
  key = await migrated(urls.databaseUrl);
  headers = { authorization: `Bearer ${key}` };
  api = await startApiProcess(urls, { EDGE_SECRET: edgeSecret, DRAIN_SECONDS: "1" });
  const workerApi = `127.0.0.1:${api.env["WORKER_PORT"] ?? ""}`;
  edge = await startEdge({ targets: { api: new URL(api.url).host, workerApi } });
});
afterAll(async () => {
  await Promise.all([edge.stop(), api.end()]);
  await services.stop();
});

/** Makes a key, which the audit log keeps with the address that it came from. */
async function addressSeen(url: string, options: { localAddress: string }): Promise<unknown> {
  const made = await ask(`${url}/v1/api-keys`, {
    ...options,
    method: "POST",
    headers: {
      ...headers,
      "content-type": "application/json",
      "x-forwarded-for": "203.0.113.7",
      "x-framewright-edge": "a guess of the secret",
    },
    body: JSON.stringify({ name: `from ${options.localAddress}`, scopes: ["read"] }),
  });
  expect(made.status).toBe(201);
  const { text } = await ask(`${edge.url}/v1/audit`, { headers });
  const { entries } = JSON.parse(text) as { entries: { requestId: string; address: string }[] };
  const id = made.headers["x-request-id"];
  return entries.find(({ requestId }) => requestId === id)?.address;
}

it("the API sees where a client is, by the edge and past it, whatever the client says", async () => {
  expect(await addressSeen(edge.url, { localAddress: "127.0.0.2" })).toBe("127.0.0.2");
  expect(await addressSeen(api.url, { localAddress: "127.0.0.3" })).toBe("127.0.0.3");
});

it("an error of the API comes with the id that the edge has logged", async () => {
  const { status, headers: given, text } = await ask(`${edge.url}/v1/jobs`);
  expect(status).toBe(401);
  const { requestId } = JSON.parse(text) as { requestId: string };
  expect(given["x-request-id"]).toBe(requestId);
  await until("the edge's line", () => edge.log().some((line) => line.includes(requestId)));
  await until("the API's line", () => api.output.includes(requestId));
});

it("the worker API has a port of its own, and asks for its own keys", async () => {
  const { status, text } = await ask(`${edge.workerUrl}/v1/jobs/claim`, {
    method: "POST",
    headers,
  });
  expect(status).toBe(401);
  expect(text).toContain("worker key");
});

it("each event of a stream comes at once, before there is another", async () => {
  const client = clientOf({ url: api.url, key });
  const uploadId = await client.upload();
  const job = await client.submit({ uploadId, profile: "hls-720p" });
  let seen = "";
  const stream = get(`${edge.url}/v1/jobs/${job.id}/events`, { ca, agent: false, headers });
  const ended = new Promise<void>((resolve, reject) => {
    stream.on("error", reject);
    stream.on("response", (answer) => {
      answer.on("data", (chunk: Buffer) => {
        seen += chunk.toString();
      });
      answer.on("end", resolve);
    });
  });
  await until("what is there", () => seen.includes("queued"));
  // Only now is there anything more to tell.
  await client.send("POST", `/v1/jobs/${job.id}/cancel`);
  await until("the end of the job", () => seen.includes("cancelled"));
  await ended;
});
