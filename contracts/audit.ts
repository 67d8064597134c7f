import { Type, type Static } from "typebox";

/**
 * The audit log of the client API:
 *
 *   GET    /v1/audit                               → 200 AuditList    (?limit=&cursor=)
 */
const strict = { additionalProperties: false };

/** Every write of the client API, and registrations of workers by a token. */
export const auditActions = [
  "upload.create",
  "upload.complete",
  "upload.delete",
  "job.create",
  "job.cancel",
  "job.correct-transcript",
  "job.delete",
  "glossary.put",
  "glossary.delete",
  "egress.create",
  "egress.stop",
  "egress.delete",
  "api-key.create",
  "api-key.revoke",
  "project.create",
  "project.update",
  "webhook-endpoint.create",
  "webhook-endpoint.update",
  "webhook-endpoint.delete",
  "webhook-endpoint.rotate-secret",
  "webhook-endpoint.test",
  "webhook-delivery.redeliver",
  "worker-token.create",
  "worker-token.revoke",
  "worker.register",
  "worker.drain",
  "worker.revoke",
] as const;
export const AuditAction = Type.Enum(auditActions);
export type AuditAction = Static<typeof AuditAction>;

export const AuditEntry = Type.Object(
  {
    id: Type.Integer({ description: "Grows with time" }),
    at: Type.String({ format: "date-time" }),
    action: AuditAction,
    targetId: Type.String({ description: "Id of what was written; it may be deleted by now" }),
    keyId: Type.String({
      format: "uuid",
      description:
        "The key that the request carried; with a token, what its subject and issuer always give; of a worker's registration, its token",
    }),
    keyName: Type.String({
      description: "The key's name at that time; with a token, its subject and issuer",
    }),
    projectId: Type.String({ format: "uuid", description: "The project of that key or token" }),
    requestId: Type.String({
      description: "As in the answer's header X-Request-Id and in the log",
    }),
    address: Type.String({ description: "Where the request came from" }),
  },
  { ...strict, title: "AuditEntry" },
);
export type AuditEntry = Static<typeof AuditEntry>;

export const AuditList = Type.Object(
  {
    entries: Type.Array(AuditEntry, { description: "Newest first" }),
    nextCursor: Type.Optional(
      Type.String({ description: "Give it as `cursor` for older entries" }),
    ),
  },
  { ...strict, title: "AuditList" },
);
export type AuditList = Static<typeof AuditList>;
