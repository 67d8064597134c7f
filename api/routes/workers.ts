import { Type } from "typebox";
import { WorkerList, WorkerView } from "@framewright/contracts/worker-admin.ts";
import type { App } from "../app.ts";
import { actorOf } from "../plugins/auth.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";

const tags = ["Workers"];
const platformOnly = { scope: "platform" } as const;
const Params = Type.Object({ workerId: Type.String({ format: "uuid" }) });

/** Workers serve all projects, so that the scope of one project does not do. */
export function workerRoutes(app: App, { workers }: ClientDeps): void {
  app.get(
    "/v1/workers",
    {
      config: platformOnly,
      schema: { tags, summary: "List the workers", response: answers({ 200: WorkerList }) },
    },
    async () => ({ workers: await workers.list() }),
  );
  app.post(
    "/v1/workers/:workerId/drain",
    {
      config: platformOnly,
      schema: {
        tags,
        summary: "Drain a worker",
        description:
          "It takes no more jobs, finishes those that it has, and ends. Started again, it takes jobs again. " +
          "Repeating the request is harmless.",
        params: Params,
        response: answers({ 200: WorkerView }),
      },
    },
    (request) => workers.drain(actorOf(request), request.params.workerId),
  );
  app.post(
    "/v1/workers/:workerId/revoke",
    {
      config: platformOnly,
      schema: {
        tags,
        summary: "Revoke a worker",
        description:
          "Its key opens nothing any more, and its jobs go to other workers at once; within five seconds it has stopped. " +
          "Only a new token registers its name again. Repeating the request is harmless.",
        params: Params,
        response: answers({ 200: WorkerView }),
      },
    },
    (request) => workers.revoke(actorOf(request), request.params.workerId),
  );
}
