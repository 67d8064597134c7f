import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import {
  FindStepsRequest,
  FindStepsResponse,
  KeepStepRequest,
  KeepStepResponse,
} from "@framewright/contracts/kept-steps.ts";
import {
  ClaimAnyRequest,
  ClaimRequest,
  CompleteRequest,
  FailRequest,
  HeartbeatRequest,
  HeartbeatResponse,
  Lease,
  ReleaseRequest,
  Settled,
  UploadsRequest,
  UploadsResponse,
} from "@framewright/contracts/worker-api.ts";
import { AppError } from "../errors.ts";
import type { Claimant } from "../jobs/claim.ts";
import type { AttemptRef } from "../jobs/settle.ts";
import { requireWorkerKey, workerOf } from "../plugins/auth.ts";
import type { App } from "../app.ts";
import { answers } from "./answers.ts";
import { goneSignal, longPoll, type LongPoll } from "./long-poll.ts";
import type { WorkerDeps } from "./worker-deps.ts";

const JobParams = Type.Object({ jobId: Type.String({ format: "uuid" }) });
const AttemptParams = Type.Object({
  jobId: Type.String({ format: "uuid" }),
  attempt: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
});

interface AttemptRequest extends Pick<FastifyRequest, "worker" | "url"> {
  readonly params: { readonly jobId: string; readonly attempt: number };
}

function refOf(request: AttemptRequest & FastifyRequest): AttemptRef {
  return { ...request.params, workerId: workerOf(request).workerId };
}

async function waitForJob(
  deps: WorkerDeps,
  claimant: Claimant,
  { seconds, gone }: Pick<LongPoll<Lease>, "seconds" | "gone">,
): Promise<Lease | undefined> {
  const { notifier, service } = deps;
  // A worker that was revoked is told so when it asks again, at once.
  const changed = new AbortController();
  const forget = notifier.onWorkers(() => {
    changed.abort();
  });
  try {
    return await longPoll(deps, {
      seconds,
      gone: AbortSignal.any([gone, changed.signal]),
      subscribe: (wake) => notifier.onQueue(wake),
      look: () => service.claim(claimant),
    });
  } finally {
    forget();
  }
}

function claimRoutes(app: App, deps: WorkerDeps): void {
  app.post(
    "/v1/jobs/:jobId/claim",
    { schema: { params: JobParams, body: ClaimRequest, response: answers({ 200: Lease }) } },
    async (request) => {
      const { jobId } = request.params;
      const lease = await deps.service.claim(workerOf(request), jobId);
      if (lease) return lease;
      throw new AppError("job-not-claimable", `Job ${jobId} is not waiting for this worker`);
    },
  );
  app.post(
    "/v1/jobs/claim",
    {
      schema: {
        body: ClaimAnyRequest,
        response: answers({ 200: Lease, 204: Type.Null({ description: "Nothing to do" }) }),
      },
    },
    async (request, reply) => {
      const waiting = { seconds: request.body.waitSeconds, gone: goneSignal(reply) };
      const lease = await waitForJob(deps, workerOf(request), waiting);
      return lease ? reply.code(200).send(lease) : reply.code(204).send(null);
    },
  );
}

function attemptRoutes(app: App, { service }: WorkerDeps): void {
  const path = (action: string) => `/v1/jobs/:jobId/attempts/:attempt/${action}`;
  const params = AttemptParams;
  app.post(
    path("heartbeat"),
    { schema: { params, body: HeartbeatRequest, response: answers({ 200: HeartbeatResponse }) } },
    (request) => service.heartbeat(refOf(request), request.body.progress),
  );
  app.post(
    path("uploads"),
    { schema: { params, body: UploadsRequest, response: answers({ 200: UploadsResponse }) } },
    (request) => service.uploads(refOf(request), request.body, workerOf(request).store),
  );
  app.post(
    path("find-steps"),
    { schema: { params, body: FindStepsRequest, response: answers({ 200: FindStepsResponse }) } },
    (request) => service.findSteps(refOf(request), request.body, workerOf(request).store),
  );
  app.post(
    path("keep-step"),
    { schema: { params, body: KeepStepRequest, response: answers({ 200: KeepStepResponse }) } },
    (request) => service.keepStep(refOf(request), request.body, workerOf(request).store),
  );
  const response = answers({ 200: Settled });
  app.post(
    path("complete"),
    { schema: { params, body: CompleteRequest, response } },
    async (request) => ({ state: await service.complete(refOf(request), request.body) }),
  );
  app.post(path("fail"), { schema: { params, body: FailRequest, response } }, async (request) => {
    const { kind, code, message } = request.body;
    request.log.warn({ kind, code, reason: message }, "attempt failed");
    return { state: await service.fail(refOf(request), request.body) };
  });
  app.post(
    path("release"),
    { schema: { params, body: ReleaseRequest, response } },
    async (request) => {
      request.log.info({ reason: request.body.reason }, "attempt released");
      return { state: await service.release(refOf(request), request.body.usage) };
    },
  );
}

export async function workerJobRoutes(app: App, deps: WorkerDeps): Promise<void> {
  await app.register((keyed) => {
    keyed.addHook("onRequest", requireWorkerKey(deps.service));
    claimRoutes(keyed, deps);
    attemptRoutes(keyed, deps);
    return Promise.resolve();
  });
}
