import { describe, expect, it, vi } from "vitest";
import type { WorkerView } from "@framewright/contracts/worker-admin.ts";
import { AppError } from "../../../api/errors.ts";
import { newId } from "../../../api/ids.ts";
import type { WorkerService } from "../../../api/workers/worker-service.ts";
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
const worker: WorkerView = {
  ...{ id: jobId, name: "w-0", status: "idle", store: "public", ...abilities, draining: false },
  ...{ registeredAt: "2026-11-21T10:00:00.000Z", lastSeenAt: "2026-11-21T10:00:05.000Z" },
  currentJobs: [],
};

describe("the list of workers", () => {
  it("is for the admin", async () => {
    const { app } = await buildShared({ list: () => Promise.resolve([worker]) });
    const answer = await app.inject({ url: "/v1/workers", headers: asAdmin });
    expect(answer.json()).toEqual({ workers: [worker] });
  });

  it("is offered at its earlier path, in the earlier form", async () => {
    const { app } = await buildShared({ list: () => Promise.resolve([worker]) });
    expect((await app.inject({ url: "/api/workers", headers: asWorker })).statusCode).toBe(401);
    const answer = await app.inject({ url: "/api/workers", headers: asAdmin });
    expect(answer.json()).toEqual({
      workers: [
        {
          ...{ worker_id: jobId, worker_name: "w-0", status: "idle", ...abilities },
          registered_at: worker.registeredAt,
          last_heartbeat: worker.lastSeenAt,
          current_jobs: [],
        },
      ],
      total_count: 1,
    });
  });
});

describe("guesses", () => {
  it("of the admin secret and of tokens are refused by address after a hundred", async () => {
    const refused = () => Promise.reject(new AppError("token-refused", "The token is unknown"));
    const { post } = await buildOwn({ register: refused });
    const guess = () => post("/v1/workers", registration, asToken());
    const wrong = () => post("/v1/workers", registration, { "x-admin-secret": "wrong" });
    for (let count = 0; count < 50; count += 1) {
      expect((await guess()).statusCode).toBe(403);
      expect((await wrong()).statusCode).toBe(401);
    }
    expect((await guess()).statusCode).toBe(429);
    expect((await wrong()).statusCode).toBe(429);
  });

  it("are not counted where the secret is right and the name is taken", async () => {
    const taken = () => Promise.reject(new AppError("worker-name-taken", "alive"));
    const { post } = await buildOwn({ register: taken });
    for (let count = 0; count < 110; count += 1) {
      expect((await post("/v1/workers", registration, asAdmin)).statusCode).toBe(409);
    }
  });
});

describe("the sign of life", () => {
  const idle = () => Promise.resolve({ drain: false });
  const beat = { draining: false, waitSeconds: 5 };

  it("of a worker of the version before waits for nothing", async () => {
    const { post } = await buildShared({ idle });
    const answer = await post("/v1/workers/heartbeat", { draining: false });
    expect([answer.statusCode, answer.json()]).toEqual([200, { drain: false }]);
  });

  it("waits for an order, and is answered as soon as there is one", async () => {
    const orders = vi
      .fn<WorkerService["orders"]>()
      .mockResolvedValueOnce({ drain: false })
      .mockResolvedValue({ drain: true });
    const { post, notifier } = await buildShared({ idle, orders });
    const answer = post("/v1/workers/heartbeat", beat);
    await vi.waitFor(() => {
      expect(orders).toHaveBeenCalledTimes(1);
    });
    notifier.workersChanged();
    expect((await answer).json()).toEqual({ drain: true });
  });

  it("of a worker that is revoked meanwhile is refused at once", async () => {
    const orders = vi.fn<WorkerService["orders"]>().mockResolvedValueOnce({ drain: false });
    orders.mockRejectedValue(new AppError("worker-revoked", "Worker w was revoked"));
    const { post, notifier } = await buildShared({ idle, orders });
    const answer = post("/v1/workers/heartbeat", beat);
    await vi.waitFor(() => {
      expect(orders).toHaveBeenCalledTimes(1);
    });
    notifier.workersChanged();
    expect((await answer).json()).toMatchObject({ status: 403, code: "worker-revoked" });
  });

  it("ends when the server closes", async () => {
    const orders = vi.fn<WorkerService["orders"]>().mockResolvedValue({ drain: false });
    const { post, closing } = await buildOwn({ idle, orders });
    const answer = post("/v1/workers/heartbeat", beat);
    await vi.waitFor(() => {
      expect(orders).toHaveBeenCalled();
    });
    closing.abort();
    expect((await answer).json()).toEqual({ drain: false });
  });
});
