import { Type } from "typebox";
import { CreateJob, Job, JobList } from "@framewright/contracts/client-api.ts";
import { CorrectTranscript, Transcript } from "@framewright/contracts/dub.ts";
import { JobState } from "@framewright/contracts/job.ts";
import { MetadataFilter, metadataPair } from "@framewright/contracts/job-request.ts";
import { describeSpan } from "@framewright/runtime/tracing/tracing.ts";
import { cursorPattern, decodeCursor, encodeCursor } from "../jobs/cursor.ts";
import { inputOf, inputProblem } from "../jobs/request.ts";
import { jobView } from "../jobs/view.ts";
import { actorOf, callerOf } from "../plugins/auth.ts";
import type { App } from "../app.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";
import { profileNames } from "./profiles.ts";

const tags = ["Jobs"];
export const JobParams = Type.Object({ jobId: Type.String({ format: "uuid" }) });

export const SubmitHeaders = Type.Object({
  "idempotency-key": Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: "^[!-~]+$",
      description: "Any text; repeating the request with it returns the same job",
    }),
  ),
});

const ListQuery = Type.Object(
  {
    state: Type.Optional(JobState),
    metadata: Type.Optional(MetadataFilter),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    cursor: Type.Optional(
      Type.String({ pattern: cursorPattern("j2"), description: "nextCursor of the previous page" }),
    ),
  },
  { additionalProperties: false },
);

async function showJob(
  { service, links }: ClientDeps,
  projectId: string,
  jobId: string,
): Promise<Job> {
  const row = await service.job(projectId, jobId);
  return jobView(row, links, { place: await service.place(row) });
}

function submitBody({ profiles }: ClientDeps) {
  const { properties, ...options } = CreateJob;
  return Type.Object({ ...properties, profile: profileNames(profiles) }, options);
}

function submitRoute(app: App, deps: ClientDeps): void {
  const { service } = deps;
  app.post(
    "/v1/jobs",
    {
      config: { scope: "submit" },
      schema: {
        tags,
        summary: "Create a job",
        description:
          "`input` names what to work on. Answers once the job is stored. With an `Idempotency-Key` the request may be repeated: " +
          "the same body returns the same job, another body is refused.",
        headers: SubmitHeaders,
        body: submitBody(deps),
        response: answers({ 202: Job }),
      },
      preValidation: ({ body }, _reply, done) => {
        done(inputProblem(body));
      },
    },
    async (request, reply) => {
      const { projectId } = callerOf(request);
      const jobId = await service.submit({
        ...actorOf(request),
        body: request.body,
        idempotencyKey: request.headers["idempotency-key"],
      });
      describeSpan({ "job.id": jobId });
      const input = inputOf(request.body);
      const uploadId = "uploadId" in input ? input.uploadId : undefined;
      request.log.info({ jobId, uploadId }, "job accepted");
      const job = await showJob(deps, projectId, jobId);
      return reply.code(202).header("location", `/v1/jobs/${jobId}`).send(job);
    },
  );
}

function listRoute(app: App, { service, links }: ClientDeps): void {
  app.get(
    "/v1/jobs",
    {
      config: { scope: "read" },
      schema: {
        tags,
        summary: "List jobs, newest first",
        querystring: ListQuery,
        response: answers({ 200: JobList }),
      },
    },
    async (request) => {
      const { state, limit = 20, cursor, metadata = [] } = request.query;
      const olderThan = cursor === undefined ? undefined : decodeCursor(cursor);
      const { projectId } = callerOf(request);
      const rows = await service.jobs({
        projectId,
        state,
        metadata: metadata.map(metadataPair),
        olderThan,
        limit: limit + 1,
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        jobs: page.map((row) => jobView(row, links)),
        ...(rows.length > limit && last && { nextCursor: encodeCursor("j2", last.id) }),
      };
    },
  );
}

function deleteRoute(app: App, { service }: ClientDeps): void {
  app.delete(
    "/v1/jobs/:jobId",
    {
      config: { scope: "submit" },
      schema: {
        tags,
        summary: "Delete a job and its result",
        description:
          "The job is gone at once: a worker that has it stops with its next heartbeat, its event streams end, its " +
          "playback URLs answer 404, and so does everything about it, this request included. The files are deleted " +
          "right after; what a worker still writes, within 15 minutes. Copies that a CDN or player keeps live as " +
          "long as their Cache-Control says. The upload stays; delete it as well.",
        params: JobParams,
        response: answers({ 204: Type.Null({ description: "Deleted" }) }),
      },
    },
    async (request, reply) => {
      await service.deleteJob(actorOf(request), request.params.jobId);
      return reply.code(204).send(null);
    },
  );
}

/** A correction of every line of a long talk. */
const maxCorrectionBytes = 4 * 1024 * 1024;

function transcriptRoutes(app: App, { service }: ClientDeps): void {
  app.get(
    "/v1/jobs/:jobId/transcript",
    {
      config: { scope: "read" },
      schema: {
        tags,
        summary: "Show what is said in a job and in its dub",
        description: "Line by line, with the times of the original and of the voice.",
        params: JobParams,
        response: answers({ 200: Transcript }),
      },
    },
    (request) => service.transcript(callerOf(request).projectId, request.params.jobId),
  );
  app.put(
    "/v1/jobs/:jobId/transcript",
    {
      config: { scope: "submit" },
      bodyLimit: maxCorrectionBytes,
      schema: {
        tags,
        summary: "Correct what is said in a job",
        description:
          "The job's own dub stays as it is. A job with the same input and this one as `edit.dub.transcriptOf` speaks the " +
          "corrected lines, and takes all others from here.",
        params: JobParams,
        body: CorrectTranscript,
        response: answers({ 200: Transcript }),
      },
    },
    (request) => {
      const { jobId } = request.params;
      return service.correctTranscript(actorOf(request), { jobId, ...request.body });
    },
  );
}

export function jobRoutes(app: App, deps: ClientDeps): void {
  const { service } = deps;
  submitRoute(app, deps);
  listRoute(app, deps);
  deleteRoute(app, deps);
  app.get(
    "/v1/jobs/:jobId",
    {
      config: { scope: "read" },
      schema: {
        tags,
        summary: "Show a job",
        description: "A succeeded job has playback and poster URLs, which need no key and expire.",
        params: JobParams,
        response: answers({ 200: Job }),
      },
    },
    (request) => showJob(deps, callerOf(request).projectId, request.params.jobId),
  );
  transcriptRoutes(app, deps);
  app.post(
    "/v1/jobs/:jobId/cancel",
    {
      config: { scope: "submit" },
      schema: {
        tags,
        summary: "Cancel a job",
        description:
          "A queued job ends at once. A running job gets `cancelRequested` and can no longer " +
          "succeed; it ends as cancelled within a heartbeat, at the latest when its lease expires.",
        params: JobParams,
        response: answers({ 202: Job }),
      },
    },
    async (request, reply) => {
      const { projectId } = callerOf(request);
      const { jobId } = request.params;
      await service.cancel(actorOf(request), jobId);
      return reply.code(202).send(await showJob(deps, projectId, jobId));
    },
  );
}
