import {
  mostEndpoints,
  type CreateWebhookEndpoint,
  type RotatedSecret,
  type RotateSecret,
  type UpdateWebhookEndpoint,
  type WebhookEndpoint,
  type WebhookEndpointCreated,
} from "@framewright/contracts/webhook.ts";
import { checkUrl, TargetRefused, type OutboundPolicy } from "@framewright/runtime/outbound-url.ts";
import { recordWrite, type Actor } from "../audit-log.ts";
import type { Db, Queryable } from "../backends/db.ts";
import { AppError, refusedFields } from "../errors.ts";
import { newId } from "../ids.ts";
import { readEndpoint, selectEndpoints, viewEndpoint, type EndpointRow } from "./rows.ts";
import { createSecretBox, generateSecret, type SecretBox } from "./secret.ts";
import type { Webhooks } from "./settings.ts";

/** Where a project is told of its jobs. */
export interface EndpointStore {
  create(by: Actor, request: CreateWebhookEndpoint): Promise<WebhookEndpointCreated>;
  list(projectId: string): Promise<WebhookEndpoint[]>;
  get(projectId: string, endpointId: string): Promise<WebhookEndpoint>;
  update(by: Actor, endpointId: string, request: UpdateWebhookEndpoint): Promise<WebhookEndpoint>;
  delete(by: Actor, endpointId: string): Promise<void>;
  rotateSecret(by: Actor, endpointId: string, request: RotateSecret): Promise<RotatedSecret>;
}

interface Context {
  readonly db: Db;
  readonly policy: OutboundPolicy;
  readonly secrets: SecretBox;
}

/** What can be seen of a URL; where its name leads is checked each time that something is sent. */
function requireAllowed(url: string, policy: OutboundPolicy): void {
  try {
    checkUrl(url, policy);
  } catch (error) {
    if (!(error instanceof TargetRefused)) throw error;
    throw refusedFields("webhook-url-refused", { path: "body/url", message: error.message });
  }
}

