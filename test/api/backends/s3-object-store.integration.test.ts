import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import type { ObjectStore } from "../../../api/backends/object-store.ts";
import { openObjectStore } from "../../../api/backends/s3-object-store.ts";
import { startServices, type Services } from "../../support/services.ts";
import { CredentialsAgent, podToken } from "../agent-under-test.ts";
import { createMetrics } from "../../../api/metrics.ts";
import { downloadSource } from "../../../worker/src/job/download.ts";

let services: Services;
let agent: CredentialsAgent;
let agentUrl: string;
let folder: string;
const opened: ObjectStore[] = [];

beforeAll(async () => {
  services = await startServices({ objectStore: true });
  // Our own gateway knows no sessions; what becomes of a token is in object-store.test.ts.
  agent = new CredentialsAgent({ ...services.s3, sessionToken: "" });
  agentUrl = await agent.listen();
  folder = mkdtempSync(join(tmpdir(), "framewright-pod-"));
});
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  vi.unstubAllEnvs();
});
afterAll(async () => {
  agent.close();
  rmSync(folder, { recursive: true });
  await services.stop();
});

function storeAs(keys: { accessKeyId: string; secretAccessKey: string } | undefined): ObjectStore {
  const { endpoint, region } = services.s3;
  const store = openObjectStore(
    {
      ...{ endpoint, region, keys },
      publicEndpoint: endpoint,
      bucket: "videos",
      writeOnce: "if-none-match",
    },
    createMetrics(),
  );
  opened.push(store);
  return store;
}

/** What EKS puts into the pod of an account that has an association. */
function becomePod(token: string): void {
  const tokenFile = join(folder, "eks-pod-identity-token");
  writeFileSync(tokenFile, token);
  vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", agentUrl);
  vi.stubEnv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", tokenFile);
}

it("without keys, the store's credentials come from the agent of the node", async () => {
  becomePod(podToken);
  const store = storeAs(undefined);
  await store.ensureBucket();
  const content = "moving pictures";
  const ticket = await store.presignPut({
    side: "public",
    key: "uploads/one",
    contentType: "video/mp4",
    sizeBytes: content.length,
    expiresSeconds: 60,
  });
  const put = await fetch(ticket.url, {
    method: "PUT",
    body: content,
    headers: { "content-type": "video/mp4" },
  });
  expect(put.status).toBe(200);
  expect(await store.sizeOf("uploads/one")).toBe(content.length);
  const got = await fetch(await store.presignGet("inside", "uploads/one", 60));
  expect(await got.text()).toBe(content);
  const url = await store.presignGet("inside", "uploads/one", 60);
  const path = join(folder, "source");
  const size = { sizeBytes: content.length, maxBytes: content.length, partBytes: 4 };
  await downloadSource({ url, path, ...size, signal: new AbortController().signal });
  expect(readFileSync(path, "utf8"), "in parts, as the worker reads it").toBe(content);
  expect(agent.asked).toEqual([podToken, podToken]);
});

it("a pod whose token the agent refuses has no store, and says so as unavailable", async () => {
  becomePod("token-of-another-cluster");
  await expect(storeAs(undefined).ensureBucket()).rejects.toMatchObject({ code: "unavailable" });
});

it("a bucket that is there is enough: it is not made again", async () => {
  await storeAs(services.s3).ensureBucket();
  await expect(storeAs(services.s3).ensureBucket()).resolves.toBeUndefined();
});

it("wrong keys are refused by the store, and are no missing bucket", async () => {
  const wrong = { ...services.s3, secretAccessKey: "wrong" };
  await expect(storeAs(wrong).ensureBucket()).rejects.toMatchObject({
    name: "SignatureDoesNotMatch",
  });
});
