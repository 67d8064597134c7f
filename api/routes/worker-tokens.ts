import { Type } from "typebox";
import {
  CreateWorkerToken,
  WorkerTokenCreated,
  WorkerTokenList,
} from "@framewright/contracts/worker-admin.ts";
import type { App } from "../app.ts";
import { actorOf } from "../plugins/auth.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";

const tags = ["Workers"];
const platformOnly = { scope: "platform" } as const;
const Params = Type.Object({ tokenId: Type.String({ format: "uuid" }) });

export function workerTokenRoutes(app: App, { workers }: ClientDeps): void {
  app.post(
    "/v1/worker-tokens",
    {
      config: platformOnly,
      schema: {
        tags,
        summary: "Create a token that registers one worker",
        description:
          "It registers one worker, once, until it expires. This answer alone contains the token: only its SHA-256 is stored.",
        body: CreateWorkerToken,
        response: answers({ 201: WorkerTokenCreated }),
      },
    },
    async (request, reply) => {
      const created = await workers.createToken(actorOf(request), request.body);
      return reply.code(201).header("cache-control", "no-store").send(created);
    },
  );
  app.get(
    "/v1/worker-tokens",
    {
      config: platformOnly,
      schema: {
        tags,
        summary: "List the tokens, used and unused",
        response: answers({ 200: WorkerTokenList }),
      },
    },
    async () => ({ tokens: await workers.listTokens() }),
  );
  app.delete(
    "/v1/worker-tokens/:tokenId",
    {
      config: platformOnly,
      schema: {
        tags,
        summary: "Revoke a token",
        description: "A worker that it registered goes on: revoke the worker.",
        params: Params,
        response: answers({ 204: Type.Null({ description: "Revoked" }) }),
      },
    },
    async (request, reply) => {
      await workers.revokeToken(actorOf(request), request.params.tokenId);
      return reply.code(204).send(null);
    },
  );
}
