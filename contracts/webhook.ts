import { Type, type Static } from "typebox";
import { JobError, JobKind, JobState } from "./job.ts";
import { EgressReason, EgressState } from "./egress.ts";
import { egressKinds } from "./egress-kinds.ts";
import { Metadata } from "./job-request.ts";
import { Line } from "./text.ts";

/**
 * Webhooks, by Standard Webhooks 1.0. Routes of the client API, all with the scope `admin`:
 *
 *   POST   /v1/webhook-endpoints            CreateWebhookEndpoint → 201 WebhookEndpointCreated
 *   GET    /v1/webhook-endpoints                                  → 200 WebhookEndpointList
 *   GET    /v1/webhook-endpoints/:id                              → 200 WebhookEndpoint
 *   PATCH  /v1/webhook-endpoints/:id        UpdateWebhookEndpoint → 200 WebhookEndpoint
 *   DELETE /v1/webhook-endpoints/:id                              → 204
 *   POST   /v1/webhook-endpoints/:id/rotate-secret  RotateSecret  → 200 RotatedSecret
 *   POST   /v1/webhook-endpoints/:id/test                         → 202 WebhookDelivery
 *   GET    /v1/webhook-endpoints/:id/deliveries                   → 200 WebhookDeliveryList (?state=&limit=&cursor=)
 *   GET    /v1/webhook-endpoints/:id/deliveries/:deliveryId       → 200 WebhookDeliveryDetail
 *   POST   /v1/webhook-endpoints/:id/deliveries/:deliveryId/redeliver → 202 WebhookDelivery
 *   POST   /v1/webhook-endpoints/:id/redeliver-failed  RedeliverFailed → 202 Redelivered
 */
const strict = { additionalProperties: false };
const Id = Type.String({ format: "uuid" });
const Time = Type.String({ format: "date-time" });

/** What a project can be told of: each change of a job's state. The trigger `announce_job` makes them. */
export const jobEventTypes = [
  "job.queued",
  "job.running",
  "job.requeued",
  "job.succeeded",
  "job.failed",
  "job.cancelled",
] as const;
/** And each change of a recording's state. The trigger `announce_egress` makes them. */
export const egressEventTypes = [
  "egress.queued",
  "egress.running",
  "egress.requeued",
  "egress.stopping",
  "egress.stopped",
  "egress.failed",
  "egress.timed-out",
] as const;
const stateEventTypes = [...jobEventTypes, ...egressEventTypes] as const;
/** Sent on request to one endpoint, whatever types it wants. */
export const testEventType = "webhook.test";

export const WebhookEventType = Type.Enum([...stateEventTypes, testEventType]);
export type WebhookEventType = Static<typeof WebhookEventType>;

const JobData = Type.Object(
  {
    jobId: Id,
    kind: JobKind,
    state: JobState,
    profile: Type.Optional(Type.String()),
    uploadId: Type.Optional(Id),
    attempt: Type.Integer({ minimum: 0, description: "0 before the first attempt" }),
    metadata: Metadata,
    createdAt: Time,
    startedAt: Type.Optional(Time),
    finishedAt: Type.Optional(Time),
    durationSeconds: Type.Optional(Type.Number({ description: "Of the media, once succeeded" })),
    error: Type.Optional(JobError),
  },
  { title: "WebhookJob", description: "The job at the moment of the change" },
);

const EgressData = Type.Object(
  {
    egressId: Id,
    kind: Type.Enum(egressKinds),
    state: EgressState,
    attempt: Type.Integer({ minimum: 0 }),
    metadata: Metadata,
    createdAt: Time,
    startedAt: Type.Optional(Time),
    finishedAt: Type.Optional(Time),
    durationSeconds: Type.Number({ description: "What was recorded by then" }),
    reason: Type.Optional(EgressReason),
  },
  { title: "WebhookEgress", description: "The recording at the moment of the change" },
);

