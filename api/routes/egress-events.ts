import { Type } from "typebox";
import { EgressEvent, type EgressState } from "@framewright/contracts/egress.ts";
import type { EgressService } from "../egress/client.ts";
import { egressEventView } from "../egress/view.ts";
import type { Caller } from "../keys/caller.ts";
import { callerOf } from "../plugins/auth.ts";
import type { App } from "../app.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";
import { EgressParams } from "./egress.ts";
import { EventStreams } from "./event-streams.ts";
import {
  beginStream,
  FollowedStream,
  ResumeHeaders,
  whileWanted,
  type Write,
} from "./followed-stream.ts";

const events = {
  description: "Server-sent events: `state` has an EgressEvent as its data",
  content: { "text/event-stream": { schema: EgressEvent } },
} as const;

const ended: ReadonlySet<EgressState> = new Set(["stopped", "failed", "timed-out"]);

export interface EgressEventDeps extends Pick<
  ClientDeps,
  "notifier" | "metrics" | "callers" | "closing" | "streamLimits"
> {
  readonly egress: Pick<EgressService, "task" | "events">;
}

interface Follower {
  readonly caller: Caller;
  readonly egressId: string;
  readonly lastId: number;
}

/** Sends what is new of a recording since the last time. */
function newsOf({ egress, callers }: EgressEventDeps, { caller, egressId, ...from }: Follower) {
  let { lastId } = from;
  return async (write: Write): Promise<boolean> => {
    if (!(await callers.isActive(caller))) return true;
    // The task first: when it has ended, all its events are there to be read.
    const { state } = await egress.task(caller.projectId, egressId);
    for (const row of await egress.events(egressId, lastId)) {
      const event = egressEventView(egressId, row);
      write(`id: ${event.id}\nevent: state\ndata: ${JSON.stringify(event)}\n\n`);
      lastId = event.id;
    }
    return ended.has(state);
  };
}

export function egressEventRoutes(app: App, deps: EgressEventDeps): void {
  const streams = new EventStreams(deps.streamLimits);
  const { notifier, metrics, egress } = deps;
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
      const caller = callerOf(request);
      const { egressId } = request.params;
      const lastId = Number(request.headers["last-event-id"] ?? 0);
      const leave = streams.enter(caller.keyId);
      try {
        const { state } = await egress.task(caller.projectId, egressId);
        if (ended.has(state) && (await egress.events(egressId, lastId)).length === 0) {
          return await reply.code(204).send(null);
        }
        const raw = beginStream(request, reply);
        const sendNews = newsOf(deps, { caller, egressId, lastId });
        const follow = (signal: AbortSignal) =>
          new FollowedStream({ notifier, metrics, id: egressId, raw, signal, sendNews }).run();
        await whileWanted(deps, { caller, raw }, follow);
      } finally {
        leave();
      }
      return reply;
    },
  );
}
