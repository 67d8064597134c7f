import {
  shownAttempts,
  testEventType,
  type DeliveryState,
  type Redelivered,
  type WebhookAttempt,
  type WebhookDelivery,
  type WebhookDeliveryDetail,
  type WebhookEvent,
  type WebhookFailure,
} from "@framewright/contracts/webhook.ts";
import { recordWrite, type Actor } from "../audit-log.ts";
import type { Db, Queryable } from "../backends/db.ts";
import { AppError, refusedFields } from "../errors.ts";
import { newId } from "../ids.ts";
import { deliveryColumns, readEndpoint, viewDelivery, type DeliveryRow } from "./rows.ts";

/** Deliveries that one request makes pending again: more would take longer than a statement may. */
const redeliveredAtOnce = 5_000;

export interface DeliveryFilter {
  readonly endpointId: string;
  readonly state: DeliveryState | undefined;
  readonly olderThan: string | undefined;
  readonly limit: number;
}

/** The log of what was sent to an endpoint, and what sends it again. */
export interface DeliveryStore {
  list(projectId: string, filter: DeliveryFilter): Promise<WebhookDelivery[]>;
  get(projectId: string, endpointId: string, deliveryId: string): Promise<WebhookDeliveryDetail>;
  sendTest(by: Actor, endpointId: string): Promise<WebhookDelivery>;
  redeliver(by: Actor, endpointId: string, deliveryId: string): Promise<WebhookDelivery>;
  redeliverFailed(by: Actor, endpointId: string, since: string): Promise<Redelivered>;
}

/** As JSON has it. */
interface AttemptRow {
  readonly number: number;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly status: number | null;
  readonly response_body: string | null;
  readonly error: WebhookFailure | null;
}

function viewAttempt(row: AttemptRow): WebhookAttempt {
  return {
    number: row.number,
    startedAt: new Date(row.started_at).toISOString(),
    ...(row.finished_at !== null && { finishedAt: new Date(row.finished_at).toISOString() }),
    ...(row.status !== null && { status: row.status }),
    ...(row.response_body !== null && { responseBody: row.response_body }),
    ...(row.error && { error: row.error }),
  };
}

function notFound(deliveryId: string): AppError {
  const message = `There is no delivery ${deliveryId} to this endpoint`;
  return new AppError("webhook-delivery-not-found", message);
}

/** What a disabled endpoint is not sent. */
async function requireEnabled(db: Queryable, projectId: string, endpointId: string): Promise<void> {
  const { disabled_at: disabled } = await readEndpoint(db, projectId, endpointId);
  if (disabled === null) return;
  throw new AppError(
    "webhook-endpoint-disabled",
    `Webhook endpoint ${endpointId} is disabled; enable it first by PATCH with "enabled": true`,
  );
}

async function list(
  db: Queryable,
  projectId: string,
  { endpointId, state, olderThan, limit }: DeliveryFilter,
): Promise<WebhookDelivery[]> {
  await readEndpoint(db, projectId, endpointId);
  const { rows } = await db.query<DeliveryRow>({
    name: "list-webhook-deliveries",
    text: `SELECT ${deliveryColumns} FROM webhook_deliveries
           WHERE endpoint_id = $1 AND ($2::text IS NULL OR state = $2)
             AND ($3::uuid IS NULL OR id < $3)
           ORDER BY id DESC LIMIT $4`,
    values: [endpointId, state ?? null, olderThan ?? null, limit],
  });
  return rows.map(viewDelivery);
}

async function get(
  db: Queryable,
  endpointId: string,
  deliveryId: string,
): Promise<WebhookDeliveryDetail> {
  const { rows } = await db.query<
    DeliveryRow & { readonly body: string; readonly log: AttemptRow[] }
  >({
    name: "read-webhook-delivery",
    // One statement: the state and the log are of the same moment.
    text: `SELECT ${deliveryColumns}, body, coalesce((
             SELECT json_agg(latest ORDER BY latest.number DESC) FROM (
               SELECT number, started_at, finished_at, status, response_body, error
               FROM webhook_attempts WHERE delivery_id = $2 ORDER BY number DESC LIMIT $3) AS latest),
             '[]') AS log
           FROM webhook_deliveries WHERE endpoint_id = $1 AND id = $2`,
    values: [endpointId, deliveryId, shownAttempts],
  });
  const [row] = rows;
  if (!row) throw notFound(deliveryId);
  return { ...viewDelivery(row), requestBody: row.body, log: row.log.map(viewAttempt) };
}

