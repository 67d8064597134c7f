import { isKey, workerKeyKind } from "@framewright/contracts/api-key.ts";
import type { JobResult, JobState } from "@framewright/contracts/job.ts";
import { mediaTypeOf } from "@framewright/contracts/media-type.ts";
import {
  largestOutput,
  slowestBytesPerSecond,
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
import type { WorkerView } from "@framewright/contracts/worker-admin.ts";
import { lookCounter } from "../backend-metrics.ts";
import { refusedFields } from "../errors.ts";
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
  complete(ref: AttemptRef, result: JobResult): Promise<JobState>;
  fail(ref: AttemptRef, report: FailRequest): Promise<JobState>;
  release(ref: AttemptRef, usage?: Usage): Promise<JobState>;
}

const outputUrlSeconds = { least: 60, most: 600 };

/**
 * How long addresses live that were asked for together: until the last of them is used at the slowest rate. The store
 * looks at the end when an upload begins, and a worker asks again for an address that ended.
 */
export function addressSeconds(files: UploadsRequest["files"]): number {
  const bytes = files.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  const { least, most } = outputUrlSeconds;
  return Math.min(most, least + Math.ceil(bytes / slowestBytesPerSecond));
}

/** The API serves a file under the type of its name, so that the stored type must be that one. */
function requireTypes(files: UploadsRequest["files"]): void {
  const [first, ...more] = files.flatMap(({ path, contentType }, index) => {
    if (contentType === mediaTypeOf(path)) return [];
    const message = `is ${contentType}, which is not the type of ${path}`;
    return [{ path: `body/files/${index}/contentType`, message }];
  });
  if (first) throw refusedFields("invalid-request", first, ...more);
}

function requireSizes(files: UploadsRequest["files"]): void {
  const [first, ...more] = files.flatMap(({ path, sizeBytes }, index) => {
    const most = largestOutput(path);
    if (sizeBytes <= most) return [];
    const message = `is ${sizeBytes}; ${path} may have at most ${most} bytes`;
    return [{ path: `body/files/${index}/sizeBytes`, message }];
  });
  if (first) throw refusedFields("invalid-request", first, ...more);
}

async function uploads(
  { db, store }: EngineContext,
  ref: AttemptRef,
  { files, side }: UploadsRequest & { readonly side: StoreSide },
): Promise<UploadsResponse> {
  requireTypes(files);
  requireSizes(files);
  await requireOwner(db, ref);
  const prefix = attemptPrefix(ref.jobId, ref.attempt);
  const expiresSeconds = addressSeconds(files);
  return {
    uploads: await Promise.all(
      files.map(async ({ path, sizeBytes, contentType, md5 }) => {
        const key = `${prefix}${path}`;
        const ticket = { side, key, contentType, sizeBytes, md5, expiresSeconds } as const;
        const { url, headers } = await store.presignOutput(ticket);
        return { path, url, headers, check: await store.presignHead(side, key, expiresSeconds) };
      }),
    ),
  };
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
    complete: (ref, result) => completeAttempt(context, ref, result),
    fail: (ref, report) => failAttempt(context, ref, report),
    release: (ref, usage) => releaseAttempt(context, ref, usage),
  };
}
