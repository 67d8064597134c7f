import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { ApiKeyCreated, ApiKeyList, CreateApiKey } from "@framewright/contracts/client-api.ts";
import { actorOf, callerOf, projectAsked } from "../plugins/auth.ts";
import type { KeyManager } from "../keys/key-store.ts";
import type { App } from "../app.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";

const tags = ["API keys"];
const adminOnly = { scope: "admin" } as const;
const Params = Type.Object({ keyId: Type.String({ format: "uuid" }) });

const ListQuery = Type.Object(
  {
    projectId: Type.Optional(
      Type.String({ format: "uuid", description: "Another project needs the scope `platform`" }),
    ),
  },
  { additionalProperties: false },
);

function managerOf(request: FastifyRequest): KeyManager {
  return { ...actorOf(request), scopes: callerOf(request).scopes };
}

export function apiKeyRoutes(app: App, { keys }: ClientDeps): void {
  app.post(
    "/v1/api-keys",
    {
      config: adminOnly,
      schema: {
        tags,
        summary: "Create a key",
        description: "This answer alone contains the key: only its SHA-256 is stored.",
        body: CreateApiKey,
        response: answers({ 201: ApiKeyCreated }),
      },
    },
    async (request, reply) => {
      const created = await keys.create(managerOf(request), request.body);
      return reply.code(201).header("cache-control", "no-store").send(created);
    },
  );
  app.get(
    "/v1/api-keys",
    {
      config: adminOnly,
      schema: {
        tags,
        summary: "List the keys",
        querystring: ListQuery,
        response: answers({ 200: ApiKeyList }),
      },
    },
    async (request) => ({ keys: await keys.list(projectAsked(request, request.query.projectId)) }),
  );
  app.delete(
    "/v1/api-keys/:keyId",
    {
      config: adminOnly,
      schema: {
        tags,
        summary: "Revoke a key",
        description:
          "Takes effect on all replicas within five seconds, and ends the key's event streams. Repeating the " +
          "request is harmless. The last key of one's own project with the scope `admin` cannot be revoked, nor the last " +
          "one with `platform`.",
        params: Params,
        response: answers({ 204: Type.Null({ description: "Revoked" }) }),
      },
    },
    async (request, reply) => {
      await keys.revoke(managerOf(request), request.params.keyId);
      return reply.code(204).send(null);
    },
  );
}
