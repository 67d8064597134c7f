import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { SnakeWorkerList, WorkerList } from "@framewright/contracts/worker-admin.ts";
import {
  KeyResponse,
  RegisterRequest,
  RegisterResponse,
  ResumeResponse,
  SnakeRegisterRequest,
  SnakeRegisterResponse,
  WorkerHeartbeat,
  WorkerOrders,
} from "@framewright/contracts/worker-api.ts";
import type { App } from "../app.ts";
import { AppError } from "../errors.ts";
import { FailureLimit } from "../keys/failure-limit.ts";
import {
  proofOf,
  requireAdminSecret,
  requireRegistrar,
  requireWorkerKey,
  workerOf,
  type AdminSecret,
} from "../plugins/auth.ts";
import { snakeList } from "../workers/worker-list.ts";
import { answers } from "./answers.ts";
import { goneSignal, longPoll } from "./long-poll.ts";
import type { WorkerDeps } from "./worker-deps.ts";

const Nothing = Type.Object({}, { additionalProperties: false });
const refusals: readonly string[] = ["unauthorized", "token-refused"];

function registerRoutes(app: App, { service }: WorkerDeps, admin: AdminSecret): void {
  const onRequest = requireRegistrar(admin);
  const register = async (body: RegisterRequest, request: FastifyRequest) => {
    const { workerName: worker, accel, classes, version } = body;
    const wasNoFailure = admin.failures.expectFailure(request.ip);
    try {
      const proof = proofOf(request, admin.secrets, worker);
      const registered = await service.register(body, proof);
      const by = typeof proof === "string" ? proof : "token";
      const { workerId } = registered;
      const facts = { workerId, worker, accel, classes, version, proof: by };
      request.log.info(facts, "worker registered");
      wasNoFailure();
      return registered;
    } catch (error) {
      if (!(error instanceof AppError && refusals.includes(error.code))) wasNoFailure();
      throw error;
    }
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

function listRoutes(app: App, { service }: WorkerDeps, admin: AdminSecret): void {
  const onRequest = requireAdminSecret(admin);
  app.get(
    "/v1/workers",
    { onRequest, schema: { response: answers({ 200: WorkerList }) } },
    async () => ({ workers: await service.list() }),
  );
  app.get(
    "/api/workers",
    { onRequest, schema: { response: answers({ 200: SnakeWorkerList }) } },
    async () => snakeList(await service.list()),
  );
}

/** How often a waiting worker's orders are read by themselves: within the five seconds in which a revocation takes effect. */
const ordersPollMs = { live: 4_000, alone: 1_000 };

function ownRoutes(app: App, deps: WorkerDeps): void {
  const { service, notifier } = deps;
  const onRequest = requireWorkerKey(service);
  app.post(
    "/v1/workers/resume",
    { onRequest, schema: { body: RegisterRequest, response: answers({ 200: ResumeResponse }) } },
    async (request) => {
      const worker = workerOf(request);
      await service.resume(worker, request.body);
      request.log.info({ version: worker.version }, "worker resumed");
      return { workerId: worker.workerId };
    },
  );
  app.post(
    "/v1/workers/key",
    { onRequest, schema: { body: Nothing, response: answers({ 200: KeyResponse }) } },
    async (request, reply) => {
      const made = await service.rotate(workerOf(request).workerId);
      return reply.header("cache-control", "no-store").send(made);
    },
  );
  app.post(
    "/v1/workers/heartbeat",
    { onRequest, schema: { body: WorkerHeartbeat, response: answers({ 200: WorkerOrders }) } },
    async (request, reply) => {
      const { workerId } = workerOf(request);
      const { draining, waitSeconds } = request.body;
      const orders = await service.idle(workerId, draining);
      if (waitSeconds === 0 || draining || orders.drain) return orders;
      const drain = await longPoll(deps, {
        seconds: waitSeconds,
        gone: goneSignal(reply),
        subscribe: (wake) => notifier.onWorkers(wake),
        look: async () => {
          const found = await service.orders(workerId);
          return found.drain ? found : undefined;
        },
        pollMs: ordersPollMs,
      });
      return drain ?? orders;
    },
  );
}

export function workerRegistryRoutes(app: App, deps: WorkerDeps): void {
  const admin = { secrets: deps.adminSecrets, failures: new FailureLimit(deps.log) };
  registerRoutes(app, deps, admin);
  listRoutes(app, deps, admin);
  ownRoutes(app, deps);
}
