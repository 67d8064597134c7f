import { Type, type Static } from "typebox";
import { Accel, JobClass } from "./job.ts";
import { StoreSide, WorkerName } from "./worker-api.ts";

/**
 * Workers as their administrator sees them. Routes of the client API, for keys with the scope platform:
 *
 *   GET    /v1/workers                                   → 200 WorkerList
 *   POST   /v1/workers/:id/drain                         → 200 WorkerView     (takes no more jobs, finishes, ends)
 *   POST   /v1/workers/:id/revoke                        → 200 WorkerView     (its jobs go to others at once)
 *   POST   /v1/worker-tokens          CreateWorkerToken  → 201 WorkerTokenCreated
 *   GET    /v1/worker-tokens                             → 200 WorkerTokenList
 *   DELETE /v1/worker-tokens/:id                         → 204
 */
const strict = { additionalProperties: false };
const Time = Type.String({ format: "date-time" });
const Id = Type.String({ format: "uuid" });

export const workerStatuses = ["idle", "busy", "draining", "silent", "revoked"] as const;

export const WorkerView = Type.Object(
  {
    id: Id,
    name: Type.String(),
    status: Type.Enum(workerStatuses, {
      description: "`silent`: not heard of for 30 seconds; `revoked`: its key opens nothing",
    }),
    accel: Accel,
    classes: Type.Array(JobClass),
    encoders: Type.Array(Type.String(), { description: "What passed a test encode at its start" }),
    version: Type.String(),
    store: StoreSide,
    draining: Type.Boolean({ description: "It takes no more jobs" }),
    registeredAt: Time,
    lastSeenAt: Time,
    drainRequestedAt: Type.Optional(Time),
    revokedAt: Type.Optional(Time),
    currentJobs: Type.Array(Id),
  },
  { ...strict, title: "Worker" },
);
export type WorkerView = Static<typeof WorkerView>;

export const WorkerList = Type.Object(
  {
    workers: Type.Array(WorkerView, { description: "Heard of in the last day, the latest first" }),
  },
  { ...strict, title: "WorkerList" },
);
export type WorkerList = Static<typeof WorkerList>;

/** Of the alias `GET /api/workers` of the worker API. */
export const SnakeWorkerList = Type.Object(
  {
    workers: Type.Array(
      Type.Object(
        {
          worker_id: Id,
          worker_name: Type.String(),
          status: Type.Enum(workerStatuses),
          accel: Accel,
          classes: Type.Array(JobClass),
          encoders: Type.Array(Type.String()),
          version: Type.String(),
          registered_at: Time,
          last_heartbeat: Time,
          current_jobs: Type.Array(Id),
        },
        strict,
      ),
    ),
    total_count: Type.Integer(),
  },
  strict,
);
export type SnakeWorkerList = Static<typeof SnakeWorkerList>;

const day = 86_400;

/** A token registers one worker, once. */
export const CreateWorkerToken = Type.Object(
  {
    workerName: Type.Optional({
      ...WorkerName,
      description: "The only name that it registers; without one, any",
    }),
    ttlSeconds: Type.Optional(
      Type.Integer({
        minimum: 60,
        maximum: 7 * day,
        default: 3600,
        description: "Seconds until it expires unused",
      }),
    ),
  },
  { ...strict, title: "CreateWorkerToken", examples: [{ workerName: "studio-1" }] },
);
export type CreateWorkerToken = Static<typeof CreateWorkerToken>;

const tokenFields = {
  id: Id,
  prefix: Type.String({ description: "First characters of the token, to recognise it" }),
  workerName: Type.Optional(Type.String()),
  createdAt: Time,
  expiresAt: Time,
};

export const WorkerToken = Type.Object(
  {
    ...tokenFields,
    usedAt: Type.Optional(Time),
    workerId: Type.Optional({ ...Id, description: "The worker that it registered" }),
    revokedAt: Type.Optional(Time),
  },
  { ...strict, title: "WorkerToken" },
);
export type WorkerToken = Static<typeof WorkerToken>;

export const WorkerTokenCreated = Type.Object(
  {
    ...tokenFields,
    token: Type.String({ description: "Shown this once, kept only as a hash" }),
  },
  { ...strict, title: "WorkerTokenCreated" },
);
export type WorkerTokenCreated = Static<typeof WorkerTokenCreated>;

export const WorkerTokenList = Type.Object(
  { tokens: Type.Array(WorkerToken, { description: "Newest first" }) },
  { ...strict, title: "WorkerTokenList" },
);
export type WorkerTokenList = Static<typeof WorkerTokenList>;
