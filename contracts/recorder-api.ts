import { Type, type Static } from "typebox";
import {
  CreateEgress,
  EgressReason,
  EgressSource,
  EgressState,
  egressTracks,
  EgressSnapshots,
} from "./egress.ts";
import { egressKinds, egressSourceKinds } from "./egress-kinds.ts";
import { EgressPage } from "./egress-page.ts";
import { OutputPath } from "./worker-api.ts";

/**
 * What recorders ask of the worker API (port 9002), each request with `Authorization: Bearer <ticket of its own name>`
 * (`runtime/worker-ticket.ts`) and the name as `X-Recorder`:
 *
 *   POST /v1/egress/claim                        EgressClaim      → 200 EgressLease | 204 (nothing to do)
 *   POST /v1/egress/:id/attempts/:n/heartbeat    EgressHeartbeat  → EgressOrders
 *   POST /v1/egress/:id/attempts/:n/uploads      UploadsRequest   → UploadsResponse | 409 lost
 *   POST /v1/egress/:id/attempts/:n/segments     EgressSegments   → EgressOrders | 409 lost
 *   POST /v1/egress/:id/attempts/:n/snapshots    EgressPictures   → EgressOrders | 409 lost
 *   POST /v1/egress/:id/attempts/:n/stopping     EgressStopping   → EgressOrders | 409 lost
 *   POST /v1/egress/:id/attempts/:n/parts        EgressPartsRequest → EgressParts | 409 lost
 *   POST /v1/egress/:id/attempts/:n/complete     EgressComplete   → EgressSettled | 409 lost
 *   POST /v1/egress/:id/attempts/:n/fail         EgressFail       → EgressSettled | 409 lost
 *   POST /v1/egress/:id/attempts/:n/release      {}               → EgressSettled | 409 lost
 */
const strict = { additionalProperties: false };

/** Longest wait of a claim and of a heartbeat for something to happen. */
export const longestWaitSeconds = 15;
const waitSeconds = Type.Integer({ minimum: 0, maximum: longestWaitSeconds });

export const EgressClaim = Type.Object(
  {
    kinds: Type.Array(Type.Enum(egressKinds), { minItems: 1, uniqueItems: true }),
    sources: Type.Array(Type.Enum(egressSourceKinds), { minItems: 1, uniqueItems: true }),
    region: Type.Optional(CreateEgress.properties.region),
    waitSeconds,
  },
  strict,
);
export type EgressClaim = Static<typeof EgressClaim>;

export const EgressLease = Type.Object(
  {
    egressId: Type.String({ format: "uuid" }),
    attempt: Type.Integer({ minimum: 1 }),
    kind: Type.Enum(egressKinds),
    source: EgressSource,
    page: Type.Optional(EgressPage),
    mp4: Type.Boolean(),
    snapshots: Type.Optional(EgressSnapshots),
    height: Type.Optional(Type.Integer()),
    expect: Type.Array(Type.Enum(egressTracks)),
    maxSeconds: Type.Integer(),
    maxBytes: Type.Integer(),
    silentSeconds: Type.Integer(),
    startWithinSeconds: Type.Integer(),
    soFar: Type.Object(
      { seconds: Type.Number(), bytes: Type.Integer() },
      { ...strict, description: "What earlier attempts have recorded" },
    ),
    finishOnly: Type.Boolean({ description: "The recording has ended; its files are to be made" }),
    leaseSeconds: Type.Integer(),
    heartbeatSeconds: Type.Integer(),
  },
  { title: "EgressLease" },
);
export type EgressLease = Static<typeof EgressLease>;

export const EgressHeartbeat = Type.Object({ waitSeconds }, strict);
export const EgressOrders = Type.Object({
  verdict: Type.Enum(["continue", "stop", "lost"], {
    description: "`stop`: end the recording in order. `lost`: the task is another's, or gone",
  }),
});
export type EgressOrders = Static<typeof EgressOrders>;

const Part = Type.Integer({ minimum: 0, maximum: 9_999 });

/** A segment that the store has confirmed. Parts of an attempt have an initialisation segment each. */
export const EgressSegment = Type.Object(
  {
    part: Part,
    number: Type.Integer({ minimum: 0, maximum: 9_999_999 }),
    path: OutputPath,
    initPath: OutputPath,
    initBytes: Type.Integer({ minimum: 1 }),
    seconds: Type.Number({ exclusiveMinimum: 0, maximum: 3600 }),
    bytes: Type.Integer({ minimum: 1 }),
    at: Type.String({ format: "date-time", description: "When its first picture was recorded" }),
  },
  strict,
);
export type EgressSegment = Static<typeof EgressSegment>;

export const EgressSegments = Type.Object(
  { segments: Type.Array(EgressSegment, { minItems: 1, maxItems: 100 }) },
  strict,
);
export const EgressPictures = Type.Object(
  {
    pictures: Type.Array(
      Type.Object(
        {
          path: OutputPath,
          bytes: Type.Integer({ minimum: 1 }),
          atSeconds: Type.Number({ minimum: 0 }),
        },
        strict,
      ),
      { minItems: 1, maxItems: 100 },
    ),
  },
  strict,
);
export type EgressPictures = Static<typeof EgressPictures>;

/** The recording has ended, and why. */
export const EgressStopping = Type.Object({ reason: EgressReason }, strict);

/** Segments that one answer has, each with addresses to read it from. */
export const partsPage = 500;
export const EgressPartsRequest = Type.Object({ offset: Type.Integer({ minimum: 0 }) }, strict);
export const EgressParts = Type.Object({
  segments: Type.Array(
    Type.Object(
      {
        part: Type.String({ description: "The same for all that share an initialisation segment" }),
        initUrl: Type.String(),
        url: Type.String(),
        seconds: Type.Number(),
      },
      strict,
    ),
    { description: "In the order of the recording" },
  ),
});
export type EgressParts = Static<typeof EgressParts>;

export const EgressComplete = Type.Object(
  {
    mp4: Type.Optional(
      Type.Object(
        {
          path: OutputPath,
          bytes: Type.Integer({ minimum: 1 }),
          seconds: Type.Number(),
          frames: Type.Optional(Type.Integer()),
        },
        strict,
      ),
    ),
    warnings: Type.Array(Type.String({ maxLength: 500 }), { maxItems: 50 }),
  },
  strict,
);
export type EgressComplete = Static<typeof EgressComplete>;

export const EgressFail = Type.Object(
  {
    reason: EgressReason,
    again: Type.Boolean({ description: "Another attempt may go better" }),
    screenshot: Type.Optional(
      Type.Object({ path: OutputPath, bytes: Type.Integer({ minimum: 1 }) }, strict),
    ),
  },
  strict,
);
export type EgressFail = Static<typeof EgressFail>;

export const EgressSettled = Type.Object({ state: EgressState });
export type EgressSettled = Static<typeof EgressSettled>;
