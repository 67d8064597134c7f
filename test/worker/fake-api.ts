import { vi } from "vitest";
import type { Lease } from "@framewright/contracts/worker-api.ts";
import { called } from "@framewright/runtime/clock.ts";
import type { WorkerApi } from "../../worker/src/agent/worker-api.ts";

export const lease: Lease = {
  jobId: "00000000-0000-4000-8000-000000000001",
  attempt: 3,
  kind: "transcode",
  profile: "hls-720p",
  leaseSeconds: 30,
  heartbeatSeconds: 5,
  source: { url: "http://store/source", sizeBytes: 1 },
  requestId: "request-1",
};

/** A worker API that has no work and takes every report; each call is recorded. */
export function fakeWorkerApi(answers: Partial<WorkerApi> = {}) {
  const api: WorkerApi = {
    register: () => Promise.resolve(),
    rotate: () => Promise.resolve(),
    alive: () => Promise.resolve({ drain: false }),
    awaitOrders: () => Promise.resolve({ drain: false }),
    stayConnected: (signal) => called(() => undefined, signal),
    claim: () => Promise.resolve(undefined),
    claimAny: () => Promise.resolve(undefined),
    heartbeat: () => Promise.resolve("continue"),
    uploads: (_lease, files) =>
      Promise.resolve(
        files.map(({ path }) => ({ path, url: `http://store/${path}`, headers: {} })),
      ),
    findSteps: () => Promise.resolve([]),
    keepStep: () => Promise.resolve(undefined),
    complete: () => Promise.resolve(true),
    fail: () => Promise.resolve(true),
    release: () => Promise.resolve(true),
    ...answers,
  };
  return {
    register: vi.fn(api.register),
    rotate: vi.fn(api.rotate),
    alive: vi.fn(api.alive),
    stayConnected: vi.fn(api.stayConnected),
    awaitOrders: vi.fn(api.awaitOrders),
    claim: vi.fn(api.claim),
    claimAny: vi.fn(api.claimAny),
    heartbeat: vi.fn(api.heartbeat),
    uploads: vi.fn(api.uploads),
    findSteps: vi.fn(api.findSteps),
    keepStep: vi.fn(api.keepStep),
    complete: vi.fn(api.complete),
    fail: vi.fn(api.fail),
    release: vi.fn(api.release),
  };
}
