import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { openObjectStore, type ObjectStoreOptions } from "../../../api/backends/s3-object-store.ts";
import { CredentialsAgent, listen, podToken } from "../agent-under-test.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

interface Answer {
  readonly status: number;
  readonly code?: string;
}

function errorBody(code: string | undefined): string {
  return code === undefined
    ? `<ListBucketResult><Name>videos</Name></ListBucketResult>`
    : `<Error><Code>${code}</Code><Message>no</Message></Error>`;
}

const ownKeys = { keys: { accessKeyId: "id", secretAccessKey: "secret" } };

/** A store that answers the same way each time; gives the requests that it got. */
async function storeThatAnswers(
  answers: Readonly<Record<string, Answer>>,
  { keys }: Pick<ObjectStoreOptions, "keys"> = ownKeys,
) {
  const requests: string[] = [];
  const tokens: unknown[] = [];
  const own = createServer(({ method = "", url = "", headers }, response) => {
    tokens.push(headers["x-amz-security-token"]);
    requests.push(`${method} ${url.split("?")[0] ?? ""}`);
    const { status, code } = answers[method] ?? { status: 500 };
    response.writeHead(status, { "content-type": "application/xml" }).end(errorBody(code));
  });
  server = own;
  const endpoint = `http://127.0.0.1:${await listen(own)}`;
  const store = openObjectStore({
    endpoint,
    publicEndpoint: endpoint,
    bucket: "videos",
    region: "us-east-1",
    keys,
  });
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