/** The body of a request to a receiver. Fields are added over time: a receiver ignores what it does not know. */
export const WebhookEvent = Type.Object(
  {
    type: WebhookEventType,
    timestamp: Type.String({ format: "date-time", description: "When it happened" }),
    data: Type.Union([
      JobData,
      EgressData,
      Type.Object({ endpointId: Id }, { title: "WebhookTest", description: "Of a test event" }),
    ]),
  },
  { title: "WebhookEvent" },
);
export type WebhookEvent = Static<typeof WebhookEvent>;

/** Endpoints of one project. */
export const mostEndpoints = 20;

const Url = Type.String({
  minLength: 1,
  maxLength: 2048,
  pattern: "^https?://[!-~]+$",
  description:
    "Where events are sent by POST. It may carry a token of yours: administrators of the project see it, logs do not",
});
const Description = Line({ maxLength: 200, description: "What the endpoint is for" });
const EventTypes = Type.Array(Type.Enum(stateEventTypes), {
  minItems: 1,
  maxItems: stateEventTypes.length,
  uniqueItems: true,
  description: "Which events are sent; left out, all are",
});

export const CreateWebhookEndpoint = Type.Object(
  {
    url: Url,
    description: Type.Optional(Description),
    eventTypes: Type.Optional(EventTypes),
  },
  {
    ...strict,
    title: "CreateWebhookEndpoint",
    examples: [
      {
        url: "https://shop.example.com/hooks/videos",
        eventTypes: ["job.succeeded", "job.failed"],
      },
    ],
  },
);
export type CreateWebhookEndpoint = Static<typeof CreateWebhookEndpoint>;

export const UpdateWebhookEndpoint = Type.Object(
  {
    url: Type.Optional(Url),
    description: Type.Optional(Description),
    eventTypes: Type.Optional(
      Type.Union([EventTypes, Type.Null()], { description: "null is all of them" }),
    ),
    enabled: Type.Optional(
      Type.Boolean({
        description:
          "false sends nothing and records no new events; true goes on with what waited meanwhile",
      }),
    ),
  },
  { ...strict, title: "UpdateWebhookEndpoint", examples: [{ enabled: true }] },
);
export type UpdateWebhookEndpoint = Static<typeof UpdateWebhookEndpoint>;

/** `requested`: by PATCH. `gone`: the receiver answered 410. `failing`: it failed for days. */
export const disabledReasons = ["requested", "gone", "failing"] as const;
export type DisabledReason = (typeof disabledReasons)[number];

const endpointFields = {
  id: Id,
  url: Type.String(),
  description: Type.String(),
  eventTypes: Type.Optional(Type.Array(WebhookEventType, { description: "Left out: every type" })),
  enabled: Type.Boolean(),
  disabled: Type.Optional(
    Type.Object(
      {
        at: Time,
        reason: Type.Enum(disabledReasons),
        message: Type.String({ description: "Why, in one sentence" }),
      },
      { ...strict, description: "Why it is not enabled" },
    ),
  ),
  failingSince: Type.Optional({
    ...Time,
    description: "The first failure since the last success; failures for days disable the endpoint",
  }),
  previousSecretUntil: Type.Optional({
    ...Time,
    description: "Until then requests are signed with the previous secret as well",
  }),
  createdAt: Time,
};
export const WebhookEndpoint = Type.Object(endpointFields, { ...strict, title: "WebhookEndpoint" });
export type WebhookEndpoint = Static<typeof WebhookEndpoint>;

const Secret = Type.String({
  description: "`whsec_` and 32 bytes in base64. Shown this once, kept encrypted",
});

export const WebhookEndpointCreated = Type.Object(
  { ...endpointFields, secret: Secret },
  { ...strict, title: "WebhookEndpointCreated" },
);
export type WebhookEndpointCreated = Static<typeof WebhookEndpointCreated>;

export const WebhookEndpointList = Type.Object(
  { endpoints: Type.Array(WebhookEndpoint, { description: "Newest first" }) },
  { ...strict, title: "WebhookEndpointList" },
);
export type WebhookEndpointList = Static<typeof WebhookEndpointList>;

export const RotateSecret = Type.Object(
  {
    overlapHours: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 168,
        default: 24,
        description: "Hours for which the previous secret signs as well; 0 ends it at once",
      }),
    ),
  },
  { ...strict, title: "RotateSecret", examples: [{ overlapHours: 24 }] },
);
export type RotateSecret = Static<typeof RotateSecret>;

