import { Type, type Static } from "typebox";
import { egressKinds, egressSourceKinds } from "./egress-kinds.ts";
import { EgressPage } from "./egress-page.ts";
import { Metadata } from "./job-request.ts";
import { ProfileName } from "./profile.ts";

/**
 * Egress: a live source becomes a recording. Routes of the client API:
 *
 *   POST   /v1/egress                CreateEgress → 202 Egress      (header Idempotency-Key)
 *   GET    /v1/egress                             → 200 EgressList  (?state=&limit=&cursor=)
 *   GET    /v1/egress/:id                         → 200 Egress
 *   POST   /v1/egress/:id/stop                    → 202 Egress
 *   DELETE /v1/egress/:id                         → 204
 *   GET    /v1/egress/:id/events                  → 200 text/event-stream of EgressEvent
 *   GET    /v1/recordings/:token/*                → playlist and files of a recording, no key needed
 */
const strict = { additionalProperties: false };
const Id = Type.String({ format: "uuid" });
const Time = Type.String({ format: "date-time" });

export const EgressSource = Type.Object(
  {
    kind: Type.Enum(egressSourceKinds, { description: "Protocol that the stream comes by" }),
    url: Type.String({
      pattern: "^[a-z]+://[!-~]+$",
      maxLength: 2048,
      description:
        "Where the stream is: rtmp://, rtsp:// or srt:// (as caller), an HLS playlist, a WHEP endpoint or a page by https://, or a " +
        "LiveKit room as livekit://room?participant=…&track=…. It may carry a key of yours: nobody is shown more than its host. " +
        "The password of a WHEP address is sent as its bearer token",
    }),
  },
  { ...strict, title: "EgressSource" },
);
export type EgressSource = Static<typeof EgressSource>;

/** Tracks that a source may have. */
export const egressTracks = ["video", "audio"] as const;
export type EgressTrack = (typeof egressTracks)[number];

export const EgressSnapshots = Type.Object(
  {
    everySeconds: Type.Integer({ minimum: 2, maximum: 3600, description: "Of the recording" }),
    width: Type.Optional(
      Type.Integer({ minimum: 16, maximum: 3840, default: 640, description: "In pixels" }),
    ),
  },
  { ...strict, title: "EgressSnapshots" },
);
export type EgressSnapshots = Static<typeof EgressSnapshots>;

export const EgressOutputs = Type.Object(
  {
    mp4: Type.Optional(
      Type.Boolean({
        default: true,
        description: "An MP4 file of the whole, made when the recording has ended",
      }),
    ),
    snapshots: Type.Optional(EgressSnapshots),
  },
  {
    ...strict,
    title: "EgressOutputs",
    description: "Beside HLS, which every recording has, playable while it grows",
  },
);

/** The MP4 goes to the store by one PUT, which takes 5 GiB. */
const egressMaxBytes = 5_000_000_000;
export const egressDefaults = {
  maxSeconds: 4 * 3600,
  maxBytes: egressMaxBytes,
  silentSeconds: 10,
  startWithinSeconds: 60,
} as const;

export const CreateEgress = Type.Object(
  {
    kind: Type.Optional(
      Type.Enum(egressKinds, {
        default: "record",
        description:
          "`record` keeps the stream, `snapshot` pictures of it alone; those with `web-` are for a source of kind web",
      }),
    ),
    source: EgressSource,
    page: Type.Optional(EgressPage),
    outputs: Type.Optional(EgressOutputs),
    height: Type.Optional(
      Type.Integer({
        minimum: 120,
        maximum: 2160,
        multipleOf: 2,
        description: "Makes the picture so tall; without it H.264 is kept as it comes",
      }),
    ),
    expect: Type.Optional(
      Type.Array(Type.Enum(egressTracks), {
        minItems: 1,
        maxItems: egressTracks.length,
        uniqueItems: true,
        description:
          "Tracks without which the recording fails: something of each has to come within startWithinSeconds",
      }),
    ),
    limits: Type.Optional(
      Type.Object(
        {
          maxSeconds: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 86_400, default: egressDefaults.maxSeconds }),
          ),
          maxBytes: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: egressMaxBytes,
              default: egressDefaults.maxBytes,
            }),
          ),
        },
        { ...strict, description: "The recording ends in order when it reaches one of them" },
      ),
    ),
    silentSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 3600,
        default: egressDefaults.silentSeconds,
        description:
          "The recording ends when nothing has come for so long. A source that is back earlier goes on in the same recording",
      }),
    ),
    startWithinSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 3600,
        default: egressDefaults.startWithinSeconds,
        description: "It fails when the source has not begun by then",
      }),
    ),
    region: Type.Optional(
      Type.String({
        pattern: "^[a-z0-9-]{1,40}$",
        description: "Only recorders of this region take it",
      }),
    ),
    metadata: Type.Optional(Metadata),
    then: Type.Optional(
      Type.Object(
        { profile: ProfileName },
        { ...strict, description: "A job that begins with the finished recording's MP4" },
      ),
    ),
  },
  {
    ...strict,
    title: "CreateEgress",
    examples: [
      {
        kind: "record",
        source: { kind: "rtmp", url: "rtmp://live.example.com/app/stage" },
        outputs: { mp4: true, snapshots: { everySeconds: 10 } },
        limits: { maxSeconds: 7200 },
        metadata: { event: "keynote" },
      },
    ],
  },
);
export type CreateEgress = Static<typeof CreateEgress>;

