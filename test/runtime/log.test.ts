import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { Type } from "typebox";
import { hidden, hiddenValues } from "../../runtime/env.ts";
import { createLogger, redactText, type Logger, type LogOptions } from "../../runtime/log.ts";

it("passwords in URLs do not reach the log", () => {
  const text = "cannot reach postgres://fw:hunter2@db:5432/app";
  expect(redactText(text)).toBe("cannot reach postgres://…@db:5432/app");
});

function logInto(lines: string[], more: Partial<LogOptions> = {}): Logger {
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  return createLogger({ level: "info", base: {}, destination: sink, ...more });
}

function logged(...objects: object[]): string {
  const lines: string[] = [];
  const log = logInto(lines);
  for (const object of objects) log.info(object, "x");
  expect(lines).toHaveLength(objects.length);
  return lines.join("");
}

const failure = Object.assign(new Error("refused"), {
  headers: { authorization: "Bearer hunter2" },
  request: { options: { password: "hunter2" } },
});

it.each([
  { headers: { authorization: "Bearer hunter2", "x-admin-secret": "hunter2" } },
  { authorization: "Bearer hunter2" },
  { worker: { api_key: "hunter2", apiKey: "hunter2" }, created: { key: "hunter2" } },
  { request: { headers: { authorization: "hunter2" } }, s3: { secretAccessKey: "hunter2" } },
  { workers: [{ name: "a", api_key: "hunter2" }] },
  { err: failure },
  { reason: failure },
])("secrets in logged objects are replaced: %j", (object) => {
  const line = logged(object);
  expect(line).not.toContain("hunter2");
  expect(line).toContain("[redacted]");
});

it("everything else is logged as it is, and what was logged is not changed", () => {
  const cycle: { name: string; self?: object } = { name: "a" };
  const given = { key: "uploads/a", url: "/v1/jobs", none: undefined, list: [1, { a: null }] };
  const line: unknown = JSON.parse(logged(given));
  expect(line).toMatchObject({ key: "uploads/a", url: "/v1/jobs", list: [1, { a: null }] });
  cycle.self = cycle;
  expect(logged({ cycle })).toContain("[Object]");
  logged(failure);
  expect(failure.headers.authorization).toBe("Bearer hunter2");
});

it("an error is logged with its type, message and stack", () => {
  const line: unknown = JSON.parse(logged({ err: failure }));
  expect(line).toMatchObject({ err: { type: "Error", message: "refused" } });
  expect(line).toHaveProperty("err.stack");
});

const signature = "5f0c2e9b7a".repeat(6);
const adminSecret = "correct horse battery staple";

/** Texts with a secret, and the part of them that no line may have. */
const hostile = {
  "an API key": ["the key fw_live_0123456789abcdefghijABCDEFGHIJ012345", "0123456789abcdefghij"],
  "a worker's key": ['{"apiKey":"fw_wkr_0123456789abcdefghijABCDEF"}', "0123456789abcdefghij"],
  "a worker's token": ["WORKER_TOKEN=fw_join_0123456789abcdefghijABCD", "0123456789abcdefghij"],
  "a ticket": [`fw_reg_${"aB3-_".repeat(8)}xyz`, "aB3-_aB3"],
  "a webhook's secret": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8G"],
  "a presigned URL of S3": [
    `GET https://s3/videos/uploads/a?X-Amz-Date=1&X-Amz-Credential=AKIA%2Fx&X-Amz-Signature=${signature}`,
    signature,
  ],
  "a presigned URL of GCS": [`https://g/b/o?X-Goog-Signature=${signature}&x=1`, signature],
  "a session token": [`https://s3/a?X-Amz-Security-Token=${signature}`, signature],
  "a URL with a token": ["GET https://cdn.example/film.mp4?token=hunter2hunter2", "hunter2"],
  "a playback URL": [`/v1/playback/${"Zz9_-".repeat(10)}/master.m3u8`, "Zz9_-Zz9"],
  "a password in a URL": ["cannot reach amqp://worker:hunter2@rabbitmq:5672/fw", "hunter2"],
  "a user alone in a URL": ["https://hunter2@example.org/a", "hunter2"],
  "a connection string": ["host=db password=hunter2 user=fw", "hunter2"],
  "a header as a text": ["authorization: Bearer hunter2hunter2", "hunter2"],
  "a header of a raw request": [
    "GET / HTTP/1.1\r\nAuthorization: Basic ZnJhbWV3cmlnaHQ=",
    "ZnJhbWV3",
  ],
  "a cookie": ["Set-Cookie: session=hunter2; Path=/", "hunter2"],
  "the admin secret in a header": ["x-admin-secret: hunter2hunter2", "hunter2"],
  "a token of an issuer": [
    `token ${["eyJhbGciOiJSUzI1NiJ9", "eyJzdWIiOiJhIn0", "c2ln"].join(".")} expired`,
    "eyJzdWI",
  ],
  "JSON in a text": ['refused: {"password":"hunter2","a":1}', "hunter2"],
  "JSON in JSON in a text": [JSON.stringify('{"client_secret":"hunter2"}'), "hunter2"],
  "a secret of the program": [`refused ${adminSecret}!`, adminSecret],
  "a secret of the program, quoted": [JSON.stringify({ it: `a"${adminSecret}` }), adminSecret],
} satisfies Record<string, readonly [string, string]>;