/** The project's row is locked until the endpoint is there: no other request takes the last place too. */
async function requireRoom(client: Queryable, projectId: string): Promise<void> {
  await client.query("SELECT 1 FROM projects WHERE id = $1 FOR NO KEY UPDATE", [projectId]);
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM webhook_endpoints
     WHERE project_id = $1 AND deleted_at IS NULL`,
    [projectId],
  );
  const count = rows[0]?.count ?? 0;
  if (count < mostEndpoints) return;
  const message = `The project has ${count} webhook endpoints, and ${mostEndpoints} may be; delete one first`;
  throw new AppError("too-many-webhook-endpoints", message);
}

async function create(
  { db, policy, secrets }: Context,
  by: Actor,
  { url, description = "", eventTypes }: CreateWebhookEndpoint,
): Promise<WebhookEndpointCreated> {
  requireAllowed(url, policy);
  const [id, secret] = [newId(), generateSecret()];
  const row = await db.tx(async (client) => {
    await requireRoom(client, by.projectId);
    await client.query({
      name: "create-webhook-endpoint",
      text: `INSERT INTO webhook_endpoints (id, project_id, url, description, event_types, secret)
             VALUES ($1, $2, $3, $4, $5, $6)`,
      values: [id, by.projectId, url, description, eventTypes ?? null, secrets.seal(secret, id)],
    });
    await recordWrite(client, by, "webhook-endpoint.create", id);
    return readEndpoint(client, by.projectId, id);
  });
  return { ...viewEndpoint(row), secret };
}

/** What was pending waits while the endpoint is disabled; enabling forgets its failures. */
async function setEnabled(client: Queryable, id: string, enabled: boolean): Promise<void> {
  await client.query(
    enabled
      ? {
          name: "enable-webhook-endpoint",
          text: `UPDATE webhook_endpoints SET disabled_at = NULL, disabled_reason = NULL,
                   failing_since = NULL, last_failure_at = NULL
                 WHERE id = $1 AND disabled_at IS NOT NULL AND deleted_at IS NULL`,
          values: [id],
        }
      : {
          name: "switch-off-webhook-endpoint",
          text: `UPDATE webhook_endpoints SET disabled_at = now(), disabled_reason = 'requested'
                 WHERE id = $1 AND disabled_at IS NULL`,
          values: [id],
        },
  );
}

async function update(
  { db, policy }: Context,
  by: Actor,
  id: string,
  { url, description, eventTypes, enabled }: UpdateWebhookEndpoint,
): Promise<WebhookEndpoint> {
  if (url !== undefined) requireAllowed(url, policy);
  const row = await db.tx(async (client) => {
    await readEndpoint(client, by.projectId, id);
    await client.query({
      name: "update-webhook-endpoint",
      text: `UPDATE webhook_endpoints SET url = coalesce($2, url),
               description = coalesce($3, description),
               event_types = CASE WHEN $4 THEN $5 ELSE event_types END
             WHERE id = $1`,
      values: [id, url ?? null, description ?? null, eventTypes !== undefined, eventTypes ?? null],
    });
    if (enabled !== undefined) await setEnabled(client, id, enabled);
    await recordWrite(client, by, "webhook-endpoint.update", id);
    return readEndpoint(client, by.projectId, id);
  });
  return viewEndpoint(row);
}

/** Nothing is sent from here on; retention deletes the deliveries, which may be many, and the row after them. */
async function deleteEndpoint({ db }: Context, by: Actor, id: string): Promise<void> {
  await db.tx(async (client) => {
    await readEndpoint(client, by.projectId, id);
    await client.query({
      name: "delete-webhook-endpoint",
      text: `UPDATE webhook_endpoints SET deleted_at = now(),
               disabled_at = coalesce(disabled_at, now()),
               disabled_reason = coalesce(disabled_reason, 'requested')
             WHERE id = $1 AND deleted_at IS NULL`,
      values: [id],
    });
    await recordWrite(client, by, "webhook-endpoint.delete", id);
  });
}

async function rotateSecret(
  { db, secrets }: Context,
  by: Actor,
  id: string,
  { overlapHours = 24 }: RotateSecret,
): Promise<RotatedSecret> {
  const secret = generateSecret();
  const row = await db.tx(async (client) => {
    await readEndpoint(client, by.projectId, id);
    await client.query({
      name: "rotate-webhook-secret",
      text: `UPDATE webhook_endpoints SET previous_secret = secret, secret = $2,
               previous_secret_until = now() + make_interval(hours => $3)
             WHERE id = $1`,
      values: [id, secrets.seal(secret, id), overlapHours],
    });
    await recordWrite(client, by, "webhook-endpoint.rotate-secret", id);
    return readEndpoint(client, by.projectId, id);
  });
  const { previousSecretUntil } = viewEndpoint(row);
  return { secret, ...(previousSecretUntil !== undefined && { previousSecretUntil }) };
}

/** @param webhooks undefined where the stack has none: then nobody can make an endpoint */
export function createEndpointStore(db: Db, webhooks: Webhooks | undefined): EndpointStore {
  const context = (): Context => {
    if (webhooks === undefined) {
      throw new AppError(
        "webhooks-off",
        "This stack sends no webhooks; its operator can turn them on",
      );
    }
    return { db, policy: webhooks.policy, secrets: createSecretBox(webhooks.key) };
  };
  return {
    create: async (by, request) => create(context(), by, request),
    list: async (projectId) => {
      const { rows } = await db.query<EndpointRow>({
        name: "list-webhook-endpoints",
        text: `${selectEndpoints} AND project_id = $1 ORDER BY id DESC`,
        values: [projectId],
      });
      return rows.map((row) => viewEndpoint(row));
    },
    get: async (projectId, endpointId) =>
      viewEndpoint(await readEndpoint(db, projectId, endpointId)),
    update: async (by, endpointId, request) => update(context(), by, endpointId, request),
    delete: async (by, endpointId) => deleteEndpoint(context(), by, endpointId),
    rotateSecret: async (by, endpointId, request) =>
      rotateSecret(context(), by, endpointId, request),
  };
}