export const RotatedSecret = Type.Object(
  { secret: Secret, previousSecretUntil: Type.Optional(Time) },
  { ...strict, title: "RotatedSecret" },
);
export type RotatedSecret = Static<typeof RotatedSecret>;

/** `pending`: the next attempt is to come. `failed`: no attempt follows unless somebody asks for one. */
export const deliveryStates = ["pending", "succeeded", "failed"] as const;
export const DeliveryState = Type.Enum(deliveryStates);
export type DeliveryState = Static<typeof DeliveryState>;

/** Why an attempt failed. */
export const attemptFailures = [
  "status",
  "redirected",
  "gone",
  "timed-out",
  "url-refused",
  "host-unknown",
  "connection-failed",
  "tls-failed",
  "secret-unreadable",
  "sender-stopped",
] as const;
export type AttemptFailure = (typeof attemptFailures)[number];

const Failure = Type.Object(
  { code: Type.Enum(attemptFailures), message: Type.String() },
  { ...strict, title: "WebhookFailure" },
);
export type WebhookFailure = Static<typeof Failure>;

const deliveryFields = {
  id: Type.String({ format: "uuid", description: "With `msg_` before it, the header webhook-id" }),
  endpointId: Id,
  type: WebhookEventType,
  jobId: Type.Optional(Id),
  egressId: Type.Optional(Id),
  state: DeliveryState,
  attempts: Type.Integer({ minimum: 0, description: "Attempts so far" }),
  nextAttemptAt: Type.Optional({ ...Time, description: "While it is pending" }),
  lastError: Type.Optional(Failure),
  createdAt: Time,
  endedAt: Type.Optional(Time),
};
export const WebhookDelivery = Type.Object(deliveryFields, { ...strict, title: "WebhookDelivery" });
export type WebhookDelivery = Static<typeof WebhookDelivery>;

export const WebhookAttempt = Type.Object(
  {
    number: Type.Integer({ minimum: 1 }),
    startedAt: Time,
    finishedAt: Type.Optional({ ...Time, description: "Left out while it is under way" }),
    status: Type.Optional(Type.Integer({ description: "HTTP status of the answer" })),
    responseBody: Type.Optional(
      Type.String({ description: "The beginning of the answer's body, 4 KiB at most" }),
    ),
    error: Type.Optional(Failure),
  },
  { ...strict, title: "WebhookAttempt" },
);
export type WebhookAttempt = Static<typeof WebhookAttempt>;

/** The latest attempts alone are shown: one delivery can be asked for again and again. */
export const shownAttempts = 50;

export const WebhookDeliveryDetail = Type.Object(
  {
    ...deliveryFields,
    requestBody: Type.String({ description: "As it is sent, and signed, each time" }),
    log: Type.Array(WebhookAttempt, { description: `Newest first, ${shownAttempts} at most` }),
  },
  { ...strict, title: "WebhookDeliveryDetail" },
);
export type WebhookDeliveryDetail = Static<typeof WebhookDeliveryDetail>;

export const WebhookDeliveryList = Type.Object(
  {
    deliveries: Type.Array(WebhookDelivery, { description: "Newest first" }),
    nextCursor: Type.Optional(
      Type.String({ description: "Give it as `cursor` for older deliveries" }),
    ),
  },
  { ...strict, title: "WebhookDeliveryList" },
);
export type WebhookDeliveryList = Static<typeof WebhookDeliveryList>;

export const RedeliverFailed = Type.Object(
  { since: { ...Time, description: "Deliveries that failed for good at that time or later" } },
  { ...strict, title: "RedeliverFailed", examples: [{ since: "2026-11-21T10:00:00Z" }] },
);
export type RedeliverFailed = Static<typeof RedeliverFailed>;

export const Redelivered = Type.Object(
  {
    deliveries: Type.Integer({ description: "So many are pending again" }),
    isMore: Type.Boolean({ description: "There are more: send the same request again" }),
  },
  { ...strict, title: "Redelivered" },
);
export type Redelivered = Static<typeof Redelivered>;
