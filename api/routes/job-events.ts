import { Type } from "typebox";
import { JobEvent, JobProgress } from "@framewright/contracts/client-api.ts";
import type { JobState } from "@framewright/contracts/job.ts";
import { eventView } from "../jobs/view.ts";
import { callerOf } from "../plugins/auth.ts";
import type { App } from "../app.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";
import { answerWithEvents, ResumeHeaders, type Followed } from "./followed-stream.ts";
import { JobParams } from "./jobs.ts";

/** OpenAPI 3.1 has no words for a stream: by custom, the schema is that of one event's data. */
const events = {
  description: "Server-sent events: `state` has a JobEvent as its data, `progress` a JobProgress",
  content: { "text/event-stream": { schema: Type.Union([JobEvent, JobProgress]) } },
} as const;

const ended: ReadonlySet<JobState> = new Set(["succeeded", "failed", "cancelled"]);

/** A job, whose events are kept and whose progress is not. */
export function followedJob(
  { service }: { readonly service: Pick<ClientDeps["service"], "job" | "events"> },
  projectId: string,
  jobId: string,
): Followed {
  return {
    id: jobId,
    look: async () => {
      const { state, attempt, progress } = await service.job(projectId, jobId);
      const far = progress && { progress: { jobId, attempt, progress } };
      return { hasEnded: ended.has(state), ...far };
    },
    eventsAfter: async (id) =>
      (await service.events(jobId, id)).map((row) => eventView(jobId, row)),
  };
}

export function jobEventRoutes(app: App, deps: ClientDeps): void {
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
      const followed = followedJob(deps, callerOf(request).projectId, request.params.jobId);
      await answerWithEvents({ deps, followed }, request, reply);
      return reply;
    },
  );
}
