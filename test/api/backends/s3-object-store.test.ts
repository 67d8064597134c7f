import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ObjectStoreOptions } from "../../../api/backends/s3-client.ts";
import { openObjectStore } from "../../../api/backends/s3-object-store.ts";
import { CredentialsAgent, listen, podToken } from "../agent-under-test.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { createMetrics } from "../../../api/metrics.ts";

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

interface Answer {
  readonly status: number;
  readonly code?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function errorBody(code: string | undefined): string {
  return code === undefined
    ? `<ListBucketResult><Name>videos</Name></ListBucketResult>`
    : `<Error><Code>${code}</Code><Message>no</Message></Error>`;
}

const ownKeys = { keys: { accessKeyId: "id", secretAccessKey: "secret" } };

/** A store that answers the same way each time, or by the URL; gives the requests that it got. */
async function storeThatAnswers(
  answers: Readonly<Record<string, Answer | ((url: string) => Answer)>>,
  { keys }: Pick<ObjectStoreOptions, "keys"> = ownKeys,
) {
  const requests: string[] = [];
  const tokens: unknown[] = [];
  const own = createServer(({ method = "", url = "", headers }, response) => {
    tokens.push(headers["x-amz-security-token"]);
    requests.push(`${method} ${url.split("?")[0] ?? ""}`);
    const found = answers[method] ?? { status: 500 };
    const answer = typeof found === "function" ? found(url) : found;
    const { status, code, body = errorBody(code), headers: more } = answer;
    const bare = method === "HEAD" || status === 304;
    response.writeHead(status, { "content-type": "application/xml", ...more });
    response.end(bare ? undefined : body);
  });
  server = own;
  const endpoint = `http://127.0.0.1:${await listen(own)}`;
  const store = openObjectStore(
    {
      endpoint,
      publicEndpoint: endpoint,
      bucket: "videos",
      region: "us-east-1",
      writeOnce: "if-none-match",
      keys,
    },
    createMetrics(),
  );
  return { store, requests, tokens };
}

it("a bucket that may be listed is there, and nobody tries to make it", async () => {
  const { store, requests } = await storeThatAnswers({
    GET: { status: 200 },
    HEAD: { status: 403 },
    PUT: { status: 403, code: "AccessDenied" },
  });
  await store.ensureBucket();
  expect(requests).toEqual(["GET /videos/"]);
});

it("a missing bucket is made", async () => {
  const { store, requests } = await storeThatAnswers({
    GET: { status: 404, code: "NoSuchBucket" },
    PUT: { status: 200 },
  });
  await store.ensureBucket();
  expect(requests).toEqual(["GET /videos/", "PUT /videos/"]);
});

it("a bucket that another replica has just made is there", async () => {
  const { store } = await storeThatAnswers({
    GET: { status: 404, code: "NoSuchBucket" },
    PUT: { status: 409, code: "BucketAlreadyOwnedByYou" },
  });
  await expect(store.ensureBucket()).resolves.toBeUndefined();
});

it("a missing bucket that we may not make is an error that names the reason", async () => {
  const { store } = await storeThatAnswers({
    GET: { status: 404, code: "NoSuchBucket" },
    PUT: { status: 403, code: "AccessDenied" },
  });
  await expect(store.ensureBucket()).rejects.toMatchObject({ name: "AccessDenied" });
});

it("a bucket that we may not list is an error too", async () => {
  const { store, requests } = await storeThatAnswers({
    GET: { status: 403, code: "AccessDenied" },
  });
  await expect(store.ensureBucket()).rejects.toMatchObject({ name: "AccessDenied" });
  expect(requests).toEqual(["GET /videos/"]);
});

const modified = "Sat, 21 Nov 2026 10:00:00 GMT";
const described = { etag: '"e"', lastModified: new Date(modified) };
const headers = { etag: '"e"', "last-modified": modified };

describe("a file of the store", () => {
  it("is read whole", async () => {
    const { store } = await storeThatAnswers({ GET: { status: 200, body: "video", headers } });
    const file = await store.read("one", {});
    expect(file).toMatchObject({ ...described, status: 200, contentRange: undefined });
  });

  it("is read in part", async () => {
    const contentRange = "bytes 0-1/5";
    const range = { "content-range": contentRange, "content-length": "2" };
    const { store } = await storeThatAnswers({
      GET: { status: 206, body: "vi", headers: { ...headers, ...range } },
    });
    const file = await store.read("one", { range: "bytes=0-1" });
    expect(file).toMatchObject({ ...described, status: 206, sizeBytes: 2, contentRange });
  });

  it.each([
    [404, "NoSuchKey", undefined],
    [304, undefined, "not-modified"],
    [416, "InvalidRange", "bad-range"],
  ])("that is answered %d (%s) is %s, no error", async (status, code, expected) => {
    const { store } = await storeThatAnswers({ GET: { status, ...(code && { code }) } });
    expect(await store.read("one", {})).toBe(expected);
  });

  it("cannot be read when the store may not give it, or is away", async () => {
    const refusing = await storeThatAnswers({ GET: { status: 403, code: "AccessDenied" } });
    await expect(refusing.store.read("one", {})).rejects.toMatchObject({ name: "AccessDenied" });
    server?.close();
    const broken = await storeThatAnswers({ GET: { status: 500, code: "InternalError" } });
    await expect(broken.store.read("one", {})).rejects.toMatchObject({
      code: "unavailable",
      retryAfterSeconds: 2,
    });
  });

  it("is described without being read", async () => {
    const { store, requests } = await storeThatAnswers({
      HEAD: { status: 200, headers: { ...headers, "content-length": "5" } },
    });
    const file = { ...described, status: 200, sizeBytes: 5, contentRange: undefined };
    expect(await store.stat("one")).toEqual(file);
    expect(await store.sizeOf("one")).toBe(5);
    expect(requests).toEqual(["HEAD /videos/one", "HEAD /videos/one"]);
  });

  it("that is not there has no description and no size", async () => {
    const { store } = await storeThatAnswers({ HEAD: { status: 404 } });
    expect(await store.stat("one")).toBeUndefined();
    expect(await store.sizeOf("one")).toBeUndefined();
  });
});

it("sizes of files come from every page of the list", async () => {
  const page = (file: string, size: number, next = "") =>
    `<ListBucketResult><Contents><Key>a/${file}</Key><Size>${size}</Size></Contents>${next}</ListBucketResult>`;
  const more = "<NextContinuationToken>2</NextContinuationToken>";
  const { store } = await storeThatAnswers({
    GET: (url) => ({
      status: 200,
      body: url.includes("continuation-token=2") ? page("two", 7) : page("empty", 0, more),
    }),
  });
  const sizes = await store.sizes("a/", new AbortController().signal);
  expect(Object.fromEntries(sizes)).toEqual({ empty: 0, two: 7 });
});

it("without keys, requests and URLs carry the session of the node's agent, and end with it", async () => {
  const agent = new CredentialsAgent({
    accessKeyId: "id",
    secretAccessKey: "secret",
    sessionToken: "session",
    sessionSeconds: 1200,
  });
  const folder = temporaryFolder("framewright-pod-");
  try {
    const tokenFile = join(folder, "eks-pod-identity-token");
    writeFileSync(tokenFile, podToken);
    vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", await agent.listen());
    vi.stubEnv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", tokenFile);
    const answers = { GET: { status: 200 } };
    const { store, tokens } = await storeThatAnswers(answers, { keys: undefined });
    await store.ensureBucket();
    const url = new URL(await store.presignGet("public", "one", 60));
    expect(tokens).toEqual(["session"]);
    expect(url.searchParams.get("X-Amz-Security-Token")).toBe("session");
    const put = { side: "public", key: "one", contentType: "video/mp4", sizeBytes: 1 } as const;
    const secondsOf = async (expiresSeconds: number) => {
      const { expiresAt } = await store.presignPut({ ...put, expiresSeconds });
      return Math.round((expiresAt.getTime() - Date.now()) / 10_000) * 10;
    };
    expect(await secondsOf(60)).toBe(60);
    expect(await secondsOf(3600)).toBe(1200);
  } finally {
    agent.close();
    vi.unstubAllEnvs();
  }
});
