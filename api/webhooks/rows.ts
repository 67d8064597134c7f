import type {
  DeliveryState,
  DisabledReason,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookEventType,
  WebhookFailure,
} from "@framewright/contracts/webhook.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";

export interface EndpointRow {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  readonly event_types: WebhookEventType[] | null;
  readonly disabled_at: Date | null;
  readonly disabled_reason: DisabledReason | null;
  readonly failing_since: Date | null;
  readonly previous_secret_until: Date | null;
  readonly created_at: Date;
}

export const selectEndpoints = `SELECT id, url, description, event_types, disabled_at, disabled_reason,
    failing_since, previous_secret_until, created_at
  FROM webhook_endpoints WHERE deleted_at IS NULL`;

function disabledBecause(reason: DisabledReason, { failing_since: since }: EndpointRow): string {
  const messages = {
    requested: "It was disabled by a request",
    gone: "The receiver answered 410: it wants no more events",
    failing: `Every attempt since ${since?.toISOString() ?? "days ago"} failed; the deliveries show why`,
  } as const satisfies Record<DisabledReason, string>;
  return messages[reason];
}

export function viewEndpoint(row: EndpointRow, now: Date = new Date()): WebhookEndpoint {
  const { disabled_at: at, disabled_reason: reason, previous_secret_until: until } = row;
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    ...(row.event_types && { eventTypes: row.event_types }),
    enabled: at === null,
    ...(at &&
      reason && {
        disabled: { at: at.toISOString(), reason, message: disabledBecause(reason, row) },
      }),
    ...(row.failing_since && { failingSince: row.failing_since.toISOString() }),
    ...(until && until > now && { previousSecretUntil: until.toISOString() }),
    createdAt: row.created_at.toISOString(),
  };
}

export async function readEndpoint(
  db: Queryable,
  projectId: string,
  endpointId: string,
): Promise<EndpointRow> {
  const { rows } = await db.query<EndpointRow>({
    name: "read-webhook-endpoint",
    text: `${selectEndpoints} AND project_id = $1 AND id = $2`,
    values: [projectId, endpointId],
  });
  const [row] = rows;
  if (!row) {
    const message = `There is no webhook endpoint ${endpointId}`;
    throw new AppError("webhook-endpoint-not-found", message);
  }
  return row;
}

export interface DeliveryRow {
  readonly id: string;
  readonly endpoint_id: string;
  readonly type: WebhookEventType;
  readonly job_id: string | null;
  readonly egress_id: string | null;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly next_attempt_at: Date;
  readonly last_error: WebhookFailure | null;
  readonly created_at: Date;
  readonly ended_at: Date | null;
}

export const deliveryColumns =
  "id, endpoint_id, type, job_id, egress_id, state, attempts, next_attempt_at, last_error, created_at, ended_at";

export function viewDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    endpointId: row.endpoint_id,
    type: row.type,
    ...(row.job_id !== null && { jobId: row.job_id }),
    ...(row.egress_id !== null && { egressId: row.egress_id }),
    state: row.state,
    attempts: row.attempts,
    ...(row.state === "pending" && { nextAttemptAt: row.next_attempt_at.toISOString() }),
    ...(row.last_error && { lastError: row.last_error }),
    createdAt: row.created_at.toISOString(),
    ...(row.ended_at && { endedAt: row.ended_at.toISOString() }),
  };
}
