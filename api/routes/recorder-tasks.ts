import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import {
  EgressClaim,
  EgressComplete,
  EgressFail,
  EgressHeartbeat,
  EgressLease,
  EgressOrders,
  EgressParts,
  EgressPartsRequest,
  EgressPictures,
  EgressSegments,
  EgressSettled,
  EgressStopping,
} from "@framewright/contracts/recorder-api.ts";
import { UploadsRequest, UploadsResponse } from "@framewright/contracts/worker-api.ts";
import type { EgressRef } from "../egress/attempt.ts";
import { FailureLimit } from "../keys/failure-limit.ts";
import { recorderOf, requireRecorder } from "../plugins/recorder-auth.ts";
import type { App } from "../app.ts";
import { answers } from "./answers.ts";
import { goneSignal, longPoll } from "./long-poll.ts";
import type { WorkerDeps } from "./worker-deps.ts";

const AttemptParams = Type.Object({
  egressId: Type.String({ format: "uuid" }),
  attempt: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
});
const Nothing = Type.Object({}, { additionalProperties: false });

export type RecorderDeps = Pick<
  WorkerDeps,
  "adminSecrets" | "closing" | "log" | "notifier" | "recorders"
>;

interface AttemptRequest {
  readonly params: { readonly egressId: string; readonly attempt: number };
}

function refOf(request: AttemptRequest & FastifyRequest): EgressRef {
  return { ...request.params, recorder: recorderOf(request) };
}

function claimRoute(app: App, deps: RecorderDeps): void {
  app.post(
    "/v1/egress/claim",
    {
      schema: {
        body: EgressClaim,
        response: answers({ 200: EgressLease, 204: Type.Null({ description: "Nothing to do" }) }),
      },
    },
    async (request, reply) => {
      const gone = goneSignal(reply);
      const recorder = recorderOf(request);
      const lease = await longPoll(deps, {
        seconds: request.body.waitSeconds,
        gone,
        subscribe: (wake) => deps.notifier.onEgress(wake),
        look: () => deps.recorders.claim(recorder, request.body),
      });
      // Else nobody would record it until its lease has ended.
      if (lease && gone.aborted) await deps.recorders.release({ ...lease, recorder });
      return lease ? reply.code(200).send(lease) : reply.code(204).send(null);
    },
  );
}

const path = (verb: string) => `/v1/egress/:egressId/attempts/:attempt/${verb}`;
const params = AttemptParams;

function heartbeatRoute(app: App, deps: RecorderDeps): void {
  const { recorders, notifier } = deps;
  app.post(
    path("heartbeat"),
    { schema: { params, body: EgressHeartbeat, response: answers({ 200: EgressOrders }) } },
    async (request, reply) => {
      const ref = refOf(request);
      const renewed = await recorders.heartbeat(ref);
      if (renewed.verdict !== "continue" || request.body.waitSeconds === 0) return renewed;
      const orders = await longPoll(deps, {
        seconds: request.body.waitSeconds,
        gone: goneSignal(reply),
        subscribe: (wake) => notifier.onJob(ref.egressId, wake),
        look: async () => {
          const found = await recorders.orders(ref);
          return found.verdict === "continue" ? undefined : found;
        },
      });
      return orders ?? renewed;
    },
  );
}

function storeRoutes(app: App, { recorders }: RecorderDeps): void {
  const orders = answers({ 200: EgressOrders });
  app.post(
    path("uploads"),
    { schema: { params, body: UploadsRequest, response: answers({ 200: UploadsResponse }) } },
    (request) => recorders.uploads(refOf(request), request.body),
  );
  app.post(
    path("segments"),
    { schema: { params, body: EgressSegments, response: orders } },
    (request) => recorders.segments(refOf(request), request.body.segments),
  );
  app.post(
    path("snapshots"),
    { schema: { params, body: EgressPictures, response: orders } },
    (request) => recorders.pictures(refOf(request), request.body.pictures),
  );
  app.post(
    path("stopping"),
    { schema: { params, body: EgressStopping, response: orders } },
    (request) => recorders.stopping(refOf(request), request.body.reason),
  );
  app.post(
    path("parts"),
    { schema: { params, body: EgressPartsRequest, response: answers({ 200: EgressParts }) } },
    (request) => recorders.parts(refOf(request), request.body.offset),
  );
}

function endRoutes(app: App, { recorders }: RecorderDeps): void {
  const response = answers({ 200: EgressSettled });
  app.post(
    path("complete"),
    { schema: { params, body: EgressComplete, response } },
    async (request) => ({ state: await recorders.complete(refOf(request), request.body) }),
  );
  app.post(path("fail"), { schema: { params, body: EgressFail, response } }, async (request) => {
    const { code, message } = request.body.reason;
    request.log.warn({ code, reason: message }, "recording failed");
    return { state: await recorders.fail(refOf(request), request.body) };
  });
  app.post(path("release"), { schema: { params, body: Nothing, response } }, async (request) => ({
    state: await recorders.release(refOf(request)),
  }));
}

export async function recorderTaskRoutes(app: App, deps: RecorderDeps): Promise<void> {
  const failures = new FailureLimit(deps.log);
  await app.register((keyed) => {
    keyed.addHook("onRequest", requireRecorder({ secrets: deps.adminSecrets, failures }));
    claimRoute(keyed, deps);
    heartbeatRoute(keyed, deps);
    storeRoutes(keyed, deps);
    endRoutes(keyed, deps);
    return Promise.resolve();
  });
}
