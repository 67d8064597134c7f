import type { JobResult } from "@framewright/contracts/job.ts";
import {
  connectionLineMs,
  HeartbeatResponse,
  Lease,
  UploadsResponse,
  WorkerOrders,
  type FailRequest,
  type ReleaseRequest,
  type UploadsRequest,
  WorkerProgress,
} from "@framewright/contracts/worker-api.ts";
import {
  FindStepsResponse,
  KeepStepResponse,
  type KeepStepRequest,
} from "@framewright/contracts/kept-steps.ts";
import { decode } from "./decode.ts";
import { ApiRefused } from "./http.ts";
import { Identity, type IdentityArgs, type KeylessCall } from "./identity.ts";

/** A job under lease; the attempt number fences every call. */
export type LeaseKey = Pick<Lease, "jobId" | "attempt">;
export type Upload = UploadsResponse["uploads"][number];
export type UploadFile = UploadsRequest["files"][number];
export type FoundStep = FindStepsResponse["found"][number];
export type Verdict = HeartbeatResponse["verdict"];

/** The worker's side of contracts/worker-api.ts. `false` or `undefined` mean: not yours. */
export interface WorkerApi {
  register: () => Promise<void>;
  /** Takes another key in place of the present one. */
  rotate: () => Promise<void>;
  alive: (draining: boolean) => Promise<WorkerOrders>;
  /** The same, and waits some seconds for an order. */
  awaitOrders: (waitSeconds: number, signal: AbortSignal) => Promise<WorkerOrders>;
  /** Resolves when a connection that stood has ended; throws where there was none. */
  stayConnected: (signal: AbortSignal) => Promise<void>;
  claim: (jobId: string) => Promise<Lease | undefined>;
  claimAny: (waitSeconds: number, signal: AbortSignal) => Promise<Lease | undefined>;
  heartbeat: (lease: LeaseKey, progress: WorkerProgress, timeoutMs: number) => Promise<Verdict>;
  uploads: (lease: LeaseKey, files: UploadFile[]) => Promise<Upload[] | undefined>;
  /** Steps that an attempt before has done; nothing of an API of the version before. */
  findSteps: (lease: LeaseKey, names: string[]) => Promise<FoundStep[]>;
  /** Where a step can be sent; undefined if it is not kept. */
  keepStep: (lease: LeaseKey, step: KeepStepRequest) => Promise<KeepStepResponse | undefined>;
  complete: (lease: LeaseKey, result: JobResult) => Promise<boolean>;
  fail: (lease: LeaseKey, report: FailRequest) => Promise<boolean>;
  release: (
    lease: LeaseKey,
    reason: ReleaseRequest["reason"],
    usage?: ReleaseRequest["usage"],
  ) => Promise<boolean>;
}

function attemptPath({ jobId, attempt }: LeaseKey, verb: string): string {
  return `/v1/jobs/${jobId}/attempts/${attempt}/${verb}`;
}

export function createWorkerApi(args: IdentityArgs): WorkerApi {
  const identity = new Identity(args);
  const authorised = (call: KeylessCall) => identity.authorised(call);
  const alive = async (more: Omit<KeylessCall, "path">): Promise<WorkerOrders> => {
    const path = "/v1/workers/heartbeat";
    const answer = await authorised({ path, ...more });
    return answer.status < 300 ? decode(WorkerOrders, path, answer.body) : { drain: false };
  };
  const settle = async (lease: LeaseKey, verb: string, body: unknown): Promise<boolean> => {
    const answer = await authorised({ path: attemptPath(lease, verb), body });
    return answer.status < 300;
  };
  const claim = async (call: KeylessCall): Promise<Lease | undefined> => {
    const answer = await authorised(call);
    return answer.status === 200 ? decode(Lease, call.path, answer.body) : undefined;
  };
  return {
    register: () => identity.register(),
    rotate: () => identity.rotate(),
    alive: (draining) => alive({ body: { draining } }),
    awaitOrders: (waitSeconds, signal) => {
      const timeoutMs = (waitSeconds + 10) * 1000;
      return alive({ body: { draining: false, waitSeconds }, timeoutMs, signal });
    },
    stayConnected: async (signal) => {
      const path = "/v1/workers/connection";
      const answer = await authorised({ path, body: {}, signal, silenceMs: 3 * connectionLineMs });
      if (answer.status !== 200) throw new ApiRefused(path, answer.status, "no connection");
    },
    claim: (jobId) => claim({ path: `/v1/jobs/${jobId}/claim`, body: {} }),
    claimAny: (waitSeconds, signal) => {
      const timeoutMs = (waitSeconds + 10) * 1000;
      return claim({ path: "/v1/jobs/claim", body: { waitSeconds }, timeoutMs, signal });
    },
    heartbeat: async (lease, progress, timeoutMs) => {
      const path = attemptPath(lease, "heartbeat");
      const answer = await authorised({ path, body: { progress }, timeoutMs });
      if (answer.status >= 400) return "lost";
      return decode(HeartbeatResponse, path, answer.body).verdict;
    },
    uploads: async (lease, files) => {
      const path = attemptPath(lease, "uploads");
      const answer = await authorised({ path, body: { files } });
      return answer.status < 300 ? decode(UploadsResponse, path, answer.body).uploads : undefined;
    },
    findSteps: async (lease, names) => {
      const path = attemptPath(lease, "find-steps");
      const answer = await authorised({ path, body: { names } });
      return answer.status < 300 ? decode(FindStepsResponse, path, answer.body).found : [];
    },
    keepStep: async (lease, step) => {
      const path = attemptPath(lease, "keep-step");
      const answer = await authorised({ path, body: step });
      return answer.status < 300 ? decode(KeepStepResponse, path, answer.body) : undefined;
    },
    complete: (lease, result) => settle(lease, "complete", result),
    fail: (lease, report) => settle(lease, "fail", report),
    release: (lease, reason, usage) => settle(lease, "release", { reason, usage }),
  };
}
