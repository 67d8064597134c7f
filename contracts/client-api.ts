import { Type, type Static } from "typebox";
import {
  AudioTrackResult,
  Choice,
  JobError,
  JobKind,
  JobState,
  JobWarning,
  Priority,
  Progress,
  RenditionResult,
  SourceInfo,
  SubtitleResult,
  tiers,
  Timings,
  kinds,
} from "./job.ts";
import { jobKinds } from "./job-kinds.ts";
import { DubSummary } from "./dub.ts";
import { Edit } from "./edit.ts";
import { Deadline, Metadata } from "./job-request.ts";
import { JobFiles, Outputs } from "./outputs.ts";
import { SoundLoudness } from "./loudness.ts";
import { Ladder, Profile, ProfileName } from "./profile.ts";
import { QuotaUse } from "./project.ts";
import { Line } from "./text.ts";
import { TraceId } from "./trace.ts";
import { JobCost } from "./usage.ts";

/**
 * The client API (port 8000). Everything under /v1 but playback needs `Authorization: Bearer fw_live_…`:
 *
 *   POST   /v1/uploads                             (and more: upload.ts)
 *   POST   /v1/jobs                  CreateJob     → 202 Job          (header Idempotency-Key)
 *   GET    /v1/jobs                                → 200 JobList      (?state=&metadata=&limit=&cursor=)
 *   POST   /v1/jobs/plan             PlanJob       → 200 JobPlan      (nothing is stored)
 *   GET    /v1/jobs/:id                            → 200 Job
 *   POST   /v1/jobs/:id/cancel                     → 202 Job
 *   DELETE /v1/jobs/:id                            → 204
 *   GET    /v1/jobs/:id/events                     → 200 text/event-stream of JobEvent and JobProgress
 *   POST   /v1/projects                            (and more: project.ts)
 *   POST   /v1/api-keys              CreateApiKey  → 201 ApiKeyCreated
 *   GET    /v1/api-keys                            → 200 ApiKeyList   (?projectId=)
 *   DELETE /v1/api-keys/:id                        → 204
 *   POST   /v1/webhook-endpoints                   (and more: webhook.ts)
 *   POST   /v1/egress                              (and more: egress.ts)
 *   GET    /v1/audit                               → 200 AuditList    (audit.ts)
 *   GET    /v1/limits                              → 200 JobLimits
 *   GET    /v1/profiles                            → 200 ProfileList
 *   GET    /v1/profiles/:name                      → 200 ProfileView
 *   GET    /v1/playback/:token/*                   → the files of a published job, no key needed
 */
const strict = { additionalProperties: false };
const Id = Type.String({ format: "uuid" });
const Time = Type.String({ format: "date-time" });

/** An error answer (RFC 9457), sent as application/problem+json. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: "A URI that names the kind of problem" }),
    title: Type.String({ description: "The kind of problem, the same for every occurrence" }),
    status: Type.Integer(),
    code: Type.String({ description: "Machine-readable name of the kind of problem" }),
    detail: Type.Optional(Type.String({ description: "What is wrong here, and what to do" })),
    requestId: Type.String({ description: "Name it when you report the problem" }),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          { path: Type.String({ description: "Where in the request" }), message: Type.String() },
          strict,
        ),
      ),
    ),
    quota: Type.Optional({ ...QuotaUse, description: "The quota that is used up" }),
  },
  { ...strict, title: "Problem" },
);
export type Problem = Static<typeof Problem>;

export const ProfileView = Type.Object(
  {
    ...Profile.properties,
    tier: Type.Enum(tiers, { description: "Size of its jobs, by the tallest rung" }),
  },
  { ...strict, title: "ProfileView" },
);
export type ProfileView = Static<typeof ProfileView>;

export const ProfileList = Type.Object(
  { profiles: Type.Array(ProfileView, { description: "From small pictures to large ones" }) },
  { ...strict, title: "ProfileList" },
);
export type ProfileList = Static<typeof ProfileList>;

export const CreateJob = Type.Object(
  {
    kind: Type.Optional(Type.Enum(kinds, { default: "transcode" })),
    input: Type.Optional(jobKinds.transcode.input),
    uploadId: Type.Optional(
      Type.String({
        format: "uuid",
        deprecated: true,
        description: "The earlier form of `input: { uploadId }`; send one of both",
      }),
    ),
    ...jobKinds.transcode.options.properties,
    priority: Type.Optional(Priority),
    metadata: Type.Optional(Metadata),
    deadline: Type.Optional(Deadline),
  },
  {
    ...strict,
    title: "CreateJob",
    oneOf: [{ required: ["input"] }, { required: ["uploadId"] }],
    examples: [
      {
        kind: "transcode",
        input: { uploadId: "01939d2e-6a54-7c11-a4b1-0d9c5f0c3f10" },
        profile: "hls-1080p",
        priority: "normal",
        metadata: { customer: "42" },
      },
    ],
  },
);
export type CreateJob = Static<typeof CreateJob>;

/** How an attempt ended. `lost`: its worker fell silent and the lease ran out. */
export const AttemptOutcome = Type.Union([
  Type.Literal("running"),
  Type.Literal("succeeded"),
  Type.Literal("failed"),
  Type.Literal("released"),
  Type.Literal("cancelled"),
  Type.Literal("lost"),
]);
export type AttemptOutcome = Static<typeof AttemptOutcome>;

