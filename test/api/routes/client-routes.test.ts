import { connect } from "node:net";
import { Value } from "typebox/value";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Job, Problem } from "@framewright/contracts/client-api.ts";
import { newId } from "../../../api/ids.ts";
import type { JobRow } from "../../../api/jobs/rows.ts";
import { clientKey, fakeClientApp, jobRow, succeededRow } from "../fakes.ts";

const authorization = `Bearer ${clientKey}`;
const upload = { contentType: "video/mp4", sizeBytes: 1000 };
const job = { uploadId: newId(), profile: "hls-1080p" };

let shared: Awaited<ReturnType<typeof fakeClientApp>>;
const apps: { close(): Promise<unknown> }[] = [];

/** The app of this file, or one of the test's own. */
async function build(own?: { rateLimitPerMinute?: number }) {
  const built = own ? await fakeClientApp(own) : shared;
  if (own) apps.push(built.app);
  const send = (method: "GET" | "POST" | "DELETE" | "PUT", url: string, payload?: object) =>
    built.app.inject({ method, url, headers: { authorization }, ...(payload && { payload }) });
  return { ...built, ...built.fresh(), send };
}

beforeAll(async () => {
  shared = await fakeClientApp();
});
afterAll(() => shared.app.close());
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

describe("problems", () => {
  it.each([
    ["a missing field", "POST", "/v1/uploads", { contentType: "video/mp4" }, "invalid-request"],
    ["an unknown field", "POST", "/v1/uploads", { ...upload, x: 1 }, "invalid-request"],
    ["a number as text", "POST", "/v1/uploads", { ...upload, sizeBytes: "9" }, "invalid-request"],
    ["no bytes", "POST", "/v1/uploads", { ...upload, sizeBytes: 0 }, "invalid-request"],
    [
      "a broken type",
      "POST",
      "/v1/uploads",
      { ...upload, contentType: "a\nb/c" },
      "invalid-request",
    ],
    ["an unknown profile", "POST", "/v1/jobs", { ...job, profile: "4k" }, "invalid-request"],
    ["an id that is none", "GET", "/v1/jobs/42", undefined, "invalid-request"],
    ["a limit of 0", "GET", "/v1/jobs?limit=0", undefined, "invalid-request"],
    ["a limit of 101", "GET", "/v1/jobs?limit=101", undefined, "invalid-request"],
    ["an unknown query", "GET", "/v1/jobs?colour=red", undefined, "invalid-request"],
    ["a foreign cursor", "GET", "/v1/jobs?cursor=abc", undefined, "invalid-request"],
    ["an unknown state", "GET", "/v1/jobs?state=done", undefined, "invalid-request"],
    ["an unknown path", "GET", "/v2/jobs", undefined, "not-found"],
    ["a wrong method", "DELETE", "/v1/jobs", undefined, "method-not-allowed"],
    ["an unknown job", "GET", `/v1/jobs/${newId()}`, undefined, "job-not-found"],
  ] as const)("%s is answered as RFC 9457 asks", async (_what, method, url, body, code) => {
    const { send } = await build();
    const answer = await send(method, url, body);
    const problem = Value.Parse(Problem, answer.json());
    expect(problem.code).toBe(code);
    expect(problem.status).toBe(answer.statusCode);
    expect(problem.requestId).toBe(answer.headers["x-request-id"]);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
    expect(answer.body).not.toContain("node_modules");
  });

  it.each([
    ["broken JSON", "{", "application/json", 400],
    ["a prototype", '{"__proto__": {"x": 1}}', "application/json", 400],
    ["deep nesting", "[".repeat(20_000), "application/json", 400],
    ["an empty body", "", "application/json", 400],
    ["another media type", "<x/>", "application/xml", 415],
    ["too much", JSON.stringify({ x: "y".repeat(70_000) }), "application/json", 413],
  ])("%s in the body is refused", async (_what, payload, type, status) => {
    const { app } = await build();
    const headers = { authorization, "content-type": type };
    const answer = await app.inject({ method: "POST", url: "/v1/jobs", headers, payload });
    expect(answer.statusCode).toBe(status);
    expect(Value.Check(Problem, answer.json())).toBe(true);
  });

  it("an error of ours tells the client its request id and nothing more", async () => {
    const { send, service } = await build();
    service.job = () => Promise.reject(new Error("column secret_stuff does not exist"));
    const answer = await send("GET", `/v1/jobs/${newId()}`);
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toEqual({
      type: "urn:framewright:problem:internal",
      title: "Internal error",
      status: 500,
      code: "internal",
      requestId: answer.headers["x-request-id"],
    });
  });

  it("a sound request id of the caller is kept, another one is replaced", async () => {
    const { app } = await build();
    const ask = (id: string) => app.inject({ url: "/healthz", headers: { "x-request-id": id } });
    expect((await ask("trace-12345")).headers["x-request-id"]).toBe("trace-12345");
    expect((await ask("evil\tline")).headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("limits", () => {
  it("a key that asks too often gets 429 and the time to wait", async () => {
    const { send } = await build({ rateLimitPerMinute: 3 });
    const seen = [];
    for (let i = 0; i < 4; i++) {
      const { statusCode, headers } = await send("GET", "/v1/jobs");
      seen.push([statusCode, headers["x-ratelimit-limit"], headers["x-ratelimit-remaining"]]);
      expect(Number(headers["x-ratelimit-reset"])).toBeGreaterThan(0);
    }
    expect(seen).toEqual([
      [200, "3", "2"],
      [200, "3", "1"],
      [200, "3", "0"],
      [429, "3", "0"],
    ]);
    const refused = await send("GET", "/v1/jobs");
    expect(refused.json()).toMatchObject({ code: "rate-limited", status: 429 });
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  });

  it("a client that never finishes its headers is cut off", async () => {
    const { app } = await build();
    expect(app.server.headersTimeout).toBe(15_000);
    // Bodies have limits of their own (body-time.test.ts): a file takes as long as its link needs.
    expect(app.server.requestTimeout).toBe(0);
    expect(app.server.timeout).toBe(60_000);
  });

  it("garbage instead of HTTP is answered and does no harm", async () => {
    const { app } = await build({});
    await app.listen({ port: 0, host: "127.0.0.1" });
    const address = app.server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const answer = await new Promise<string>((resolve, reject) => {
      let text = "";
      connect(port, "127.0.0.1")
        .on("data", (chunk) => (text += chunk.toString()))
        .on("close", () => {
          resolve(text);
        })
        .on("error", reject)
        .end("\u0016\u0003\u0001 not http\r\n\r\n");
    });
    expect(answer).toMatch(/^HTTP\/1.1 400/);
    expect((await app.inject("/healthz")).statusCode).toBe(200);
  });
});

describe("jobs", () => {
  it("a submission is answered with the job and where to find it", async () => {
    const { app, service } = await build();
    const headers = { authorization, "idempotency-key": "order-7" };
    const answer = await app.inject({ method: "POST", url: "/v1/jobs", headers, payload: job });
    expect(answer.statusCode).toBe(202);
    const body = Value.Parse(Job, answer.json());
    expect(answer.headers["location"]).toBe(`/v1/jobs/${body.id}`);
    expect(service.submissions).toEqual([
      {
        ...{ keyId: "key-1", keyName: "tests", address: "127.0.0.1" },
        projectId: "00000000-0000-7000-8000-000000000001",
        body: { ...job, kind: "transcode" },
        idempotencyKey: "order-7",
        requestId: answer.headers["x-request-id"],
      },
    ]);
  });

  it("a queued job shows its place, and an ended one shows none", async () => {
    const { send, service } = await build();
    service.jobRows = [jobRow(), succeededRow()];
    const [queued, ended] = await Promise.all(
      service.jobRows.map(async ({ id }) =>
        Value.Parse(Job, (await send("GET", `/v1/jobs/${id}`)).json()),
      ),
    );
    expect(queued).toMatchObject({ queuePosition: 3 });
    expect(Date.parse(queued?.estimatedStartAt ?? "")).toBeGreaterThan(Date.now());
    expect(ended).not.toHaveProperty("queuePosition");
  });

  it("a succeeded job has everything a player needs", async () => {
    const { send, service } = await build();
    const row = succeededRow();
    service.jobRows = [row];
    const shown = Value.Parse(Job, (await send("GET", `/v1/jobs/${row.id}`)).json());
    expect(shown.playbackUrl).toMatch(/^http:\/\/api\.test\/v1\/playback\/[\w-]+\/master\.m3u8$/);
    expect(shown.posterUrl).toMatch(/\/poster\.jpg$/);
    expect(shown.renditions).toHaveLength(1);
    expect(shown.queuedMs).toBe(2000);
  });

  it("a job that has not succeeded has no playback URL", async () => {
    const { send, service } = await build();
    const row = jobRow({ state: "running", attempt: 1 });
    service.jobRows = [row];
    const shown = Value.Parse(Job, (await send("GET", `/v1/jobs/${row.id}`)).json());
    expect(shown).not.toHaveProperty("playbackUrl");
  });

  it("an error and its attempt are shown", async () => {
    const { send, service } = await build();
    const error = { kind: "input", code: "no-video", message: "There is no video" } as const;
    const attempt = {
      ...({ number: 1, worker: "w", outcome: "failed", error } as const),
      startedAt: "2026-11-21T10:00:00+00:00",
      finishedAt: "2026-11-21T10:00:01+00:00",
    };
    const finished_at = new Date();
    const row = jobRow({ state: "failed", attempt: 1, error, attempts: [attempt], finished_at });
    service.jobRows = [row];
    const shown = Value.Parse(Job, (await send("GET", `/v1/jobs/${row.id}`)).json());
    expect(shown.error).toEqual(error);
    expect(shown.attempts).toEqual([
      { ...attempt, startedAt: "2026-11-21T10:00:00.000Z", finishedAt: "2026-11-21T10:00:01.000Z" },
    ]);
  });

  it("a job of another project does not exist", async () => {
    const { send, service } = await build();
    const row: JobRow = jobRow({ project_id: newId() });
    service.jobRows = [row];
    for (const path of ["", "/events"]) {
      expect((await send("GET", `/v1/jobs/${row.id}${path}`)).statusCode).toBe(404);
    }
  });

  it("a cancel is passed on", async () => {
    const { send, service } = await build();
    const row = jobRow({ state: "running", attempt: 1, cancel_requested: true });
    service.jobRows = [row];
    const answer = await send("POST", `/v1/jobs/${row.id}/cancel`);
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ cancelRequested: true });
    expect(service.cancelled).toEqual([row.id]);
  });
});

describe("the event stream", () => {
  const at = new Date("2026-11-21T10:00:00Z");
  const event = (id: string, type: "queued" | "succeeded", attempt: number) => ({
    ...{ id, type, attempt, error: null, created_at: at },
  });

  it("replays what happened, and ends with the job", async () => {
    const { send, service } = await build();
    const row = succeededRow();
    service.jobRows = [row];
    service.eventRows = [event("1", "queued", 0), event("2", "succeeded", 2)];
    const answer = await send("GET", `/v1/jobs/${row.id}/events`);
    expect(answer.headers["content-type"]).toContain("text/event-stream");
    const ids = [...answer.body.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id);
    expect(ids).toEqual(["1", "2"]);
    expect(answer.body).toContain("event: state");
  });

  it("goes on after the last event that the client has seen", async () => {
    const { app, service } = await build();
    const row = succeededRow();
    service.jobRows = [row];
    service.eventRows = [event("1", "queued", 0), event("2", "succeeded", 2)];
    const ask = (last: string) =>
      app.inject({
        url: `/v1/jobs/${row.id}/events`,
        headers: { authorization, "last-event-id": last },
      });
    expect((await ask("1")).body).not.toContain("id: 1\n");
    expect((await ask("1")).body).toContain("id: 2\n");
    expect((await ask("2")).statusCode).toBe(204);
  });

  it("ends when the server closes, so that the client goes elsewhere", async () => {
    const { send, service, closing } = await build({});
    const row = jobRow({ state: "running", attempt: 1 });
    service.jobRows = [row];
    const answer = send("GET", `/v1/jobs/${row.id}/events`);
    setTimeout(() => {
      closing.abort();
    }, 50);
    expect((await answer).statusCode).toBe(200);
  });
});
