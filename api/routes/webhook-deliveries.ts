import { Type } from "typebox";
import {
  DeliveryState,
  RedeliverFailed,
  Redelivered,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookDeliveryList,
} from "@framewright/contracts/webhook.ts";
import type { App } from "../app.ts";
import { cursorPattern, decodeCursor, encodeCursor } from "../jobs/cursor.ts";
import { actorOf, callerOf } from "../plugins/auth.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";

const tags = ["Webhooks"];
const adminOnly = { scope: "admin" } as const;
const endpointId = Type.String({ format: "uuid" });
const OfEndpoint = Type.Object({ endpointId });
const OfDelivery = Type.Object({ endpointId, deliveryId: Type.String({ format: "uuid" }) });
const Query = Type.Object(
  {
    state: Type.Optional(DeliveryState),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    cursor: Type.Optional(
      Type.String({ pattern: cursorPattern("w1"), description: "nextCursor of the previous page" }),
    ),
  },
  { additionalProperties: false },
);

function listRoute(app: App, { deliveries }: ClientDeps["webhooks"]): void {
  app.get(
    "/v1/webhook-endpoints/:endpointId/deliveries",
    {
      config: adminOnly,
      schema: {
        tags,
        summary: "List the deliveries to an endpoint, newest first",
        params: OfEndpoint,
        querystring: Query,
        response: answers({ 200: WebhookDeliveryList }),
      },
    },
    async (request) => {
      const { limit = 20, cursor, state } = request.query;
      const olderThan = cursor === undefined ? undefined : decodeCursor(cursor);
      const filter = { ...request.params, state, olderThan, limit: limit + 1 };
      const found = await deliveries.list(callerOf(request).projectId, filter);
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const isMore = found.length > limit;
      return {
        deliveries: page,
        ...(isMore && last && { nextCursor: encodeCursor("w1", last.id) }),
      };
    },
  );
}

function showRoute(app: App, { deliveries }: ClientDeps["webhooks"]): void {
  app.get(
    "/v1/webhook-endpoints/:endpointId/deliveries/:deliveryId",
    {
      config: adminOnly,
      schema: {
        tags,
        summary: "Show a delivery: what was sent, and how each attempt ended",
        params: OfDelivery,
        response: answers({ 200: WebhookDeliveryDetail }),
      },
    },
    (request) => {
      const { endpointId: endpoint, deliveryId } = request.params;
      return deliveries.get(callerOf(request).projectId, endpoint, deliveryId);
    },
  );
}

function testRoute(app: App, { deliveries }: ClientDeps["webhooks"]): void {
  app.post(
    "/v1/webhook-endpoints/:endpointId/test",
    {
      config: adminOnly,
      schema: {
        tags,
        summary: "Send a test event",
        description: "An event of type `webhook.test`, whichever types the endpoint wants.",
        params: OfEndpoint,
        response: answers({ 202: WebhookDelivery }),
      },
    },
    async (request, reply) => {
      const { endpointId: endpoint } = request.params;
      return reply.code(202).send(await deliveries.sendTest(actorOf(request), endpoint));
    },
  );
}

function redeliverRoutes(app: App, { deliveries }: ClientDeps["webhooks"]): void {
  app.post(
    "/v1/webhook-endpoints/:endpointId/deliveries/:deliveryId/redeliver",
    {
      config: adminOnly,
      schema: {
        tags,
        summary: "Send a delivery again",
        description:
          "Whatever became of it, with the same `webhook-id` and body, and with all its attempts before it.",
        params: OfDelivery,
        response: answers({ 202: WebhookDelivery }),
      },
    },
    async (request, reply) => {
      const { endpointId: endpoint, deliveryId } = request.params;
      const delivery = await deliveries.redeliver(actorOf(request), endpoint, deliveryId);
      return reply.code(202).send(delivery);
    },
  );
  app.post(
    "/v1/webhook-endpoints/:endpointId/redeliver-failed",
    {
      config: adminOnly,
      schema: {
        tags,
        summary: "Send again what failed since a time",
        params: OfEndpoint,
        body: RedeliverFailed,
        response: answers({ 202: Redelivered }),
      },
    },
    async (request, reply) => {
      const { endpointId: endpoint } = request.params;
      const { since } = request.body;
      const redelivered = await deliveries.redeliverFailed(actorOf(request), endpoint, since);
      return reply.code(202).send(redelivered);
    },
  );
}

export function webhookDeliveryRoutes(app: App, { webhooks }: ClientDeps): void {
  listRoute(app, webhooks);
  showRoute(app, webhooks);
  testRoute(app, webhooks);
  redeliverRoutes(app, webhooks);
}
