import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import {
  RegisterRequest,
  RegisterResponse,
  SnakeRegisterRequest,
  SnakeRegisterResponse,
  WorkerHeartbeat,
  WorkerList,
} from "@framewright/contracts/worker-api.ts";
import type { App } from "../app.ts";
import {
  proofOf,
  requireAdminSecret,
  requireRegistrar,
  requireWorkerKey,
  workerOf,
} from "../plugins/auth.ts";
import { answers } from "./answers.ts";
import type { WorkerDeps } from "./worker-deps.ts";

function registerRoutes(app: App, { service, adminSecret }: WorkerDeps): void {
  const onRequest = requireRegistrar(adminSecret);
  const register = async (body: RegisterRequest, request: FastifyRequest) => {
    const { workerName: worker, accel, classes } = body;
    const proof = proofOf(request, adminSecret, worker);
    const registered = await service.register(body, proof);
    request.log.info({ worker, accel, classes, proof }, "worker registered");
    return registered;
  };
  app.post(
    "/v1/workers",
    { onRequest, schema: { body: RegisterRequest, response: answers({ 200: RegisterResponse }) } },
    (request) => register(request.body, request),
  );
  app.post(
    "/api/worker/register",
    {
      onRequest,
      schema: { body: SnakeRegisterRequest, response: answers({ 200: SnakeRegisterResponse }) },
    },
    async (request) => {
      const { worker_name: workerName, ...abilities } = request.body;
      const { workerId, apiKey } = await register({ workerName, ...abilities }, request);
      return { worker_id: workerId, api_key: apiKey };
    },
  );
}

export function workerRegistryRoutes(app: App, deps: WorkerDeps): void {
  const { service, adminSecret } = deps;
  registerRoutes(app, deps);
  app.get(
    "/v1/workers",
    {
      onRequest: requireAdminSecret(adminSecret),
      schema: { response: answers({ 200: WorkerList }) },
    },
    async () => ({ workers: await service.list() }),
  );
  app.post(
    "/v1/workers/heartbeat",
    {
      onRequest: requireWorkerKey(service),
      schema: { body: WorkerHeartbeat, response: answers({ 200: Type.Object({}) }) },
    },
    async (request) => {
      await service.idle(workerOf(request).workerId, request.body.draining);
      return {};
    },
  );
}
