import { Type } from "typebox";
import { AuditList } from "@framewright/contracts/audit.ts";
import type { App } from "../app.ts";
import { projectAsked } from "../plugins/auth.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";

const Query = Type.Object(
  {
    projectId: Type.Optional(
      Type.String({ format: "uuid", description: "Another project needs the scope `platform`" }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    cursor: Type.Optional(
      Type.String({
        pattern: "^a1_[1-9][0-9]{0,14}$",
        description: "nextCursor of the previous page",
      }),
    ),
  },
  { additionalProperties: false },
);

export function auditRoutes(app: App, { service }: ClientDeps): void {
  app.get(
    "/v1/audit",
    {
      config: { scope: "admin" },
      schema: {
        tags: ["Audit"],
        summary: "List who wrote what, newest first",
        description:
          "Has every write by keys of the project through this API that was done, and none that was refused. What retention " +
          "deletes by age is not in it.",
        querystring: Query,
        response: answers({ 200: AuditList }),
      },
    },
    async (request) => {
      const { limit = 20, cursor, projectId: asked } = request.query;
      const olderThan = cursor === undefined ? undefined : Number(cursor.slice(3));
      const projectId = projectAsked(request, asked);
      const found = await service.writes({ projectId, olderThan, limit: limit + 1 });
      const entries = found.slice(0, limit);
      const last = entries.at(-1);
      return { entries, ...(found.length > limit && last && { nextCursor: `a1_${last.id}` }) };
    },
  );
}
