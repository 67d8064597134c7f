import { describe, expect, it, vi } from "vitest";
import { AppError } from "../../../api/errors.ts";
import { newId } from "../../../api/ids.ts";
import type { WorkerService } from "../../../api/workers/worker-service.ts";
import { workerTicket } from "../../../runtime/worker-ticket.ts";
import { lease } from "../../worker/fake-api.ts";
import { adminSecret, sampleResult } from "../api-under-test.ts";
import { workerKey } from "../fake-worker-app.ts";
import { clientKey } from "../fakes.ts";
import {
  abilities,
  asAdmin,
  asToken,
  asWorker,
  buildOwn,
  buildShared,
  registration,
} from "../asking-worker-app.ts";

const jobId = newId();
/** The first request of a server is slow where others run on the machine. */
const patient = { timeout: 30_000 };

describe("registration", () => {
  it.each<Record<string, string>>([asAdmin, { "x-admin-secret": adminSecret }])(
    "gives a worker a key of its own for %j",
    async (given) => {
      const { post } = await buildShared();
      const answer = await post("/v1/workers", registration, given);
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({ apiKey: workerKey });
    },
  );

  it("takes a worker's own ticket, and no ticket of another", async () => {
    const register = vi
      .fn<WorkerService["register"]>()
      .mockResolvedValue({ workerId: jobId, apiKey: workerKey });
    const { post } = await buildShared({ register });
    const withTicket = (name: string) => ({
      authorization: `Bearer ${workerTicket(adminSecret, name)}`,
    });
    expect((await post("/v1/workers", registration, withTicket("w-0"))).statusCode).toBe(200);
    const decoded = { ...registration, inputs: ["upload"], store: "inside", features: [] };
    expect(register).toHaveBeenCalledWith(decoded, "ticket");
    expect((await post("/v1/workers", registration, withTicket("w-1"))).statusCode).toBe(401);
    expect(register).toHaveBeenCalledOnce();
  });

  it("passes a token on, with the request that it came with", async () => {
    const register = vi
      .fn<WorkerService["register"]>()
      .mockResolvedValue({ workerId: jobId, apiKey: workerKey });
    const { post } = await buildShared({ register });
    const given = asToken();
    expect((await post("/v1/workers", registration, given)).statusCode).toBe(200);
    const token = given.authorization.replace("Bearer ", "");
    expect(register.mock.lastCall?.[1]).toMatchObject({ token, address: "127.0.0.1" });
  });

  it("is offered at its earlier path, in the earlier form", async () => {
    const register = vi
      .fn<WorkerService["register"]>()
      .mockResolvedValue({ workerId: jobId, apiKey: workerKey });
    const { post } = await buildShared({ register });
    const body = { worker_name: "w-0", ...abilities };
    const answer = await post("/api/worker/register", body, { "x-admin-secret": adminSecret });
    expect(answer.json()).toEqual({ worker_id: jobId, api_key: workerKey });
    expect(register).toHaveBeenCalledWith(registration, "admin-secret");
    expect((await post("/api/worker/register", registration, asAdmin)).statusCode).toBe(400);
  });

  const wrong: Record<string, string>[] = [
    {},
    { "x-admin-secret": "wrong" },
    { "x-admin-secret": "" },
    { authorization: "Bearer wrong", "x-admin-secret": adminSecret },
    asWorker,
  ];
  it.each(wrong)("is refused with %j", async (given) => {
    const { app, post } = await buildShared();
    expect((await post("/v1/workers", registration, given)).statusCode).toBe(401);
    const body = { worker_name: "w-0", ...abilities };
    expect((await post("/api/worker/register", body, given)).statusCode).toBe(401);
    const list = await app.inject({ url: "/v1/workers", headers: given });
    expect(list.statusCode).toBe(401);
  });

  it("refuses a class that does not exist", async () => {
    const { post } = await buildShared();
    const answer = await post("/v1/workers", { ...registration, classes: ["cpu.8k"] }, asAdmin);
    expect(answer.statusCode).toBe(400);
  });
});

describe("a worker's key", () => {
  it.each([
    ["/v1/workers/heartbeat", { draining: false }],
    ["/v1/workers/resume", registration],
    ["/v1/workers/key", {}],
    [`/v1/jobs/${jobId}/claim`, {}],
    ["/v1/jobs/claim", { waitSeconds: 0 }],
    [`/v1/jobs/${jobId}/attempts/1/complete`, sampleResult()],
  ])("is needed for %s", async (url, body) => {
    const { post } = await buildShared();
    expect((await post(url, body, {})).statusCode).toBe(401);
    const asClient = { authorization: `Bearer ${clientKey}` };
    expect((await post(url, body, asClient)).statusCode).toBe(401);
    expect((await post(url, body, { "x-admin-secret": adminSecret })).statusCode).toBe(401);
  });
});

