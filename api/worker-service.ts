import { timingSafeEqual } from "node:crypto";
import { workerKeyKind, isKey } from "@framewright/contracts/api-key.ts";
import type {
  JobClass,
  JobError,
  JobResult,
  JobState,
  Progress,
} from "@framewright/contracts/job.ts";
import type {
  HeartbeatResponse,
  Lease,
  RegisterRequest,
  RegisterResponse,
  UploadsRequest,
  UploadsResponse,
  WorkerList,
} from "@framewright/contracts/worker-api.ts";
import type { Db } from "./db.ts";
import { newId } from "./ids.ts";
import { claimJob, type Claimant } from "./jobs/claim.ts";
import type { EngineContext } from "./jobs/context.ts";
import { completeAttempt, failAttempt, releaseAttempt, requireOwner } from "./jobs/finish.ts";
import { heartbeat } from "./jobs/heartbeat.ts";
import { attemptPrefix } from "./jobs/rows.ts";
import type { AttemptRef } from "./jobs/settle.ts";
import { KeyCache } from "./key-cache.ts";
import { digestOf, generateKey, prefixOf } from "./keys.ts";

/** What the routes of the worker API ask of the engine; tests put a fake in its place. */
export interface WorkerService {
  register(request: RegisterRequest): Promise<RegisterResponse>;
  authenticate(key: string): Promise<Claimant | undefined>;
  idle(workerId: string, draining: boolean): Promise<void>;
  list(): Promise<WorkerList["workers"]>;
  claim(claimant: Claimant, jobId?: string): Promise<Lease | undefined>;
  heartbeat(ref: AttemptRef, progress: Progress): Promise<HeartbeatResponse>;
  uploads(ref: AttemptRef, request: UploadsRequest): Promise<UploadsResponse>;
  complete(ref: AttemptRef, result: JobResult): Promise<JobState>;
  fail(ref: AttemptRef, error: JobError): Promise<JobState>;
  release(ref: AttemptRef): Promise<JobState>;
}

/** Long enough for a large file on a slow link; a segment is asked for when it is there. */
const outputUrlSeconds = 3600;

/** A pod that starts again under its name gets a new key, and its old one ends. */
async function register(db: Db, request: RegisterRequest): Promise<RegisterResponse> {
  const apiKey = generateKey(workerKeyKind);
  const { rows } = await db.query<{ id: string }>(
    `INSERT INTO workers (id, name, key_prefix, key_digest, accel, classes, encoders, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (name) DO UPDATE SET key_prefix = $3, key_digest = $4, accel = $5, classes = $6,
       encoders = $7, version = $8, draining = false, registered_at = now(), last_seen_at = now()
     RETURNING id`,
    [
      newId(),
      request.worker_name,
      prefixOf(workerKeyKind, apiKey),
      digestOf(apiKey),
      request.accel,
      request.classes,
      request.encoders,
      request.version,
    ],
  );
  const [row] = rows;
  if (!row) throw new Error(`worker ${request.worker_name} was not stored`);
  return { worker_id: row.id, api_key: apiKey };
}

interface WorkerKeyRow {
  readonly id: string;
  readonly name: string;
  readonly classes: JobClass[];
  readonly key_digest: Buffer;
}

/** Finds the worker and notes that it was heard of. */
async function lookUp(db: Db, key: string, digest: Buffer): Promise<Claimant | undefined> {
  const { rows } = await db.query<WorkerKeyRow>({
    name: "worker-by-prefix",
    text: "SELECT id, name, classes, key_digest FROM workers WHERE key_prefix = $1",
    values: [prefixOf(workerKeyKind, key)],
  });
  const row = rows.find((candidate) => timingSafeEqual(candidate.key_digest, digest));
  if (!row) return undefined;
  await db.query({
    name: "worker-seen",
    text: "UPDATE workers SET last_seen_at = now() WHERE id = $1",
    values: [row.id],
  });
  return { workerId: row.id, workerName: row.name, classes: row.classes };
}

interface WorkerRow extends Omit<WorkerList["workers"][number], "registeredAt" | "lastSeenAt"> {
  readonly registered_at: Date;
  readonly last_seen_at: Date;
}

/** Workers that were heard of in the last day, the latest first. */
async function list(db: Db): Promise<WorkerList["workers"]> {
  const { rows } = await db.query<WorkerRow>(
    `SELECT w.id, w.name, w.accel, w.classes, w.encoders, w.version, w.draining,
            w.registered_at, w.last_seen_at,
            ARRAY(SELECT j.id FROM jobs j WHERE j.lease_owner = w.id AND j.state = 'running')
              AS "currentJobs"
     FROM workers w WHERE w.last_seen_at > now() - interval '1 day'
     ORDER BY w.last_seen_at DESC LIMIT 1000`,
  );
  return rows.map(({ registered_at, last_seen_at, ...worker }) => ({
    ...worker,
    registeredAt: registered_at.toISOString(),
    lastSeenAt: last_seen_at.toISOString(),
  }));
}

async function uploads(
  { db, store }: EngineContext,
  ref: AttemptRef,
  { files }: UploadsRequest,
): Promise<UploadsResponse> {
  await requireOwner(db, ref);
  const prefix = attemptPrefix(ref.jobId, ref.attempt);
  return {
    uploads: await Promise.all(
      files.map(async ({ path, sizeBytes, contentType }) => {
        const { url, headers } = await store.presignPut({
          side: "inside",
          key: `${prefix}${path}`,
          contentType,
          sizeBytes,
          expiresSeconds: outputUrlSeconds,
        });
        return { path, url, headers };
      }),
    ),
  };
}

export function createWorkerService(context: EngineContext): WorkerService {
  const { db } = context;
  const cache = new KeyCache<Claimant>();
  return {
    register: (request) => register(db, request),
    authenticate: async (key) => {
      if (!isKey(workerKeyKind, key)) return undefined;
      const digest = digestOf(key);
      const known = cache.get(digest);
      if (known) return known;
      const worker = await lookUp(db, key, digest);
      if (worker) cache.set(digest, worker);
      return worker;
    },
    idle: async (workerId, draining) => {
      await db.query({
        name: "worker-idle",
        text: "UPDATE workers SET draining = $2, last_seen_at = now() WHERE id = $1",
        values: [workerId, draining],
      });
    },
    list: () => list(db),
    claim: (claimant, jobId) => claimJob(context, claimant, jobId),
    heartbeat: (ref, progress) => heartbeat(context, ref, progress),
    uploads: (ref, request) => uploads(context, ref, request),
    complete: (ref, result) => completeAttempt(context, ref, result),
    fail: (ref, error) => failAttempt(context, ref, error),
    release: (ref) => releaseAttempt(context, ref),
  };
}
