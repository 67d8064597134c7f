import { isKey, workerKeyKind } from "@framewright/contracts/api-key.ts";
import type { JobResult, JobState } from "@framewright/contracts/job.ts";
import {
  type FailRequest,
  type HeartbeatResponse,
  type Lease,
  type KeyResponse,
  type RegisterRequest,
  type RegisterResponse,
  type StoreSide,
  type UploadsRequest,
  type UploadsResponse,
  type WorkerOrders,
  WorkerProgress,
} from "@framewright/contracts/worker-api.ts";
import type {
  FindStepsRequest,
  FindStepsResponse,
  KeepStepRequest,
  KeepStepResponse,
} from "@framewright/contracts/kept-steps.ts";
import type { WorkerView } from "@framewright/contracts/worker-admin.ts";
import { lookCounter } from "../backend-metrics.ts";
import { claimJob, type Claimant } from "../jobs/claim.ts";
import type { EngineContext } from "../jobs/context.ts";
import { completeAttempt, failAttempt, releaseAttempt, requireOwner } from "../jobs/finish.ts";
import { heartbeat } from "../jobs/heartbeat.ts";
import { attemptPrefix } from "../jobs/rows.ts";
import type { Usage } from "@framewright/contracts/usage.ts";
import type { AttemptRef } from "../jobs/settle.ts";
import { Authenticator } from "../keys/authenticator.ts";
import { FailureLimit } from "../keys/failure-limit.ts";
import { connectWorker, type WorkerConnection } from "./connections.ts";
import { registerWorker, resumeWorker, type Proof, type WorkerTerms } from "./registration.ts";
import { checkFiles, presignOutputs } from "./output-addresses.ts";
import { findSteps, keepStep } from "./kept-steps.ts";
import { requireVersion } from "./version-gate.ts";
import { listWorkers } from "./worker-list.ts";
import { addKey, findWorker, noteAlive, readOrders } from "./worker-store.ts";

/** What the routes of the worker API ask of the engine; tests put a fake in its place. */
export interface WorkerService {
  register(request: RegisterRequest, proof: Proof): Promise<RegisterResponse>;
  authenticate(key: string, address: string): Promise<Claimant | undefined>;
  resume(claimant: Claimant, request: RegisterRequest): Promise<void>;
  /** A second key; the first one ends a minute after the second is used. */
  rotate(workerId: string): Promise<KeyResponse>;
  idle(workerId: string, draining: boolean): Promise<WorkerOrders>;
  orders(workerId: string): Promise<WorkerOrders>;
  connect(worker: Claimant, closing: AbortSignal): Promise<WorkerConnection>;
  list(): Promise<WorkerView[]>;
  claim(claimant: Claimant, jobId?: string): Promise<Lease | undefined>;
  heartbeat(ref: AttemptRef, progress: WorkerProgress): Promise<HeartbeatResponse>;
  /** @param side from where the worker reaches the store */
  uploads(ref: AttemptRef, request: UploadsRequest, side: StoreSide): Promise<UploadsResponse>;
  findSteps(
    ref: AttemptRef,
    request: FindStepsRequest,
    side: StoreSide,
  ): Promise<FindStepsResponse>;
  keepStep(ref: AttemptRef, request: KeepStepRequest, side: StoreSide): Promise<KeepStepResponse>;
  complete(ref: AttemptRef, result: JobResult): Promise<JobState>;
  fail(ref: AttemptRef, report: FailRequest): Promise<JobState>;
  release(ref: AttemptRef, usage?: Usage): Promise<JobState>;
}

async function uploads(
  { db, store }: EngineContext,
  ref: AttemptRef,
  request: UploadsRequest & { readonly side: StoreSide },
): Promise<UploadsResponse> {
  checkFiles(request.files);
  await requireOwner(db, ref);
  return presignOutputs(store, attemptPrefix(ref.jobId, ref.attempt), request);
}

export function createWorkerService(
  context: EngineContext,
  { leastVersion }: WorkerTerms = {},
): WorkerService {
  const { db, notifier } = context;
  const keys = new Authenticator({
    hasForm: (key) => isKey(workerKeyKind, key),
    find: (key, digest) => findWorker(db, key, digest),
    failures: new FailureLimit(context.log),
    onLook: lookCounter(context.metrics, "worker-keys"),
  });
  // Whoever was revoked on another replica; it need not be heard, as what is remembered ends soon.
  notifier.onWorkers(() => {
    keys.forgetAll();
  });
  return {
    register: async (request, proof) => {
      const registered = await registerWorker(context, request, { proof, leastVersion });
      // The key that ends with it may be remembered; other replicas remember it for some seconds.
      keys.forgetAll();
      return registered;
    },
    authenticate: (key, address) => keys.authenticate(key, address),
    resume: (claimant, request) => {
      requireVersion(request, leastVersion);
      return resumeWorker(context, claimant, request);
    },
    rotate: (workerId) => addKey(db, workerId),
    idle: (workerId, draining) => noteAlive(db, workerId, draining),
    connect: (worker, closing) => connectWorker(context, worker, closing),
    orders: (workerId) => readOrders(db, workerId),
    list: () => listWorkers(db),
    claim: async (claimant, jobId) => {
      requireVersion(claimant, leastVersion);
      return claimJob(context, claimant, jobId);
    },
    heartbeat: (ref, progress) => heartbeat(context, ref, progress),
    uploads: (ref, request, side) => uploads(context, ref, { ...request, side }),
    findSteps: (ref, request, side) => findSteps(context, ref, { ...request, side }),
    keepStep: (ref, request, side) => keepStep(context, ref, { ...request, side }),
    complete: (ref, result) => completeAttempt(context, ref, result),
    fail: (ref, report) => failAttempt(context, ref, report),
    release: (ref, usage) => releaseAttempt(context, ref, usage),
  };
}