describe("a claim", () => {
  it("gives a lease", async () => {
    const { post } = await buildShared({ claim: () => Promise.resolve(lease) });
    const answer = await post(`/v1/jobs/${jobId}/claim`, {});
    expect([answer.statusCode, answer.json()]).toEqual([200, lease]);
  });

  it("of a job that cannot be claimed is answered 409", async () => {
    const { post } = await buildShared({ claim: () => Promise.resolve(undefined) });
    const answer = await post(`/v1/jobs/${jobId}/claim`, {});
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ code: "job-not-claimable" });
  });

  it("of any job is answered 204 when there is nothing to do", async () => {
    const { post } = await buildShared({ claim: () => Promise.resolve(undefined) });
    const answer = await post("/v1/jobs/claim", { waitSeconds: 0 });
    expect([answer.statusCode, answer.body]).toEqual([204, ""]);
  });

  it("of any job waits for one when asked to", async () => {
    const claim = vi
      .fn<WorkerService["claim"]>()
      .mockResolvedValueOnce(undefined)
      .mockResolvedValue(lease);
    const { post, notifier } = await buildShared({ claim });
    const answer = post("/v1/jobs/claim", { waitSeconds: 5 });
    await vi.waitFor(() => {
      expect(claim).toHaveBeenCalledTimes(1);
    }, patient);
    notifier.queueGrew();
    expect((await answer).json()).toEqual(lease);
    expect(claim).toHaveBeenCalledTimes(2);
  });

  it("that waits ends when a worker was revoked, whose next one is refused", async () => {
    const claim = vi.fn<WorkerService["claim"]>().mockResolvedValue(undefined);
    const { post, notifier } = await buildShared({ claim });
    const answer = post("/v1/jobs/claim", { waitSeconds: 10 });
    await vi.waitFor(() => {
      expect(claim).toHaveBeenCalled();
    }, patient);
    notifier.workersChanged();
    expect((await answer).statusCode).toBe(204);
  });

  it("that waits ends when the server closes", async () => {
    const claim = vi.fn<WorkerService["claim"]>().mockResolvedValue(undefined);
    const { post, closing } = await buildOwn({ claim });
    const answer = post("/v1/jobs/claim", { waitSeconds: 10 });
    await vi.waitFor(() => {
      expect(claim).toHaveBeenCalled();
    }, patient);
    closing.abort();
    expect((await answer).statusCode).toBe(204);
  });
});

describe("an attempt", () => {
  const path = (action: string) => `/v1/jobs/${jobId}/attempts/3/${action}`;

  it("is named by job, number and the worker whose key was sent", async () => {
    const heartbeat = vi.fn<WorkerService["heartbeat"]>().mockResolvedValue({ verdict: "cancel" });
    const { post } = await buildShared({ heartbeat });
    const progress = { stage: "encoding", percent: 12.5, fps: 60 } as const;
    const answer = await post(path("heartbeat"), { progress });
    expect(answer.json()).toEqual({ verdict: "cancel" });
    expect(heartbeat).toHaveBeenCalledWith({ jobId, attempt: 3, workerId: "worker-1" }, progress);
  });

  it("of a worker of the version before states no warnings and no choices", async () => {
    const complete = vi.fn<WorkerService["complete"]>().mockResolvedValue("succeeded");
    const { post } = await buildShared({ complete });
    const earlier = { ...sampleResult(), warnings: undefined, choices: undefined };
    expect((await post(path("complete"), earlier)).statusCode).toBe(200);
    expect(complete.mock.calls[0]?.[1]).toEqual({ ...earlier, warnings: [], choices: [] });
  });

  it("that failed says what it found in the source", async () => {
    const fail = vi.fn<WorkerService["fail"]>().mockResolvedValue("failed");
    const { post } = await buildShared({ fail });
    const report = { kind: "input", code: "x", message: "y", source: sampleResult().source };
    expect((await post(path("fail"), report)).statusCode).toBe(200);
    expect(fail.mock.calls[0]?.[1]).toEqual(report);
  });

  it("that is lost is answered 409", async () => {
    const lost = () => Promise.reject(new AppError("attempt-lost", "stop"));
    const { post } = await buildShared({
      complete: lost,
      fail: lost,
      release: lost,
      uploads: lost,
    });
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
      const { post } = await buildShared();
      const files = [{ path: file, sizeBytes: 1, contentType: "video/mp4" }];
      expect((await post(path("uploads"), { files })).statusCode).toBe(400);
    },
  );

  it.each(["0", "-1", "1.5", "x", "99999999999"])("has a number, not %s", async (number) => {
    const { post } = await buildShared();
    const url = `/v1/jobs/${jobId}/attempts/${number}/release`;
    expect((await post(url, { reason: "draining" })).statusCode).toBe(400);
  });
});
