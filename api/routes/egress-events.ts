import { Type } from "typebox";
import { EgressEvent, type EgressState } from "@framewright/contracts/egress.ts";
import type { EgressService } from "../egress/client.ts";
import { egressEventView } from "../egress/view.ts";
import { callerOf } from "../plugins/auth.ts";
import type { App } from "../app.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";
import { EgressParams } from "./egress.ts";
import { answerWithEvents, ResumeHeaders, type Followed } from "./followed-stream.ts";

const events = {
  description: "Server-sent events: `state` has an EgressEvent as its data",
  content: { "text/event-stream": { schema: EgressEvent } },
} as const;

const ended: ReadonlySet<EgressState> = new Set(["stopped", "failed", "timed-out"]);

export interface EgressEventDeps extends Pick<
  ClientDeps,
  "notifier" | "metrics" | "callers" | "closing" | "streams"
> {
  readonly egress: Pick<EgressService, "task" | "events">;
}

function followedRecording(
  { egress }: EgressEventDeps,
  projectId: string,
  egressId: string,
): Followed {
  return {
    id: egressId,
    look: async () => {
      const { state } = await egress.task(projectId, egressId);
      return { hasEnded: ended.has(state) };
    },
    eventsAfter: async (id) =>
      (await egress.events(egressId, id)).map((row) => egressEventView(egressId, row)),
  };
}

export function egressEventRoutes(app: App, deps: EgressEventDeps): void {
  app.get(
    "/v1/egress/:egressId/events",
    {
      config: { scope: "read" },
      schema: {
        tags: ["Egress"],
        summary: "Follow a recording (server-sent events)",
        description:
          "Sends events `state` (EgressEvent with an id: all of them, or those after Last-Event-ID). The stream ends with the " +
          "task; a client that reconnects after the last event gets 204 and should stop.",
        params: EgressParams,
        headers: ResumeHeaders,
        response: answers({
          200: events,
          204: Type.Null({ description: "The recording has ended and there is nothing new" }),
        }),
        produces: ["text/event-stream"],
      },
    },
    async (request, reply) => {
      const { projectId } = callerOf(request);
      const followed = followedRecording(deps, projectId, request.params.egressId);
      await answerWithEvents({ deps, followed }, request, reply);
      return reply;
    },
  );
}