async function sendTest(client: Queryable, by: Actor, endpointId: string) {
  await requireEnabled(client, by.projectId, endpointId);
  const event: WebhookEvent = {
    type: testEventType,
    timestamp: new Date().toISOString(),
    data: { endpointId },
  };
  const { rows } = await client.query<DeliveryRow>({
    name: "add-webhook-test",
    text: `INSERT INTO webhook_deliveries (id, endpoint_id, type, body) VALUES ($1, $2, $3, $4)
           RETURNING ${deliveryColumns}`,
    values: [newId(), endpointId, event.type, JSON.stringify(event)],
  });
  await recordWrite(client, by, "webhook-endpoint.test", endpointId);
  const [row] = rows;
  if (!row) throw new Error(`no test was written for webhook endpoint ${endpointId}`);
  return viewDelivery(row);
}

/** From the start of the schedule. An attempt that is under way ends first. */
const again = `state = 'pending', failures = 0, next_attempt_at = now(), ended_at = NULL`;

async function redeliver(client: Queryable, by: Actor, endpointId: string, deliveryId: string) {
  await requireEnabled(client, by.projectId, endpointId);
  const { rows } = await client.query<DeliveryRow>({
    name: "redeliver-webhook",
    text: `UPDATE webhook_deliveries SET ${again} WHERE endpoint_id = $1 AND id = $2
           RETURNING ${deliveryColumns}`,
    values: [endpointId, deliveryId],
  });
  const [row] = rows;
  if (!row) throw notFound(deliveryId);
  await recordWrite(client, by, "webhook-delivery.redeliver", deliveryId);
  return viewDelivery(row);
}

/** RFC 3339 has leap seconds, and JavaScript has none. */
function timeOf(text: string): Date {
  const at = new Date(text.replace(/:60(?=[.Zz+-])/, ":59"));
  if (!Number.isNaN(at.getTime())) return at;
  throw refusedFields("invalid-request", {
    path: "body/since",
    message: `must be a time that can be compared, but is ${text}`,
  });
}

async function redeliverFailed(client: Queryable, by: Actor, endpointId: string, since: string) {
  await requireEnabled(client, by.projectId, endpointId);
  const { rowCount } = await client.query({
    name: "redeliver-failed-webhooks",
    text: `UPDATE webhook_deliveries SET ${again} WHERE id IN (
             SELECT id FROM webhook_deliveries
             WHERE endpoint_id = $1 AND state = 'failed' AND ended_at >= $2
             ORDER BY ended_at LIMIT $3 FOR UPDATE)`,
    values: [endpointId, timeOf(since), redeliveredAtOnce],
  });
  await recordWrite(client, by, "webhook-delivery.redeliver", endpointId);
  const deliveries = rowCount ?? 0;
  return { deliveries, isMore: deliveries === redeliveredAtOnce };
}

export function createDeliveryStore(db: Db): DeliveryStore {
  return {
    list: (projectId, filter) => list(db, projectId, filter),
    get: async (projectId, endpointId, deliveryId) => {
      await readEndpoint(db, projectId, endpointId);
      return get(db, endpointId, deliveryId);
    },
    sendTest: (by, endpointId) => db.tx((client) => sendTest(client, by, endpointId)),
    redeliver: (by, endpointId, deliveryId) =>
      db.tx((client) => redeliver(client, by, endpointId, deliveryId)),
    redeliverFailed: (by, endpointId, since) =>
      db.tx((client) => redeliverFailed(client, by, endpointId, since)),
  };
}
