import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { Writable } from "node:stream";
import pg from "pg";
import type { CreateJob, Job } from "@framewright/contracts/client-api.ts";
import type { UploadTicket } from "@framewright/contracts/upload.ts";
import { clientKeyKind } from "@framewright/contracts/api-key.ts";
import type { JobResult } from "@framewright/contracts/job.ts";
import { startApi, type Running } from "../../api/start.ts";
import { decodeApiEnv, decodeMigrateEnv, type ApiEnv } from "../../api/env.ts";
import { generateKey } from "../../api/keys/keys.ts";
import { createLogger } from "../../runtime/log.ts";
import { migrate } from "../../api/migrate.ts";

export const adminSecret = "admin-secret-of-the-tests";
const playbackSecret = "playback-secret-of-the-tests";

/** Of the services that a test does not start: nothing listens there. */
const nowhere = "127.0.0.1:1";

export interface ServiceUrls {
  readonly databaseUrl: string;
  readonly amqpUrl?: string;
  readonly redisUrl?: string;
  readonly s3?: {
    readonly endpoint: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
}

export interface ApiUnderTest {
  readonly running: Running;
  readonly url: string;
  readonly workerUrl: string;
  readonly opsUrl: string;
  readonly key: string;
  readonly databaseUrl: string;
  readonly bucket: string;
  readonly log: readonly string[];
  query<T extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<T[]>;
  stop(): Promise<void>;
}

function portOf(server: { address(): unknown }): number {
  const address = server.address() as { port: number };
  return address.port;
}

/** One statement on a connection of its own. */
export async function query<T extends pg.QueryResultRow>(
  databaseUrl: string,
  sql: string,
  values?: unknown[],
): Promise<T[]> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    return (await client.query<T>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** A database of its own on the server, so that tests in one file do not see each other's jobs. */
export async function freshDatabase(serverUrl: string): Promise<string> {
  const name = `t${randomBytes(6).toString("hex")}`;
  await query(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

export function envFor(urls: ServiceUrls, extra: Record<string, string> = {}) {
  const s3 = urls.s3 ?? { endpoint: `http://${nowhere}`, accessKeyId: "x", secretAccessKey: "x" };
  return {
    PORT: "0",
    WORKER_PORT: "0",
    METRICS_PORT: "0",
    DATABASE_URL: urls.databaseUrl,
    AMQP_URL: urls.amqpUrl ?? `amqp://${nowhere}`,
    REDIS_URL: urls.redisUrl ?? `redis://${nowhere}`,
    S3_ENDPOINT: s3.endpoint,
    S3_PUBLIC_ENDPOINT: s3.endpoint,
    S3_BUCKET: "videos",
    S3_REGION: "us-east-1",
    S3_ACCESS_KEY_ID: s3.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    PUBLIC_URL: "http://api.test",
    WORKER_ADMIN_SECRET: adminSecret,
    PLAYBACK_SECRET: playbackSecret,
    LEASE_SECONDS: "4",
    HEARTBEAT_SECONDS: "1",
    DRAIN_SECONDS: "0",
    SHUTDOWN_SECONDS: "5",
    ...extra,
  } satisfies { readonly [Name in keyof ApiEnv]: string };
}

function collectingLogger(lines: string[]) {
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  return createLogger({ level: "debug", base: { service: "api" }, destination: sink });
}

/** As the programs of a stack log in: with rights on rows alone. Roles are of the whole server, so all tests have one. */
const appLogin = {
  name: "framewright_app_0",
  password: "password-of-the-tests".replaceAll("-", ""),
};

function asApp(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.username = appLogin.name;
  url.password = appLogin.password;
  return url.href;
}

/** Migrates the database and starts the whole API in this process, on ports that are free. */
export async function startApiUnderTest(
  urls: ServiceUrls,
  extra: Record<string, string> = {},
): Promise<ApiUnderTest> {
  const log: string[] = [];
  const logger = collectingLogger(log);
  const key = generateKey(clientKeyKind);
  const { databaseUrl } = urls;
  await migrate(
    decodeMigrateEnv({
      DATABASE_URL: databaseUrl,
      DATABASE_LOGINS: JSON.stringify([appLogin]),
      BOOTSTRAP_API_KEY: key,
    }),
    logger,
  );
  const env = envFor(
    { ...urls, databaseUrl: asApp(databaseUrl) },
    { S3_BUCKET: `t${randomBytes(6).toString("hex")}`, ...extra },
  );
  const running = await startApi(decodeApiEnv(env), logger);
  if (!running.ops.listening) await once(running.ops, "listening");
  return {
    running,
    url: `http://127.0.0.1:${portOf(running.client.server)}`,
    workerUrl: `http://127.0.0.1:${portOf(running.worker.server)}`,
    opsUrl: `http://127.0.0.1:${portOf(running.ops)}`,
    key,
    databaseUrl,
    bucket: env.S3_BUCKET,
    log,
    query: (sql, values) => query(databaseUrl, sql, values),
    stop: () => running.stop(),
  };
}

/** Asks again until the answer is truthy; the last error is the reason when the time is up. */
export async function until<T>(
  what: string | (() => string),
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 20_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  let reason: unknown;
  while (Date.now() < end) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      reason = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const missed = typeof what === "string" ? what : what();
  throw new Error(`not within ${timeoutMs} ms: ${missed}`, { cause: reason });
}

export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export async function call<T = unknown>(
  method: string,
  url: string,
  options: { headers?: Record<string, string>; body?: unknown } = {},
): Promise<Answer<T>> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(options.body === undefined ? {} : { "content-type": "application/json" }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  const json = response.headers.get("content-type")?.includes("json") ?? false;
  return {
    status: response.status,
    headers: response.headers,
    body: (json ? JSON.parse(text) : text) as T,
  };
}

/** An application that uses the client API. */
export function clientOf(api: Pick<ApiUnderTest, "url" | "key">) {
  const headers = { authorization: `Bearer ${api.key}` };
  const send = <T>(method: string, path: string, body?: unknown, extra?: Record<string, string>) =>
    call<T>(method, api.url + path, { headers: { ...headers, ...extra }, body });
  return {
    send,
    upload: async (content: string | Uint8Array<ArrayBuffer> = "a video") => {
      const { body: ticket, status } = await send<UploadTicket>("POST", "/v1/uploads", {
        filename: "holiday.mp4",
        contentType: "video/mp4",
        sizeBytes: Buffer.byteLength(content),
      });
      if (status !== 201) throw new Error(`upload refused: ${JSON.stringify(ticket)}`);
      const put = await fetch(ticket.url, {
        method: "PUT",
        body: content,
        headers: { "content-type": ticket.headers["content-type"] ?? "" },
      });
      if (!put.ok) throw new Error(`PUT answered ${put.status}: ${await put.text()}`);
      return ticket.uploadId;
    },
    submit: async (body: CreateJob, extra?: Record<string, string>) => {
      const answer = await send<Job>("POST", "/v1/jobs", body, extra);
      if (answer.status !== 202) throw new Error(`job refused: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    job: async (id: string) => (await send<Job>("GET", `/v1/jobs/${id}`)).body,
  };
}

export const sampleResult = (): Omit<JobResult, "dub"> => ({
  master: "master.m3u8",
  poster: "poster.jpg",
  durationSeconds: 20,
  source: {
    container: "mp4",
    durationSeconds: 20,
    sizeBytes: 7,
    video: { codec: "h264", width: 1280, height: 720, fps: 30 },
  },
  renditions: [
    {
      name: "720p",
      playlist: "720p/index.m3u8",
      width: 1280,
      height: 720,
      codecs: "avc1.64001f",
      averageBandwidth: 2_800_000,
      peakBandwidth: 3_000_000,
      segments: 1,
      bytes: 14,
    },
  ],
  subtitles: [{ name: "English", playlist: "subtitles-1-en/index.m3u8", forced: false }],
  warnings: [{ code: "audio-track-left-out", message: "Track 3 has an unknown codec." }],
  choices: [{ subject: "audio", choice: "track 2", reason: "It is the default track." }],
  checks: ["every rendition has the planned duration"],
  timings: { downloadMs: 1, probeMs: 2, encodeMs: 3, uploadMs: 4, verifyMs: 5, totalMs: 15 },
  accel: "cpu",
});