export const AttemptView = Type.Object(
  {
    number: Type.Integer({ minimum: 1 }),
    worker: Type.String({ description: "Name of the worker" }),
    outcome: AttemptOutcome,
    startedAt: Time,
    finishedAt: Type.Optional(Time),
    error: Type.Optional(JobError),
  },
  { ...strict, title: "Attempt" },
);
export type AttemptView = Static<typeof AttemptView>;

/** Jobs are counted up to here: a client needs no exact place in a queue of days. */
export const farthestQueuePosition = 10_000;

export const Job = Type.Object(
  {
    id: Id,
    kind: JobKind,
    state: JobState,
    profile: ProfileName,
    ladder: Type.Optional(Ladder),
    edit: Type.Optional(Edit),
    outputs: Outputs,
    priority: Priority,
    input: jobKinds.transcode.input,
    uploadId: Type.Optional(
      Type.String({ format: "uuid", deprecated: true, description: "Stands in `input`" }),
    ),
    fileName: Type.Optional(Type.String({ description: "`filename` of the upload" })),
    metadata: Metadata,
    deadline: Type.Optional(Time),
    createdAt: Time,
    startedAt: Type.Optional(Time),
    finishedAt: Type.Optional(Time),
    queuePosition: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: farthestQueuePosition,
        description:
          "Of a queued job: 1 is next among the project's jobs for the same workers. The maximum stands for all that are " +
          "farther. Not in lists",
      }),
    ),
    estimatedStartAt: Type.Optional(
      Type.String({
        format: "date-time",
        description:
          "Of a queued job: when its turn may come, by the jobs that run and the last that ended. Left out while that is unknown",
      }),
    ),
    cancelRequested: Type.Boolean({ description: "The job will end as cancelled" }),
    progress: Type.Optional(Progress),
    attempts: Type.Array(AttemptView, { description: "Oldest first" }),
    error: Type.Optional(JobError),
    playbackUrl: Type.Optional(
      Type.String({
        description:
          "Multivariant HLS playlist; needs no key, expires. Absent where `outputs` has neither `hls` nor `dash`",
      }),
    ),
    earlyPlaybackUrl: Type.Optional(
      Type.String({
        description:
          "Of a running job with `outputs.hls.early`: an HLS playlist of one rendition that grows while the job runs and ends " +
          "with it. What it shows is not verified yet. Answers 404 once the attempt has failed or was lost; a later attempt " +
          "has another URL. Needs no key, expires",
      }),
    ),
    posterUrl: Type.Optional(
      Type.String({ description: "Poster frame (JPEG), if there is a picture; expires likewise" }),
    ),
    playbackExpiresAt: Type.Optional(Time),
    durationSeconds: Type.Optional(Type.Number()),
    source: Type.Optional(SourceInfo),
    renditions: Type.Optional(Type.Array(RenditionResult)),
    results: Type.Optional(JobFiles),
    audioTracks: Type.Optional(Type.Array(AudioTrackResult)),
    subtitles: Type.Optional(Type.Array(SubtitleResult)),
    loudness: Type.Optional(
      Type.Array(SoundLoudness, { description: "Of profiles that state a loudness" }),
    ),
    dub: Type.Optional(DubSummary),
    warnings: Type.Optional(
      Type.Array(JobWarning, { description: "What was left out or repaired" }),
    ),
    choices: Type.Optional(Type.Array(Choice, { description: "What was chosen, and why" })),
    checks: Type.Optional(
      Type.Array(Type.String(), { description: "Verification steps that passed" }),
    ),
    timings: Type.Optional(Timings),
    cost: Type.Optional({ ...JobCost, description: "Of a job that has ended" }),
    traceId: Type.Optional(TraceId),
    queuedMs: Type.Optional(
      Type.Integer({ description: "From submission to the first attempt's start" }),
    ),
  },
  { ...strict, title: "Job" },
);
export type Job = Static<typeof Job>;

