import { Type, type Static } from "typebox";
import {
  Accel,
  JobClass,
  JobError,
  JobResult,
  JobState,
  Progress,
  SourceInfo,
  kinds,
} from "./job.ts";
import { EarlyStream } from "./early-stream.ts";
import { LeasedEdit } from "./edit.ts";
import { InputKind, inputKinds } from "./job-input.ts";
import { maxPutBytes } from "./job-limits.ts";
import { outputMediaTypes } from "./media-type.ts";
import { Profile, ProfileName } from "./profile.ts";
import { Line } from "./text.ts";
import { Traceparent } from "./trace.ts";
import { Usage } from "./usage.ts";

/**
 * The worker API (port 9002). Listing needs `Authorization: Bearer <admin secret>`, registering that, the ticket of the
 * worker's own name (`runtime/worker-ticket.ts`) or a token (`worker-admin.ts`), everything else
 * `Authorization: Bearer <the worker's own key>`.
 *
 *   POST /v1/workers                             RegisterRequest  → RegisterResponse | 409 (its name is a live worker's)
 *   GET  /v1/workers                                              → WorkerList
 *   POST /v1/workers/resume                      RegisterRequest  → ResumeResponse  (a restart with the key that it has)
 *   POST /v1/workers/key                         {}               → KeyResponse     (a new key in place of its own)
 *   POST /v1/workers/heartbeat                   WorkerHeartbeat  → WorkerOrders    (sign of life without a job)
 *   POST /v1/workers/connection                  ConnectionRequest → 200 without an end, a line feed now and then
 *   POST /v1/jobs/claim                          ClaimAnyRequest  → 200 Lease | 204 (nothing to do)
 *   POST /v1/jobs/:jobId/claim                   ClaimRequest     → 200 Lease | 409 (cannot be claimed)
 *   POST /v1/jobs/:jobId/attempts/:n/heartbeat   HeartbeatRequest → HeartbeatResponse
 *   POST /v1/jobs/:jobId/attempts/:n/uploads     UploadsRequest   → UploadsResponse | 409 lost
 *   POST /v1/jobs/:jobId/attempts/:n/find-steps  FindStepsRequest → FindStepsResponse | 409 lost  (kept-steps.ts)
 *   POST /v1/jobs/:jobId/attempts/:n/keep-step   KeepStepRequest  → KeepStepResponse | 409 lost
 *   POST /v1/jobs/:jobId/attempts/:n/complete    JobResult        → Settled | 409 lost
 *   POST /v1/jobs/:jobId/attempts/:n/fail        FailRequest      → Settled | 409 lost
 *   POST /v1/jobs/:jobId/attempts/:n/release     ReleaseRequest   → Settled | 409 lost
 *
 * Any of them may answer 403: `worker-revoked`, `worker-too-old` or, to a registration, `token-refused`. The worker then
 * stops, as no other try can end differently.
 *
 * Aliases, for callers of earlier days: `POST /api/worker/register` (SnakeRegisterRequest → SnakeRegisterResponse),
 * `GET /api/workers` (SnakeWorkerList), and the header `X-Admin-Secret` wherever the admin secret is needed.
 */
/** From where a worker reaches the object store: as pods do, or as clients outside the cluster. */
export const storeSides = ["inside", "public"] as const;
export const StoreSide = Type.Enum(storeSides, {
  description: "Which address of the object store the worker's links have",
});
export type StoreSide = Static<typeof StoreSide>;

export const WorkerName = Line({
  minLength: 1,
  maxLength: 253,
  description: "Unique; the pod's name",
});
const abilities = {
  accel: Accel,
  classes: Type.Array(JobClass, { minItems: 1 }),
  encoders: Type.Array(Line({ maxLength: 64 }), {
    maxItems: 32,
    description: "Encoders that passed a test encode at start, e.g. libx264",
  }),
  version: Line({ maxLength: 64 }),
};
const WorkerId = Type.String({ format: "uuid" });
const WorkerKey = Type.String({ description: "Shown this once, kept only as a hash" });

