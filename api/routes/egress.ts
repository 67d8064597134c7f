import { Type } from "typebox";
import { CreateEgress, Egress, EgressList, EgressState } from "@framewright/contracts/egress.ts";
import type { EgressService } from "../egress/client.ts";
import { egressView } from "../egress/view.ts";
import { cursorPattern, decodeCursor, encodeCursor } from "../jobs/cursor.ts";
import type { PlaybackLinks } from "../jobs/view.ts";
import { actorOf, callerOf } from "../plugins/auth.ts";
import type { App } from "../app.ts";
import { answers } from "./answers.ts";
import { SubmitHeaders } from "./jobs.ts";

const tags = ["Egress"];
export const EgressParams = Type.Object({ egressId: Type.String({ format: "uuid" }) });

const ListQuery = Type.Object(
  {
    state: Type.Optional(EgressState),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    cursor: Type.Optional(
      Type.String({ pattern: cursorPattern("e1"), description: "nextCursor of the previous page" }),
    ),
  },
  { additionalProperties: false },
);

export interface EgressDeps {
  readonly egress: EgressService;
  readonly links: PlaybackLinks;
}

async function show({ egress, links }: EgressDeps, projectId: string, id: string): Promise<Egress> {
  return egressView(await egress.task(projectId, id), links);
}

function createRoute(app: App, deps: EgressDeps): void {
  app.post(
    "/v1/egress",
    {
      config: { scope: "submit" },
      schema: {
        tags,
        summary: "Record a live stream",
        description:
          "Answers once the task is stored; a recorder takes it within seconds, or it times out after half a minute. The " +
          "recording can be played while it grows. With an `Idempotency-Key` the request may be repeated: the same body " +
          "returns the same task, another body is refused.",
        headers: SubmitHeaders,
        body: CreateEgress,
        response: answers({ 202: Egress }),
      },
    },
    async (request, reply) => {
      const id = await deps.egress.create({
        ...actorOf(request),
        body: request.body,
        idempotencyKey: request.headers["idempotency-key"],
      });
      request.log.info({ egressId: id, source: request.body.source.kind }, "recording accepted");
      const task = await show(deps, callerOf(request).projectId, id);
      return reply.code(202).header("location", `/v1/egress/${id}`).send(task);
    },
  );
}

function listRoute(app: App, { egress, links }: EgressDeps): void {
  app.get(
    "/v1/egress",
    {
      config: { scope: "read" },
      schema: {
        tags,
        summary: "List recordings, newest first",
        querystring: ListQuery,
        response: answers({ 200: EgressList }),
      },
    },
    async (request) => {
      const { state, limit = 20, cursor } = request.query;
      const olderThan = cursor === undefined ? undefined : decodeCursor(cursor);
      const { projectId } = callerOf(request);
      const rows = await egress.tasks({ projectId, state, olderThan, limit: limit + 1 });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        egress: page.map((row) => egressView(row, links)),
        ...(rows.length > limit && last && { nextCursor: encodeCursor("e1", last.id) }),
      };
    },
  );
}

function endRoutes(app: App, deps: EgressDeps): void {
  app.post(
    "/v1/egress/:egressId/stop",
    {
      config: { scope: "submit" },
      schema: {
        tags,
        summary: "Stop a recording",
        description:
          "It ends in order: its playlist is closed at once, its MP4 follows. Repeating the request is harmless.",
        params: EgressParams,
        response: answers({ 202: Egress }),
      },
    },
    async (request, reply) => {
      const { egressId } = request.params;
      await deps.egress.stop(actorOf(request), egressId);
      return reply.code(202).send(await show(deps, callerOf(request).projectId, egressId));
    },
  );
  app.delete(
    "/v1/egress/:egressId",
    {
      config: { scope: "submit" },
      schema: {
        tags,
        summary: "Delete a recording and its files",
        description:
          "It is gone at once, in whatever state: a recorder that has it stops with its next report, its URLs answer 404. " +
          "The files are deleted right after. Refused while a job works on it.",
        params: EgressParams,
        response: answers({ 204: Type.Null({ description: "Deleted" }) }),
      },
    },
    async (request, reply) => {
      await deps.egress.remove(actorOf(request), request.params.egressId);
      return reply.code(204).send(null);
    },
  );
}

export function egressRoutes(app: App, deps: EgressDeps): void {
  createRoute(app, deps);
  listRoute(app, deps);
  endRoutes(app, deps);
  app.get(
    "/v1/egress/:egressId",
    {
      config: { scope: "read" },
      schema: {
        tags,
        summary: "Show a recording",
        params: EgressParams,
        response: answers({ 200: Egress }),
      },
    },
    (request) => show(deps, callerOf(request).projectId, request.params.egressId),
  );
}