/** How a text gets into a line. */
const ways: Record<string, (log: Logger, text: string) => void> = {
  "as the message": (log, text) => {
    log.info(text);
  },
  "in a field": (log, text) => {
    log.info({ reason: text }, "x");
  },
  "deep in a field": (log, text) => {
    log.info({ a: { b: [{ c: { d: { e: { f: text } } } }] } }, "x");
  },
  "in an error": (log, text) => {
    log.error({ err: new Error(text) }, "x");
  },
  "in an error's own field": (log, text) => {
    log.error({ err: Object.assign(new Error("x"), { stderr: [text] }) }, "x");
  },
  "in an error alone": (log, text) => {
    log.error(new Error(text));
  },
  "in a cause of a cause": (log, text) => {
    const cause = new Error("b", { cause: new Error(text) });
    log.error({ err: new Error("a", { cause }) }, "x");
  },
  "in one of several errors": (log, text) => {
    log.error({ err: new AggregateError([new Error(text)], "all failed") }, "x");
  },
  "in a child's field": (log, text) => {
    log.child({ source: text }).warn("x");
  },
};

describe.each(Object.entries(ways))("%s", (_name, write) => {
  it.each(Object.entries(hostile))("%s does not reach the log", (_what, [text, secret]) => {
    const lines: string[] = [];
    write(logInto(lines, { secrets: [adminSecret] }), text);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain(secret);
    expect(JSON.parse(lines[0] ?? "")).toHaveProperty("message");
  });
});

it.each([
  ["/v1/jobs?limit=20&cursor=j2.abcdefgh&state=queued"],
  ["uploads/01939d2e-6a54-7c11-a4b1-0d9c5f0c3f10"],
  ["the worker's key was replaced"],
  ["too many unknown keys or tokens; refusing this address"],
  ["a secret cannot be decrypted"],
  ["https://s3.example.org/videos/a.mp4"],
  ["secret-unreadable"],
])("%s is no secret and stays", (text) => {
  expect(JSON.parse(logged({ text }))).toMatchObject({ text });
});

it("a field that is named like a secret keeps no value but whether there is one", () => {
  const given = {
    password: "hunter2",
    token: true,
    secret: undefined,
    bytes: Buffer.from("hunter2"),
  };
  const line = logged({ given });
  expect(line).not.toContain("hunter2");
  expect(JSON.parse(line)).toMatchObject({
    given: { password: "[redacted]", token: true, bytes: "[7 bytes]" },
  });
});

it("a line has its fields by one form of name, whatever the code calls them", () => {
  const line = JSON.parse(
    logged({ jobId: "j", uploadId: "u", workerId: "w", requestId: "r", ms: 3, message: "other" }),
  ) as Record<string, unknown>;
  expect(line).toHaveProperty("time", expect.stringMatching(/^20\d\d-\d\d-\d\dT.*Z$/));
  expect({ ...line, time: "then" }).toEqual({
    level: "info",
    time: "then",
    job_id: "j",
    video_id: "u",
    worker_id: "w",
    request_id: "r",
    ms: 3,
    detail: "other",
    message: "x",
  });
});

it("fields that become known later are in every line after that", () => {
  const lines: string[] = [];
  let known = {};
  const log = logInto(lines, { current: () => known });
  log.info("before");
  known = { workerId: "w" };
  log.child({ job_id: "j" }).info({ attempt: 1 }, "after");
  expect(lines[0]).not.toContain("worker_id");
  expect(JSON.parse(lines[1] ?? "")).toMatchObject({ worker_id: "w", job_id: "j", attempt: 1 });
  expect(known).toEqual({ workerId: "w" });
});

it("the secrets of a program are its hidden variables, and of addresses the passwords", () => {
  const schema = Type.Object({
    DATABASE_URL: hidden(Type.String()),
    REDIS_URL: hidden(Type.String()),
    ADMIN_SECRET: hidden(Type.String()),
    BUCKETS: hidden(Type.String()),
    TOKEN: hidden(Type.Optional(Type.String())),
    PORT: Type.Integer(),
  });
  const found = hiddenValues(schema, {
    DATABASE_URL: "postgres://fw:hunter%402@db/app",
    REDIS_URL: "redis://redis:6379",
    ADMIN_SECRET: adminSecret,
    BUCKETS: '[{"name":"films","secretAccessKey":"hunter3"}]',
    PORT: "8000",
  });
  expect(found).toEqual(["hunter%402", "hunter@2", adminSecret, "hunter3"]);
});
