import { connectionLineMs, ConnectionRequest } from "@framewright/contracts/worker-api.ts";
import type { App } from "../app.ts";
import { requireWorkerKey, workerOf } from "../plugins/auth.ts";
import type { WorkerDeps } from "./worker-deps.ts";

/**
 * A response without an end. Nothing is said on it but that this side is there; what counts is that the kernel of a
 * worker that dies closes it at once, long before its leases run out.
 */
export function workerConnectionRoute(app: App, { service, closing }: WorkerDeps): void {
  app.post(
    "/v1/workers/connection",
    { onRequest: requireWorkerKey(service), schema: { body: ConnectionRequest } },
    async (request, reply) => {
      const connection = await service.connect(workerOf(request), closing);
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, { "content-type": "text/plain", "cache-control": "no-store" });
      raw.write("\n");
      const timer = setInterval(() => raw.write("\n"), connectionLineMs);
      const hangUp = () => raw.end();
      closing.addEventListener("abort", hangUp);
      if (closing.aborted) hangUp();
      await new Promise<void>((resolve) => {
        raw.once("close", resolve);
        if (raw.destroyed) resolve();
      });
      clearInterval(timer);
      closing.removeEventListener("abort", hangUp);
      await connection.broke();
      return reply;
    },
  );
}