export const RegisterRequest = Type.Object(
  {
    workerName: WorkerName,
    ...abilities,
    // The defaults are for workers of the version before. The API is released before the workers, which it then understands.
    inputs: Type.Optional(
      Type.Array(InputKind, { minItems: 1, maxItems: inputKinds.length, default: ["upload"] }),
    ),
    // A worker of a later version may state what no job of this one needs.
    features: Type.Optional(
      Type.Array(Type.String({ pattern: "^[a-z][a-z0-9-]*$", maxLength: 40 }), {
        maxItems: 32,
        default: [],
        description: "What it can do that jobs may need",
      }),
    ),
    store: Type.Optional(Type.Enum(storeSides, { default: "inside" })),
  },
  { additionalProperties: false },
);
export type RegisterRequest = Static<typeof RegisterRequest>;

export const RegisterResponse = Type.Object(
  { workerId: WorkerId, apiKey: WorkerKey },
  { additionalProperties: false },
);
export type RegisterResponse = Static<typeof RegisterResponse>;

export const ResumeResponse = Type.Object({ workerId: WorkerId }, { additionalProperties: false });

/**
 * Both keys are good until the new one is used for the first time, and the former one for a minute after that: calls under
 * way do not fail, and an answer that is lost costs nothing.
 */
export const KeyResponse = Type.Object({ apiKey: WorkerKey }, { additionalProperties: false });
export type KeyResponse = Static<typeof KeyResponse>;

/** Of the alias `/api/worker/register`. */
export const SnakeRegisterRequest = Type.Object(
  { worker_name: WorkerName, ...abilities, store: Type.Optional(StoreSide) },
  { additionalProperties: false },
);
export const SnakeRegisterResponse = Type.Object(
  { worker_id: WorkerId, api_key: WorkerKey },
  { additionalProperties: false },
);

export const WorkerHeartbeat = Type.Object(
  {
    draining: Type.Boolean(),
    waitSeconds: Type.Integer({
      minimum: 0,
      maximum: 10,
      default: 0,
      description: "How long to wait for an order",
    }),
  },
  { additionalProperties: false },
);
export type WorkerHeartbeat = Static<typeof WorkerHeartbeat>;

export const WorkerOrders = Type.Object(
  {
    // The default is for replicas of the API's version before, which give no orders.
    drain: Type.Boolean({
      default: false,
      description: "Take no more jobs, finish those that are under way, and end",
    }),
  },
  { additionalProperties: false },
);
export type WorkerOrders = Static<typeof WorkerOrders>;

/**
 * A worker keeps one connection open: when it breaks and the worker does not open another at once, its jobs go to others
 * without waiting for their leases. Both sides see by the lines that the other is there; proxies commonly cut what is
 * silent for 60 s.
 */
export const connectionLineMs = 15_000;
export const ConnectionRequest = Type.Object({}, { additionalProperties: false });

export const ClaimRequest = Type.Object({}, { additionalProperties: false });

export const ClaimAnyRequest = Type.Object(
  { waitSeconds: Type.Integer({ minimum: 0, maximum: 10, default: 0 }) },
  { additionalProperties: false },
);
export type ClaimAnyRequest = Static<typeof ClaimAnyRequest>;

/**
 * The right to work on a job until `leaseSeconds` after the last heartbeat. It holds what the worker needs, so that a
 * profile of the stack's config or of the job has to be known to the API alone. An API of the version before gives no
 * `profileDefinition`; the worker then takes its own file of the profile's name.
 */
export const Lease = Type.Object(
  {
    jobId: Type.String({ format: "uuid" }),
    attempt: Type.Integer({
      minimum: 1,
      description: "Fencing token: every later call carries it",
    }),
    // The default is for replicas of the API's version before, which know one kind.
    kind: Type.Enum(kinds, { default: "transcode" }),
    profile: ProfileName,
    profileDefinition: Type.Optional(Profile),
    edit: Type.Optional(LeasedEdit),
    leaseSeconds: Type.Integer(),
    heartbeatSeconds: Type.Integer(),
    source: Type.Union([
      Type.Object(
        { url: Type.String(), sizeBytes: Type.Integer() },
        { additionalProperties: false, description: "An upload in our store" },
      ),
      Type.Object(
        { externalUrl: Type.String() },
        {
          additionalProperties: false,
          description: "The client's URL, for workers that registered with the input `url`",
        },
      ),
      Type.Object(
        {
          tracks: Type.Array(
            Type.Object(
              {
                files: Type.Array(
                  Type.Object(
                    { url: Type.String(), sizeBytes: Type.Integer({ minimum: 1 }) },
                    { additionalProperties: false },
                  ),
                  { minItems: 1, description: "To be put together in this order" },
                ),
              },
              { additionalProperties: false },
            ),
            { minItems: 1, maxItems: 2, description: "Pictures, sound, or both" },
          ),
        },
        {
          additionalProperties: false,
          description:
            "What an earlier job made, for workers that state the feature `result-input`",
        },
      ),
    ]),
    requestId: Type.String({ description: "Of the submission; for log correlation" }),
    traceparent: Type.Optional({
      ...Traceparent,
      description: "Of the submission, if it is recorded",
    }),
  },
  { additionalProperties: false },
);
export type Lease = Static<typeof Lease>;

