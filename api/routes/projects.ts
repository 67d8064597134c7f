import { Type } from "typebox";
import {
  CreateProject,
  Project,
  ProjectList,
  UpdateProject,
} from "@framewright/contracts/project.ts";
import type { App } from "../app.ts";
import { cursorPattern, decodeCursor, encodeCursor } from "../jobs/cursor.ts";
import { actorOf, projectAsked } from "../plugins/auth.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";

const tags = ["Projects"];
const platformOnly = { scope: "platform" } as const;
const Params = Type.Object({ projectId: Type.String({ format: "uuid" }) });
const Query = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    cursor: Type.Optional(
      Type.String({ pattern: cursorPattern("p1"), description: "nextCursor of the previous page" }),
    ),
  },
  { additionalProperties: false },
);

function writeRoutes(app: App, { projects }: ClientDeps): void {
  app.post(
    "/v1/projects",
    {
      config: platformOnly,
      schema: {
        tags,
        summary: "Create a project",
        description: "Then make a key for it with `POST /v1/api-keys` and its `projectId`.",
        body: CreateProject,
        response: answers({ 201: Project }),
      },
    },
    async (request, reply) => {
      const project = await projects.create(actorOf(request), request.body);
      return reply.code(201).header("location", `/v1/projects/${project.id}`).send(project);
    },
  );
  app.patch(
    "/v1/projects/:projectId",
    {
      config: platformOnly,
      schema: {
        tags,
        summary: "Change a project",
        description:
          "What is left out stays as it is. Keys of an archived project stop within three seconds; its jobs go on, and " +
          "its playback URLs work until they expire. A higher `running` reaches jobs that wait within ten seconds.",
        params: Params,
        body: UpdateProject,
        response: answers({ 200: Project }),
      },
    },
    (request) => projects.update(actorOf(request), request.params.projectId, request.body),
  );
}

export function projectRoutes(app: App, deps: ClientDeps): void {
  const { projects } = deps;
  writeRoutes(app, deps);
  app.get(
    "/v1/projects",
    {
      config: platformOnly,
      schema: {
        tags,
        summary: "List projects with their quotas and what they use, newest first",
        querystring: Query,
        response: answers({ 200: ProjectList }),
      },
    },
    async (request) => {
      const { limit = 20, cursor } = request.query;
      const olderThan = cursor === undefined ? undefined : decodeCursor(cursor);
      const found = await projects.list(olderThan, limit + 1);
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const isMore = found.length > limit;
      return {
        projects: page,
        ...(isMore && last && { nextCursor: encodeCursor("p1", last.id) }),
      };
    },
  );
  app.get(
    "/v1/projects/:projectId",
    {
      config: { scope: "read" },
      schema: {
        tags,
        summary: "Show a project, its quotas and what it uses",
        description: "One's own; any with the scope `platform`.",
        params: Params,
        response: answers({ 200: Project }),
      },
    },
    (request) => projects.get(projectAsked(request, request.params.projectId)),
  );
}
