import { Type } from "typebox";
import {
  RegisterRequest,
  RegisterResponse,
  WorkerHeartbeat,
  WorkerList,
} from "@framewright/contracts/worker-api.ts";
import { requireAdminSecret, requireWorkerKey, workerOf } from "../plugins/auth.ts";
import type { App } from "../server.ts";
import { answers } from "./answers.ts";
import type { WorkerDeps } from "./worker-deps.ts";

export function workerRegistryRoutes(app: App, { service, adminSecret }: WorkerDeps): void {
  const admin = requireAdminSecret(adminSecret);
  app.post(
    "/api/worker/register",
    {
      onRequest: admin,
      schema: { body: RegisterRequest, response: answers({ 200: RegisterResponse }) },
    },
    async (request) => {
      const registered = await service.register(request.body);
      const { worker_name: worker, accel, classes } = request.body;
      request.log.info({ worker, accel, classes }, "worker registered");
      return registered;
    },
  );
  app.post(
    "/api/worker/heartbeat",
    {
      onRequest: requireWorkerKey(service),
      schema: { body: WorkerHeartbeat, response: answers({ 200: Type.Object({}) }) },
    },
    async (request) => {
      await service.idle(workerOf(request).workerId, request.body.draining);
      return {};
    },
  );
  app.get(
    "/api/workers",
    { onRequest: admin, schema: { response: answers({ 200: WorkerList }) } },
    async () => ({ workers: await service.list() }),
  );
}
