import { createHash } from "node:crypto";
import type { CreateEgress, EgressSource } from "@framewright/contracts/egress.ts";
import {
  egressKindFacts,
  egressSourceSchemes,
  keepsStream,
} from "@framewright/contracts/egress-kinds.ts";
import { recordWrite, type Actor } from "../audit-log.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError, refusedFields } from "../errors.ts";
import { newId } from "../ids.ts";
import { requireRoom } from "../projects/quotas.ts";
import { addEgressEvent, type EgressContext } from "./context.ts";
import type { EgressRequest } from "./rows.ts";

export interface EgressSubmission extends Actor {
  readonly body: CreateEgress;
  readonly idempotencyKey: string | undefined;
}

/** By the names of fields, so that their order plays no part. */
function digestOf(body: CreateEgress): Buffer {
  const sorted = (_name: string, value: unknown): unknown =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)),
        )
      : value;
  return createHash("sha256").update(JSON.stringify(body, sorted)).digest();
}

/** What can be seen of the source itself; where its name leads is for the recorder to look at, when it connects. */
function requireSource({ sources }: EgressContext["settings"], { kind, url }: EgressSource): URL {
  if (sources.length === 0) {
    throw new AppError(
      "egress-off",
      "Nothing is recorded here; have the operator set egress.enabled of the stack",
    );
  }
  if (!sources.includes(kind)) {
    const message = `is ${kind}; recorders of this stack take ${sources.join(", ")}`;
    throw refusedFields("source-refused", { path: "body/source/kind", message });
  }
  const schemes: readonly string[] = egressSourceSchemes[kind];
  const parsed = URL.parse(url);
  if (
    parsed === null ||
    parsed.hostname === "" ||
    !schemes.includes(parsed.protocol.slice(0, -1))
  ) {
    const message = `is no URL of a source of kind ${kind}; it begins with ${schemes.join(":// or ")}://`;
    throw refusedFields("source-refused", { path: "body/source/url", message });
  }
  return parsed;
}

/** Pages are recorded by recorders of their own: the kind says so, as it does in the queues. */
function requireKind({ kind = "record", source, page }: CreateEgress): void {
  const isPage = source.kind === "web";
  if (egressKindFacts[kind].ofPage !== isPage) {
    const fitting = isPage ? "web-record or web-snapshot" : "record or snapshot";
    const message = `is ${kind}; a source of kind ${source.kind} needs ${fitting}`;
    throw refusedFields("invalid-request", { path: "body/kind", message });
  }
  if (page !== undefined && !isPage) {
    const message = "is for a source of kind web; leave it out";
    throw refusedFields("invalid-request", { path: "body/page", message });
  }
}

/** What could not go together later is refused now. */
function requireParts(context: EgressContext, body: CreateEgress): void {
  const { kind = "record", outputs, then } = body;
  requireKind(body);
  if (!keepsStream(kind) && outputs?.snapshots === undefined) {
    const message = `has no snapshots; a task of kind ${kind} makes nothing else`;
    throw refusedFields("invalid-request", { path: "body/outputs", message });
  }
  if (then === undefined) return;
  if (!keepsStream(kind) || outputs?.mp4 === false) {
    const message = "needs the MP4 of a recording; leave outputs.mp4 out";
    throw refusedFields("invalid-request", { path: "body/then", message });
  }
  if (!context.profiles.has(then.profile)) {
    const message = `must be one of ${[...context.profiles.keys()].join(", ")}, but is "${then.profile}"`;
    throw refusedFields("profile-unknown", { path: "body/then/profile", message });
  }
}

async function findEarlier(
  db: Queryable,
  { projectId, idempotencyKey, body }: EgressSubmission,
): Promise<string | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const { rows } = await db.query<{ id: string; idempotency_digest: Buffer }>({
    name: "egress-by-idempotency-key",
    text: "SELECT id, idempotency_digest FROM egress_tasks WHERE project_id = $1 AND idempotency_key = $2",
    values: [projectId, idempotencyKey],
  });
  const [row] = rows;
  if (row && !row.idempotency_digest.equals(digestOf(body))) {
    throw new AppError(
      "idempotency-key-reused",
      "This Idempotency-Key was sent with another body; use a new key for a new recording",
    );
  }
  return row?.id;
}

function requestOf(body: CreateEgress): EgressRequest {
  const { page, outputs, height, expect, limits, silentSeconds, startWithinSeconds, then } = body;
  return { page, outputs, height, expect, limits, silentSeconds, startWithinSeconds, then };
}

async function insert(
  client: Queryable,
  submission: EgressSubmission,
  url: URL,
): Promise<string | undefined> {
  const { body, projectId, idempotencyKey, requestId, keyId, keyName, address } = submission;
  await requireRoom(client, projectId, 0);
  const id = newId();
  const { rowCount } = await client.query({
    name: "insert-egress",
    text: `INSERT INTO egress_tasks (id, project_id, kind, source_kind, source_host, source_url, region, request,
             metadata, created_by, request_id, idempotency_key, idempotency_digest)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
           ON CONFLICT (project_id, idempotency_key) DO NOTHING`,
    values: [
      ...[id, projectId, body.kind ?? "record", body.source.kind, url.hostname, body.source.url],
      ...[body.region ?? null, requestOf(body), body.metadata ?? {}],
      ...[{ keyId, keyName, address }, requestId, idempotencyKey ?? null],
      idempotencyKey === undefined ? null : digestOf(body),
    ],
  });
  if (rowCount !== 1) return undefined;
  await addEgressEvent(client, { egressId: id, type: "queued", attempt: 0 });
  await recordWrite(client, submission, "egress.create", id);
  return id;
}

/** Accepts a task and gives its id; a repeated Idempotency-Key gives that of the first request. */
export async function createEgress(
  context: EgressContext,
  submission: EgressSubmission,
): Promise<string> {
  const earlier = await findEarlier(context.db, submission);
  if (earlier !== undefined) return earlier;
  const url = requireSource(context.settings, submission.body.source);
  requireParts(context, submission.body);
  const id = await context.db.tx((client) => insert(client, submission, url));
  if (id !== undefined) {
    context.notifier.egressGrew();
    return id;
  }
  const winner = await findEarlier(context.db, submission);
  if (winner !== undefined) return winner;
  throw new Error("the recording with this Idempotency-Key has disappeared");
}
