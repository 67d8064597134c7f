import { Type } from "typebox";
import {
  CreateWebhookEndpoint,
  RotatedSecret,
  RotateSecret,
  UpdateWebhookEndpoint,
  WebhookEndpoint,
  WebhookEndpointCreated,
  WebhookEndpointList,
} from "@framewright/contracts/webhook.ts";
import type { App } from "../app.ts";
import { actorOf, callerOf } from "../plugins/auth.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";

const tags = ["Webhooks"];
const adminOnly = { scope: "admin" } as const;
const Params = Type.Object({ endpointId: Type.String({ format: "uuid" }) });

function createRoute(app: App, { endpoints }: ClientDeps["webhooks"]): void {
  app.post(
    "/v1/webhook-endpoints",
    {
      config: adminOnly,
      schema: {
        tags,
        summary: "Create a webhook endpoint",
        description:
          "From now on each change of a job of the project is sent there, signed by Standard Webhooks 1.0. This answer alone " +
          "contains the secret.",
        body: CreateWebhookEndpoint,
        response: answers({ 201: WebhookEndpointCreated }),
      },
    },
    async (request, reply) => {
      const created = await endpoints.create(actorOf(request), request.body);
      return reply
        .code(201)
        .header("location", `/v1/webhook-endpoints/${created.id}`)
        .header("cache-control", "no-store")
        .send(created);
    },
  );
}

function readRoutes(app: App, { endpoints }: ClientDeps["webhooks"]): void {
  app.get(
    "/v1/webhook-endpoints",
    {
      config: adminOnly,
      schema: {
        tags,
        summary: "List the webhook endpoints",
        response: answers({ 200: WebhookEndpointList }),
      },
    },
    async (request) => ({ endpoints: await endpoints.list(callerOf(request).projectId) }),
  );
  app.get(
    "/v1/webhook-endpoints/:endpointId",
    {
      config: adminOnly,
      schema: {
        tags,
        summary: "Show a webhook endpoint",
        params: Params,
        response: answers({ 200: WebhookEndpoint }),
      },
    },
    (request) => endpoints.get(callerOf(request).projectId, request.params.endpointId),
  );
}

function changeRoutes(app: App, { endpoints }: ClientDeps["webhooks"]): void {
  app.patch(
    "/v1/webhook-endpoints/:endpointId",
    {
      config: adminOnly,
      schema: {
        tags,
        summary: "Change a webhook endpoint",
        description:
          "What is left out stays as it is. What is pending is sent to the new URL. `enabled: true` also ends what the " +
          "platform disabled.",
        params: Params,
        body: UpdateWebhookEndpoint,
        response: answers({ 200: WebhookEndpoint }),
      },
    },
    (request) => endpoints.update(actorOf(request), request.params.endpointId, request.body),
  );
  app.delete(
    "/v1/webhook-endpoints/:endpointId",
    {
      config: adminOnly,
      schema: {
        tags,
        summary: "Delete a webhook endpoint, and the log of its deliveries",
        description: "A request that is under way still ends; nothing else is sent.",
        params: Params,
        response: answers({ 204: Type.Null({ description: "Deleted" }) }),
      },
    },
    async (request, reply) => {
      await endpoints.delete(actorOf(request), request.params.endpointId);
      return reply.code(204).send(null);
    },
  );
}

function rotateRoute(app: App, { endpoints }: ClientDeps["webhooks"]): void {
  app.post(
    "/v1/webhook-endpoints/:endpointId/rotate-secret",
    {
      config: adminOnly,
      schema: {
        tags,
        summary: "Replace the secret",
        description:
          "This answer alone contains the new secret. For `overlapHours` requests carry a signature by each of the two; a " +
          "secret before these two signs no more.",
        params: Params,
        body: RotateSecret,
        response: answers({ 200: RotatedSecret }),
      },
    },
    async (request, reply) => {
      const { endpointId } = request.params;
      const rotated = await endpoints.rotateSecret(actorOf(request), endpointId, request.body);
      return reply.header("cache-control", "no-store").send(rotated);
    },
  );
}

export function webhookEndpointRoutes(app: App, { webhooks }: ClientDeps): void {
  createRoute(app, webhooks);
  readRoutes(app, webhooks);
  changeRoutes(app, webhooks);
  rotateRoute(app, webhooks);
}
