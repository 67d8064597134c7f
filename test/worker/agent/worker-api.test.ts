import { describe, expect, it, vi } from "vitest";
import type { JobError } from "@framewright/contracts/job.ts";
import type { RegisterRequest } from "@framewright/contracts/worker-api.ts";
import {
  ApiRefused,
  ApiUnreachable,
  type Answer,
  type Post,
} from "../../../worker/src/agent/http.ts";
import { createWorkerApi, type WorkerApi } from "../../../worker/src/agent/worker-api.ts";
import { sampleResult } from "../../api/api-under-test.ts";
import { lease } from "../fake-api.ts";

const registration: RegisterRequest = {
  workerName: "w-0",
  accel: "cpu",
  classes: ["cpu.720p"],
  encoders: ["libx264"],
  version: "1.0.0",
};
const workerId = "00000000-0000-4000-8000-000000000002";
const progress = { stage: "encoding", percent: 40 } as const;
const error: JobError = { kind: "input", code: "nothing-to-play", message: "No video" };

const answer = (status: number, body?: unknown): Answer => ({ status, body });

interface Answers {
  readonly registrations?: (Answer | Error)[];
  readonly calls?: (Answer | Error)[];
}

/** Gives the answers in turn; without one, a registration gets the next key, and another call an empty 200. */
function apiWith({ registrations = [], calls = [] }: Answers) {
  let keys = 0;
  const post = vi.fn<Post>(({ path }) => {
    const next =
      path === "/v1/workers"
        ? (registrations.shift() ?? answer(200, { workerId, apiKey: `key-${++keys}` }))
        : (calls.shift() ?? answer(200, {}));
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
  const api = createWorkerApi({
    post,
    registrar: () => Promise.resolve("admin"),
    registration: () => registration,
  });
  /** Path and key of every call so far. */
  const sent = () => post.mock.calls.map(([{ path, headers }]) => [path, headers["authorization"]]);
  return { api, post, sent, last: () => post.mock.lastCall?.[0] };
}

const registered = ["/v1/workers", "Bearer admin"];
const alive = (key: string) => ["/v1/workers/heartbeat", `Bearer ${key}`];

describe("the worker's key", () => {
  it("is asked for once, with what the worker can do", async () => {
    const { api, post, sent } = apiWith({});
    await api.register();
    await Promise.all([api.alive(false), api.alive(true)]);
    expect(sent()).toEqual([registered, alive("key-1"), alive("key-1")]);
    expect(post.mock.calls.map(([{ body }]) => body)).toEqual([
      registration,
      { draining: false },
      { draining: true },
    ]);
  });

  it.each([
    ["refused", answer(401), ApiRefused],
    ["not answered", new ApiUnreachable("/v1/workers", "status 503"), ApiUnreachable],
    ["answered without a key", answer(200, { workerId }), ApiUnreachable],
  ])("is asked for again after a registration that was %s", async (_how, first, kind) => {
    const { api, sent } = apiWith({ registrations: [first] });
    await expect(api.register()).rejects.toThrow(kind);
    await api.alive(false);
    expect(sent()).toEqual([registered, registered, alive("key-1")]);
  });

  it("that is refused is replaced once for all calls, which are then repeated", async () => {
    const { api, sent } = apiWith({ calls: [answer(401), answer(401)] });
    await Promise.all([api.alive(false), api.alive(true)]);
    expect(sent()).toEqual([
      ...[registered, alive("key-1"), alive("key-1")],
      ...[registered, alive("key-2"), alive("key-2")],
    ]);
  });

  it("that is refused as soon as it is new is an error", async () => {
    const { api, sent } = apiWith({ calls: [answer(401), answer(401)] });
    await expect(api.alive(false)).rejects.toThrow(
      "/v1/workers/heartbeat: status 401: the new key is refused too",
    );
    expect(sent()).toHaveLength(4);
  });
});

describe("a claim", () => {
  it("gives a lease, without the fields that this version does not know", async () => {
    const { api, last } = apiWith({ calls: [answer(200, { ...lease, later: true })] });
    expect(await api.claim(lease.jobId)).toEqual(lease);
    expect(last()).toMatchObject({ path: `/v1/jobs/${lease.jobId}/claim`, body: {} });
  });

  it("of any job waits for ten seconds longer than it asks the API to wait", async () => {
    const { api, last } = apiWith({ calls: [answer(200, lease)] });
    const { signal } = new AbortController();
    expect(await api.claimAny(5, signal)).toEqual(lease);
    expect(last()).toMatchObject({
      path: "/v1/jobs/claim",
      body: { waitSeconds: 5 },
      timeoutMs: 15_000,
    });
    expect(last()?.signal).toBe(signal);
  });

  it.each([204, 404, 409])("that is answered %d gives no lease", async (status) => {
    const { api } = apiWith({ calls: [answer(status), answer(status)] });
    expect(await api.claim(lease.jobId)).toBeUndefined();
    expect(await api.claimAny(5, new AbortController().signal)).toBeUndefined();
  });

  it("whose lease does not fit the contract counts as an API that is away", async () => {
    const { api } = apiWith({ calls: [answer(200, { ...lease, attempt: 0 })] });
    await expect(api.claim(lease.jobId)).rejects.toThrow(
      `/v1/jobs/${lease.jobId}/claim: the answer does not fit the contract`,
    );
  });
});

describe("a heartbeat", () => {
  it.each(["continue", "cancel", "lost"] as const)("gives the verdict %s", async (verdict) => {
    const { api, last } = apiWith({ calls: [answer(200, { verdict })] });
    expect(await api.heartbeat(lease, progress, 700)).toBe(verdict);
    expect(last()).toMatchObject({
      path: `/v1/jobs/${lease.jobId}/attempts/3/heartbeat`,
      body: { progress },
      timeoutMs: 700,
    });
  });

  it.each([404, 409])("that is answered %d means that the attempt is lost", async (status) => {
    const { api } = apiWith({ calls: [answer(status)] });
    expect(await api.heartbeat(lease, progress, 700)).toBe("lost");
  });
});

describe("upload URLs", () => {
  const files = [{ path: "720p/1.m4s", sizeBytes: 9, contentType: "video/iso.segment" }];

  it("come as the API gives them", async () => {
    const uploads = [{ path: "720p/1.m4s", url: "http://store/1", headers: { "x-a": "b" } }];
    const { api, last } = apiWith({ calls: [answer(200, { uploads })] });
    expect(await api.uploads(lease, files)).toEqual(uploads);
    const path = `/v1/jobs/${lease.jobId}/attempts/3/uploads`;
    expect(last()).toMatchObject({ path, body: { files } });
  });

  it("are not given to an attempt that is lost", async () => {
    const { api } = apiWith({ calls: [answer(409)] });
    expect(await api.uploads(lease, files)).toBeUndefined();
  });
});

type Settle = (api: WorkerApi) => Promise<boolean>;
const result = sampleResult();
const settles: [string, Settle, unknown][] = [
  ["complete", (api) => api.complete(lease, result), result],
  ["fail", (api) => api.fail(lease, error), error],
  ["release", (api) => api.release(lease, "draining"), { reason: "draining" }],
];

it.each(settles)(
  "a call to %s the attempt says whether the API took it",
  async (verb, call, body) => {
    const { api, last } = apiWith({ calls: [answer(200, { state: "queued" }), answer(409)] });
    expect(await call(api)).toBe(true);
    const path = `/v1/jobs/${lease.jobId}/attempts/3/${verb}`;
    expect(last()).toMatchObject({ path, body });
    expect(await call(api)).toBe(false);
  },
);
