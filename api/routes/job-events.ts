import type { ServerResponse } from "node:http";
import { Type } from "typebox";
import { JobEvent, JobProgress } from "@framewright/contracts/client-api.ts";
import type { JobState } from "@framewright/contracts/job.ts";
import { eventView } from "../jobs/view.ts";
import type { Caller } from "../keys/caller.ts";
import { callerOf } from "../plugins/auth.ts";
import type { App } from "../app.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";
import { EventStreams } from "./event-streams.ts";
import {
  beginStream,
  FollowedStream,
  ResumeHeaders,
  whileWanted,
  type Write,
} from "./followed-stream.ts";
import { JobParams } from "./jobs.ts";

/** OpenAPI 3.1 has no words for a stream: by custom, the schema is that of one event's data. */
const events = {
  description: "Server-sent events: `state` has a JobEvent as its data, `progress` a JobProgress",
  content: { "text/event-stream": { schema: Type.Union([JobEvent, JobProgress]) } },
} as const;

const ended: ReadonlySet<JobState> = new Set(["succeeded", "failed", "cancelled"]);

interface StreamOptions {
  readonly deps: {
    readonly notifier: Pick<ClientDeps["notifier"], "live" | "onJob">;
    readonly metrics: ClientDeps["metrics"];
    readonly service: Pick<ClientDeps["service"], "job" | "events">;
    readonly callers: Pick<ClientDeps["callers"], "isActive">;
  };
  readonly caller: Caller;
  readonly jobId: string;
  readonly raw: Pick<ServerResponse, "write" | "end">;
  readonly signal: AbortSignal;
}

/** Follows one job, whose events are kept and whose progress is not. */
export class JobStream {
  readonly #options: StreamOptions;
  #lastId: number;
  #lastProgress = "";

  constructor(options: StreamOptions, lastId: number) {
    this.#options = options;
    this.#lastId = lastId;
  }

  run(): Promise<void> {
    const { deps, jobId, raw, signal } = this.#options;
    const { notifier, metrics } = deps;
    const sendNews = (write: Write) => this.#sendNews(write);
    return new FollowedStream({ notifier, metrics, id: jobId, raw, signal, sendNews }).run();
  }

  async #sendNews(write: Write): Promise<boolean> {
    const { deps, caller, jobId } = this.#options;
    if (!(await deps.callers.isActive(caller))) return true;
    // The job first: when it has ended, all its events are there to be read.
    const job = await deps.service.job(caller.projectId, jobId);
    for (const row of await deps.service.events(jobId, this.#lastId)) {
      const event = eventView(jobId, row);
      write(`id: ${event.id}\nevent: state\ndata: ${JSON.stringify(event)}\n\n`);
      this.#lastId = event.id;
    }
    const { progress, attempt } = job;
    const text = progress ? JSON.stringify({ jobId, attempt, progress }) : "";
    if (text !== "" && text !== this.#lastProgress) {
      write(`event: progress\ndata: ${text}\n\n`);
      this.#lastProgress = text;
    }
    return ended.has(job.state);
  }
}

export function jobEventRoutes(app: App, deps: ClientDeps): void {
  const streams = new EventStreams(deps.streamLimits);
  app.get(
    "/v1/jobs/:jobId/events",
    {
      config: { scope: "read" },
      schema: {
        tags: ["Jobs"],
        summary: "Follow a job (server-sent events)",
        description:
          "Sends events `state` (JobEvent with an id: all of them, or those after Last-Event-ID) and " +
          "`progress` (JobProgress: the latest only). The stream ends with the job; a client that " +
          "reconnects after the last event gets 204 and should stop. It ends when its key is revoked or its token expires, and a " +
          "key can have only so many open at once.",
        params: JobParams,
        headers: ResumeHeaders,
        response: answers({
          200: events,
          204: Type.Null({ description: "The job has ended and there is nothing new" }),
        }),
        produces: ["text/event-stream"],
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { keyId, projectId } = caller;
      const { jobId } = request.params;
      const lastId = Number(request.headers["last-event-id"] ?? 0);
      // Before the look-ups: a flood of streams that are refused must cost others nothing.
      const leave = streams.enter(keyId);
      try {
        const job = await deps.service.job(projectId, jobId);
        if (ended.has(job.state) && (await deps.service.events(jobId, lastId)).length === 0) {
          return await reply.code(204).send(null);
        }
        const raw = beginStream(request, reply);
        const follow = (signal: AbortSignal) =>
          new JobStream({ deps, caller, jobId, raw, signal }, lastId).run();
        await whileWanted(deps, { caller, raw }, follow);
      } finally {
        leave();
      }
      return reply;
    },
  );
}