export const JobList = Type.Object(
  {
    jobs: Type.Array(Job, { description: "Newest first" }),
    nextCursor: Type.Optional(Type.String({ description: "Give it as `cursor` for older jobs" })),
  },
  { ...strict, title: "JobList" },
);
export type JobList = Static<typeof JobList>;

/** SSE event `state`: a change that is kept; its number is the SSE id. */
export const JobEvent = Type.Object(
  {
    id: Type.Integer({ description: "Grows within a job; resume with Last-Event-ID" }),
    type: Type.Union([
      Type.Literal("queued"),
      Type.Literal("running"),
      Type.Literal("requeued"),
      Type.Literal("cancel-requested"),
      Type.Literal("succeeded"),
      Type.Literal("failed"),
      Type.Literal("cancelled"),
    ]),
    jobId: Id,
    attempt: Type.Integer({ minimum: 0, description: "0 before the first attempt" }),
    at: Time,
    error: Type.Optional(JobError),
  },
  { ...strict, title: "JobEvent" },
);
export type JobEvent = Static<typeof JobEvent>;

/** SSE event `progress`: the latest figure only; carries no SSE id and is not replayed. */
export const JobProgress = Type.Object(
  { jobId: Id, attempt: Type.Integer({ minimum: 1 }), progress: Progress },
  { ...strict, title: "JobProgress" },
);
export type JobProgress = Static<typeof JobProgress>;

/** What a key may do. None contains another: who submits and looks has both. */
export const keyScopes = ["read", "submit", "admin", "platform"] as const;
const KeyScope = Type.Enum(keyScopes, {
  description:
    "`read` shows jobs and their events, `submit` uploads, creates, cancels and deletes, `admin` makes, lists and " +
    "revokes keys of its project and reads the audit log, `platform` makes projects and sets their quotas; with " +
    "`admin` it manages keys of every project",
});
export type KeyScope = Static<typeof KeyScope>;
export const defaultKeyScopes: readonly KeyScope[] = ["read", "submit"];

export const CreateApiKey = Type.Object(
  {
    name: Line({ minLength: 1, maxLength: 100, description: "What the key is for" }),
    projectId: Type.Optional(
      Type.String({
        format: "uuid",
        description: "The key's project; another than one's own needs the scope `platform`",
      }),
    ),
    scopes: Type.Optional(
      Type.Array(KeyScope, {
        minItems: 1,
        maxItems: keyScopes.length,
        uniqueItems: true,
        default: [...defaultKeyScopes],
      }),
    ),
  },
  {
    ...strict,
    title: "CreateApiKey",
    examples: [{ name: "web shop", scopes: ["read", "submit"] }],
  },
);
export type CreateApiKey = Static<typeof CreateApiKey>;

const apiKeyFields = {
  id: Id,
  name: Type.String(),
  scopes: Type.Array(KeyScope),
  prefix: Type.String({ description: "The key's first characters, to tell keys apart" }),
  createdAt: Time,
  lastUsedAt: Type.Optional(Time),
  revokedAt: Type.Optional(Time),
};
export const ApiKeyView = Type.Object(apiKeyFields, { ...strict, title: "ApiKey" });
export type ApiKeyView = Static<typeof ApiKeyView>;

export const ApiKeyCreated = Type.Object(
  { ...apiKeyFields, key: Type.String({ description: "Shown this once, kept only as a hash" }) },
  { ...strict, title: "ApiKeyCreated" },
);
export type ApiKeyCreated = Static<typeof ApiKeyCreated>;

export const ApiKeyList = Type.Object(
  { keys: Type.Array(ApiKeyView) },
  { ...strict, title: "ApiKeyList" },
);
export type ApiKeyList = Static<typeof ApiKeyList>;
