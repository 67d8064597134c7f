import { Type } from "typebox";
import { ReadyReport, type Readiness } from "../readiness.ts";
import type { App } from "../app.ts";

const Health = Type.Object({ status: Type.Literal("ok") }, { title: "Health" });

export function healthRoutes(app: App, readiness: Pick<Readiness, "report">): void {
  const tags = ["Health"];
  app.get(
    "/healthz",
    {
      schema: {
        tags,
        summary: "Is the process running?",
        security: [],
        response: { 200: Health },
      },
    },
    () => ({ status: "ok" as const }),
  );
  app.get(
    "/readyz",
    {
      schema: {
        tags,
        summary: "Can this replica serve requests, and if not, what is missing?",
        security: [],
        response: { 200: ReadyReport, 503: ReadyReport },
      },
    },
    async (_request, reply) => {
      const report = await readiness.report();
      return reply.code(report.ready ? 200 : 503).send(report);
    },
  );
}
