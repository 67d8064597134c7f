import { Type } from "typebox";
import {
  Glossary,
  GlossaryList,
  LanguageTag,
  PutGlossary,
} from "@framewright/contracts/glossary.ts";
import type { App } from "../app.ts";
import { actorOf, callerOf } from "../plugins/auth.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";

const tags = ["Glossaries"];
const path = "/v1/glossaries/:from/:to";
const Params = Type.Object({ from: LanguageTag, to: LanguageTag });

function readRoutes(app: App, { glossaries }: ClientDeps): void {
  app.get(
    "/v1/glossaries",
    {
      config: { scope: "read" },
      schema: {
        tags,
        summary: "List the glossaries",
        description: "By their languages, with how many terms each has.",
        response: answers({ 200: GlossaryList }),
      },
    },
    (request) => glossaries.list(callerOf(request).projectId),
  );
  app.get(
    path,
    {
      config: { scope: "read" },
      schema: {
        tags,
        summary: "Show a glossary",
        params: Params,
        response: answers({ 200: Glossary }),
      },
    },
    (request) => glossaries.get(callerOf(request).projectId, request.params),
  );
}

/** A thousand terms with their translations. */
const maxGlossaryBytes = 1024 * 1024;

export function glossaryRoutes(app: App, deps: ClientDeps): void {
  const { glossaries } = deps;
  readRoutes(app, deps);
  app.put(
    path,
    {
      config: { scope: "submit" },
      bodyLimit: maxGlossaryBytes,
      schema: {
        tags,
        summary: "Create a glossary, or replace its terms",
        description:
          "Dubs between these languages that are submitted from now on say its terms as it states. A dub whose language has a " +
          "region follows the glossary of that region, or else that of the language.",
        params: Params,
        body: PutGlossary,
        response: answers({ 200: Glossary }),
      },
    },
    (request) => glossaries.put(actorOf(request), request.params, request.body.terms),
  );
  app.delete(
    path,
    {
      config: { scope: "submit" },
      schema: {
        tags,
        summary: "Delete a glossary",
        description: "Jobs that were submitted before follow it all the same.",
        params: Params,
        response: answers({ 204: Type.Null({ description: "Deleted" }) }),
      },
    },
    async (request, reply) => {
      await glossaries.delete(actorOf(request), request.params);
      return reply.code(204).send(null);
    },
  );
}
