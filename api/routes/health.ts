import { Type } from "typebox";
import type { Readiness } from "../readiness.ts";
import type { App } from "../server.ts";

const Health = Type.Object({ status: Type.Literal("ok") }, { title: "Health" });
const Check = Type.Object({
  ok: Type.Boolean(),
  required: Type.Boolean({ description: "Without it this replica takes no requests" }),
  detail: Type.Optional(Type.String({ description: "What is missing" })),
});
export const ReadyReport = Type.Object(
  { ready: Type.Boolean(), checks: Type.Record(Type.String(), Check) },
  { title: "Readiness" },
);

export function healthRoutes(app: App, readiness: Pick<Readiness, "report">): void {
  const tags = ["Health"];
  app.get(
    "/healthz",
    {
      schema: {
        tags,
        summary: "Is the process alive?",
        security: [],
        response: { 200: Health },
      },
    },
    async () => Promise.resolve({ status: "ok" as const }),
  );
  app.get(
    "/readyz",
    {
      schema: {
        tags,
        summary: "Can it serve requests, and if not, what is missing?",
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