export const egressStates = [
  "queued",
  "running",
  "stopping",
  "stopped",
  "failed",
  "timed-out",
] as const;
export const EgressState = Type.Enum(egressStates, {
  description:
    "`queued` waits for a recorder, `running` records, `stopping` makes the last files, `stopped` has ended in order, " +
    "`failed` could not record, `timed-out` found no free recorder",
});
export type EgressState = Static<typeof EgressState>;

/** Why a recording ended in order. */
export const egressEnds = [
  "stop-requested",
  "source-ended",
  "source-silent",
  "max-seconds",
  "max-bytes",
] as const;
export type EgressEnd = (typeof egressEnds)[number];

/** Why it failed, or found no recorder. */
export const egressFailures = [
  "no-free-slot",
  "source-not-started",
  "source-refused",
  "track-missing",
  "page-not-loaded",
  "page-not-ready",
  "page-crashed",
  "page-hung",
  "recorder-lost",
  "disk-full",
  "output-failed",
  "defect",
] as const;
export type EgressFailure = (typeof egressFailures)[number];

export const EgressReason = Type.Object(
  {
    code: Type.Enum([...egressEnds, ...egressFailures]),
    message: Type.String({ description: "In one sentence" }),
  },
  { ...strict, title: "EgressReason" },
);
export type EgressReason = Static<typeof EgressReason>;

export const EgressSnapshot = Type.Object(
  { url: Type.String(), atSeconds: Type.Number({ description: "In the recording" }) },
  { ...strict, title: "EgressSnapshot" },
);

/** Snapshots that one answer shows; the latest ones. */
export const shownSnapshots = 100;

export const Egress = Type.Object(
  {
    id: Id,
    kind: Type.Enum(egressKinds),
    state: EgressState,
    source: Type.Object(
      { kind: Type.Enum(egressSourceKinds), host: Type.String() },
      { ...strict, description: "Without path and query, which may carry a key" },
    ),
    region: Type.Optional(Type.String()),
    metadata: Metadata,
    attempt: Type.Integer({ minimum: 0, description: "0 before a recorder has taken it" }),
    createdAt: Time,
    startedAt: Type.Optional({ ...Time, description: "When a recorder took it" }),
    firstMediaAt: Type.Optional({ ...Time, description: "From when the recording can be played" }),
    finishedAt: Type.Optional(Time),
    stopRequested: Type.Boolean(),
    reason: Type.Optional({ ...EgressReason, description: "Why it ended" }),
    durationSeconds: Type.Number({ description: "What is recorded so far" }),
    bytes: Type.Integer({ description: "Likewise" }),
    discontinuities: Type.Integer({
      description: "Times that the source or its recorder was gone",
    }),
    playbackUrl: Type.Optional(
      Type.String({
        description:
          "HLS playlist, while it grows and afterwards, once there is a segment; needs no key, expires",
      }),
    ),
    mp4: Type.Optional(
      Type.Object(
        {
          url: Type.String(),
          bytes: Type.Integer(),
          durationSeconds: Type.Number(),
          frames: Type.Optional(Type.Integer({ description: "Pictures that it has" })),
        },
        { ...strict, description: "Once it is made" },
      ),
    ),
    snapshots: Type.Optional(
      Type.Array(EgressSnapshot, { description: `Newest first, ${shownSnapshots} at most` }),
    ),
    screenshot: Type.Optional(
      Type.Object(
        { url: Type.String() },
        { ...strict, description: "How a page looked that did not become ready" },
      ),
    ),
    playbackExpiresAt: Type.Optional(Time),
    warnings: Type.Array(Type.String()),
    jobId: Type.Optional(Type.String({ format: "uuid", description: "The job of `then`" })),
  },
  { ...strict, title: "Egress" },
);
export type Egress = Static<typeof Egress>;

export const EgressList = Type.Object(
  {
    egress: Type.Array(Egress, { description: "Newest first" }),
    nextCursor: Type.Optional(Type.String({ description: "Give it as `cursor` for older ones" })),
  },
  { ...strict, title: "EgressList" },
);
export type EgressList = Static<typeof EgressList>;

export const egressEventTypes = [
  "queued",
  "running",
  "requeued",
  "stop-requested",
  "stopping",
  "stopped",
  "failed",
  "timed-out",
] as const;
export const EgressEvent = Type.Object(
  {
    id: Type.Integer({ description: "Grows within a task; resume with Last-Event-ID" }),
    type: Type.Enum(egressEventTypes),
    egressId: Id,
    attempt: Type.Integer({ minimum: 0 }),
    at: Time,
    reason: Type.Optional(EgressReason),
  },
  { ...strict, title: "EgressEvent" },
);
export type EgressEvent = Static<typeof EgressEvent>;