/** Only attempts at jobs that ask for it have an early stream. */
export const WorkerProgress = Type.Object(
  { ...Progress.properties, early: Type.Optional(EarlyStream) },
  { additionalProperties: false },
);
export type WorkerProgress = Static<typeof WorkerProgress>;

export const HeartbeatRequest = Type.Object(
  { progress: WorkerProgress },
  { additionalProperties: false },
);
export type HeartbeatRequest = Static<typeof HeartbeatRequest>;

/** `cancel`: the client asked for it, stop and fail nothing. `lost`: another attempt owns the job. */
export const HeartbeatResponse = Type.Object(
  { verdict: Type.Union([Type.Literal("continue"), Type.Literal("cancel"), Type.Literal("lost")]) },
  { additionalProperties: false },
);
export type HeartbeatResponse = Static<typeof HeartbeatResponse>;

/**
 * Bytes a second between worker and store. A worker gives up a source that comes slower than this on average, and an
 * address for uploads lives as long as they take at this rate.
 */
export const slowestBytesPerSecond = 128 * 1024;

/** A path under the attempt's prefix: no leading slash, no dot segments. */
export const OutputPath = Type.String({
  pattern: "^[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*){0,3}$",
  maxLength: 200,
});

/**
 * No file of a result is larger, but for those of a whole film, which are at most what one PUT carries. A segment has about
 * six seconds, which at twice the highest rate of a ladder (14 Mbit/s) are 21 MB; sound of a source without pictures and
 * subtitles are smaller.
 */
const maxOutputBytes = 256 * 1024 ** 2;

/** Bytes that a file of a result may have. The initialisation segment of a track is an MP4 file in a folder. */
export function largestOutput(path: string): number {
  return /^[^/]+\.(mp4|m4a)$/.test(path) ? maxPutBytes : maxOutputBytes;
}

export const UploadsRequest = Type.Object(
  {
    files: Type.Array(
      Type.Object(
        {
          path: OutputPath,
          sizeBytes: Type.Integer({ minimum: 1, maximum: maxPutBytes }),
          contentType: Type.Enum(outputMediaTypes, {
            description: "The type that belongs to the end of the path",
          }),
          md5: Type.Optional(
            Type.String({
              pattern: "^[A-Za-z0-9+/]{22}==$",
              description: "MD5 of the file in base64; the store refuses other bytes (RFC 1864)",
            }),
          ),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 100 },
    ),
  },
  { additionalProperties: false },
);
export type UploadsRequest = Static<typeof UploadsRequest>;

/**
 * One presigned PUT per file, in the order asked; the PUT must send these headers as they are. The store answers 412
 * when the file is there already: a HEAD to `check` says with what size.
 */
export const UploadsResponse = Type.Object(
  {
    uploads: Type.Array(
      Type.Object(
        {
          path: OutputPath,
          url: Type.String(),
          headers: Type.Record(Type.String(), Type.String()),
          check: Type.Optional(Type.String({ description: "For HEAD; as short-lived as `url`" })),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type UploadsResponse = Static<typeof UploadsResponse>;

export const CompleteRequest = JobResult;

/** Why an attempt failed, and what it had found in the source by then. */
export const FailRequest = Type.Object(
  {
    ...JobError.properties,
    source: Type.Optional(SourceInfo),
    usage: Type.Optional(Usage),
  },
  { additionalProperties: false },
);
export type FailRequest = Static<typeof FailRequest>;

export const ReleaseRequest = Type.Object(
  {
    reason: Type.Union([Type.Literal("draining"), Type.Literal("cancelled")]),
    usage: Type.Optional(Usage),
  },
  { additionalProperties: false },
);
export type ReleaseRequest = Static<typeof ReleaseRequest>;

export const Settled = Type.Object({ state: JobState }, { additionalProperties: false });
export type Settled = Static<typeof Settled>;
