import { afterEach, describe, expect, it, vi } from "vitest";
import type { Lease } from "@framewright/contracts/worker-api.ts";
import { AppError } from "../../api/errors.ts";
import { newId } from "../../api/ids.ts";
import type { WorkerService } from "../../api/worker-service.ts";
import { adminSecret, sampleResult } from "./api-under-test.ts";
import { clientKey, fakeWorkerApp, workerKey } from "./fakes.ts";

const headers = { authorization: `Bearer ${workerKey}` };
const jobId = newId();
const lease: Lease = {
  ...{ jobId, attempt: 1, profile: "hls-720p", leaseSeconds: 30, heartbeatSeconds: 5 },
  ...{ source: { url: "http://store.test/x", sizeBytes: 5 }, requestId: "r" },
};
const registration = {
  ...{ worker_name: "w-0", accel: "cpu", classes: ["cpu.720p"], encoders: ["libx264"] },
  version: "1",
};

const apps: { close(): Promise<unknown> }[] = [];
async function build(change?: Partial<WorkerService>) {
  const built = await fakeWorkerApp(change);
  apps.push(built.app);
  const post = (url: string, payload: object, extra: Record<string, string> = headers) =>
    built.app.inject({ method: "POST", url, payload, headers: extra });
  return { ...built, post };
}

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

describe("registration", () => {
  it("gives a worker a key of its own for the admin secret", async () => {
    const { post } = await build();
    const secret = { "x-admin-secret": adminSecret };
    const answer = await post("/api/worker/register", registration, secret);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ api_key: workerKey });
  });

  const wrong: Record<string, string>[] = [
    {},
    { "x-admin-secret": "wrong" },
    { "x-admin-secret": "" },
    headers,
  ];
  it.each(wrong)("is refused with %j", async (given) => {
    const { app, post } = await build();
    expect((await post("/api/worker/register", registration, given)).statusCode).toBe(401);
    const list = await app.inject({ url: "/api/workers", headers: given });
    expect(list.statusCode).toBe(401);
  });

  it("refuses a class that does not exist", async () => {
    const { post } = await build();
    const body = { ...registration, classes: ["cpu.8k"] };
    const answer = await post("/api/worker/register", body, { "x-admin-secret": adminSecret });
    expect(answer.statusCode).toBe(400);
  });
});

describe("a worker's key", () => {
  it.each([
    ["/api/worker/heartbeat", { draining: false }],
    [`/api/jobs/${jobId}/claim`, {}],
    ["/api/jobs/claim", { waitSeconds: 0 }],
    [`/api/jobs/${jobId}/attempts/1/complete`, sampleResult()],
  ])("is needed for %s", async (url, body) => {
    const { post } = await build();
    expect((await post(url, body, {})).statusCode).toBe(401);
    const asClient = { authorization: `Bearer ${clientKey}` };
    expect((await post(url, body, asClient)).statusCode).toBe(401);
    expect((await post(url, body, { "x-admin-secret": adminSecret })).statusCode).toBe(401);
  });
});

describe("a claim", () => {
  it("gives a lease", async () => {
    const { post } = await build({ claim: () => Promise.resolve(lease) });
    const answer = await post(`/api/jobs/${jobId}/claim`, {});
    expect([answer.statusCode, answer.json()]).toEqual([200, lease]);
  });

  it("of a job that is not to be had is answered 409", async () => {
    const { post } = await build({ claim: () => Promise.resolve(undefined) });
    const answer = await post(`/api/jobs/${jobId}/claim`, {});
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ code: "job-not-claimable" });
  });

  it("of any job is answered 204 when there is nothing to do", async () => {
    const { post } = await build({ claim: () => Promise.resolve(undefined) });
    const answer = await post("/api/jobs/claim", { waitSeconds: 0 });
    expect([answer.statusCode, answer.body]).toEqual([204, ""]);
  });

  it("of any job waits for one when asked to", async () => {
    const claim = vi
      .fn<WorkerService["claim"]>()
      .mockResolvedValueOnce(undefined)
      .mockResolvedValue(lease);
    const { post, notifier } = await build({ claim });
    const answer = post("/api/jobs/claim", { waitSeconds: 5 });
    await vi.waitFor(() => {
      expect(claim).toHaveBeenCalledTimes(1);
    });
    notifier.queueGrew();
    expect((await answer).json()).toEqual(lease);
    expect(claim).toHaveBeenCalledTimes(2);
  });

  it("that waits ends when the server closes", async () => {
    const claim = vi.fn<WorkerService["claim"]>().mockResolvedValue(undefined);
    const { post, closing } = await build({ claim });
    const answer = post("/api/jobs/claim", { waitSeconds: 10 });
    await vi.waitFor(() => {
      expect(claim).toHaveBeenCalled();
    });
    closing.abort();
    expect((await answer).statusCode).toBe(204);
  });
});

describe("an attempt", () => {
  const path = (action: string) => `/api/jobs/${jobId}/attempts/3/${action}`;

  it("is named by job, number and the worker whose key was sent", async () => {
    const heartbeat = vi.fn<WorkerService["heartbeat"]>().mockResolvedValue({ verdict: "cancel" });
    const { post } = await build({ heartbeat });
    const progress = { stage: "encoding", percent: 12.5, fps: 60 } as const;
    const answer = await post(path("heartbeat"), { progress });
    expect(answer.json()).toEqual({ verdict: "cancel" });
    expect(heartbeat).toHaveBeenCalledWith({ jobId, attempt: 3, workerId: "worker-1" }, progress);
  });

  it("that is lost is answered 409", async () => {
    const lost = () => Promise.reject(new AppError("attempt-lost", "stop"));
    const { post } = await build({ complete: lost, fail: lost, release: lost, uploads: lost });
    const file = { path: "a.m4s", sizeBytes: 1, contentType: "video/iso.segment" };
    const calls = [
      post(path("complete"), sampleResult()),
      post(path("fail"), { kind: "defect", code: "x", message: "y" }),
      post(path("release"), { reason: "draining" }),
      post(path("uploads"), { files: [file] }),
    ];
    for (const answer of await Promise.all(calls)) {
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([
        409,
        "attempt-lost",
      ]);
    }
  });

  it.each(["../x", "/x", "a/../b", "a//b", ".x", "a b", "x".repeat(201), ""])(
    "gets no upload URL for %j",
    async (file) => {
      const { post } = await build();
      const files = [{ path: file, sizeBytes: 1, contentType: "video/mp4" }];
      expect((await post(path("uploads"), { files })).statusCode).toBe(400);
    },
  );

  it.each(["0", "-1", "1.5", "x", "99999999999"])("has a number, not %s", async (number) => {
    const { post } = await build();
    const url = `/api/jobs/${jobId}/attempts/${number}/release`;
    expect((await post(url, { reason: "draining" })).statusCode).toBe(400);
  });
});
