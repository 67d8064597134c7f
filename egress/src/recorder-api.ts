import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { Agent, request } from "undici";
import {
  EgressLease,
  EgressOrders,
  EgressParts,
  EgressSettled,
  partsPage,
  type EgressClaim,
  type EgressComplete,
  type EgressFail,
  type EgressPictures,
  type EgressSegment,
} from "@framewright/contracts/recorder-api.ts";
import type { EgressReason } from "@framewright/contracts/egress.ts";
import { UploadsResponse, type UploadsRequest } from "@framewright/contracts/worker-api.ts";

/** The API did not answer, or not usefully: worth trying again later. */
export class ApiUnreachable extends Error {
  constructor(path: string, why: string, cause?: unknown) {
    super(`${path}: ${why}`, { cause });
    this.name = "ApiUnreachable";
  }
}

/** The task is another recorder's by now, or gone. */
export class TaskLost extends Error {
  constructor() {
    super("the task is no longer this recorder's");
    this.name = "TaskLost";
  }
}

/** A task under lease; the attempt number fences every call. */
export type TaskKey = Pick<EgressLease, "egressId" | "attempt">;
type UploadFiles = UploadsRequest["files"];

export interface RecorderApi {
  readonly claim: (wanted: EgressClaim, signal: AbortSignal) => Promise<EgressLease | undefined>;
  /** Renews the lease at once, and waits some seconds for an order. */
  readonly heartbeat: (
    task: TaskKey,
    waitSeconds: number,
    signal: AbortSignal,
  ) => Promise<EgressOrders>;
  readonly uploads: (task: TaskKey, files: UploadFiles) => Promise<UploadsResponse["uploads"]>;
  readonly segments: (task: TaskKey, segments: EgressSegment[]) => Promise<EgressOrders>;
  readonly pictures: (task: TaskKey, pictures: EgressPictures["pictures"]) => Promise<EgressOrders>;
  readonly stopping: (task: TaskKey, reason: EgressReason) => Promise<EgressOrders>;
  /** All segments of the recording, in its order. */
  readonly parts: (task: TaskKey) => Promise<EgressParts["segments"]>;
  readonly complete: (task: TaskKey, result: EgressComplete) => Promise<EgressSettled>;
  readonly fail: (task: TaskKey, failure: EgressFail) => Promise<EgressSettled>;
  readonly release: (task: TaskKey) => Promise<EgressSettled>;
  readonly close: () => Promise<void>;
}

export interface RecorderIdentity {
  /** Of the worker API, without a slash at its end. */
  readonly url: string;
  readonly name: string;
  readonly ticket: string;
}

interface Call {
  readonly path: string;
  readonly body: unknown;
  readonly waitSeconds?: number;
  readonly signal?: AbortSignal;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

const patienceMs = 10_000;

function decoded<Schema extends TSchema>(
  schema: Schema,
  path: string,
  text: string,
): Static<Schema> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new ApiUnreachable(path, "the answer is not JSON", error);
  }
  if (Value.Check(schema, body)) return body;
  throw new ApiUnreachable(path, "the answer has another form");
}

type Post = (call: Call) => Promise<Answer>;

function createPost({ url, name, ticket }: RecorderIdentity, dispatcher: Agent): Post {
  const headers = {
    "content-type": "application/json",
    authorization: `Bearer ${ticket}`,
    "x-recorder": name,
  };
  return async ({ path, body, waitSeconds = 0, signal }) => {
    const limit = AbortSignal.timeout(patienceMs + waitSeconds * 1000);
    try {
      const answer = await request(`${url}${path}`, {
        ...{ method: "POST", dispatcher, headers, body: JSON.stringify(body) },
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
        headersTimeout: patienceMs + waitSeconds * 1000,
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (error) {
      signal?.throwIfAborted();
      throw new ApiUnreachable(path, error instanceof Error ? error.message : "failed", error);
    }
  };
}

function refuse(path: string, { status, text }: Answer): void {
  if (status < 300) return;
  if (status === 404 || status === 409) throw new TaskLost();
  if (status >= 500 || status === 429 || status === 408) {
    throw new ApiUnreachable(path, `status ${status}`);
  }
  throw new Error(`${path}: status ${status}: ${text.slice(0, 500)}`);
}

/** The recorder's side of contracts/recorder-api.ts. Calls for a task throw {@link TaskLost} where it is not ours. */
export function createRecorderApi(identity: RecorderIdentity): RecorderApi {
  const dispatcher = new Agent({ connect: { timeout: 5000 }, keepAliveTimeout: 30_000 });
  const post = createPost(identity, dispatcher);
  const ask = async <Schema extends TSchema>(
    schema: Schema,
    { egressId, attempt }: TaskKey,
    { verb, ...call }: Omit<Call, "path"> & { readonly verb: string },
  ): Promise<Static<Schema>> => {
    const path = `/v1/egress/${egressId}/attempts/${attempt}/${verb}`;
    const answer = await post({ path, ...call });
    refuse(path, answer);
    return decoded(schema, path, answer.text);
  };
  return {
    claim: async (wanted, signal) => {
      const path = "/v1/egress/claim";
      const { waitSeconds } = wanted;
      const answer = await post({ path, body: wanted, waitSeconds, signal });
      refuse(path, answer);
      return answer.status === 200 ? decoded(EgressLease, path, answer.text) : undefined;
    },
    heartbeat: (task, waitSeconds, signal) =>
      ask(EgressOrders, task, { verb: "heartbeat", body: { waitSeconds }, waitSeconds, signal }),
    uploads: async (task, files) =>
      (await ask(UploadsResponse, task, { verb: "uploads", body: { files } })).uploads,
    segments: (task, segments) => ask(EgressOrders, task, { verb: "segments", body: { segments } }),
    pictures: (task, pictures) =>
      ask(EgressOrders, task, { verb: "snapshots", body: { pictures } }),
    stopping: (task, reason) => ask(EgressOrders, task, { verb: "stopping", body: { reason } }),
    parts: async (task) => {
      const segments: EgressParts["segments"] = [];
      for (let offset = 0; ; offset = segments.length) {
        const page = await ask(EgressParts, task, { verb: "parts", body: { offset } });
        segments.push(...page.segments);
        if (page.segments.length < partsPage) return segments;
      }
    },
    complete: (task, result) => ask(EgressSettled, task, { verb: "complete", body: result }),
    fail: (task, failure) => ask(EgressSettled, task, { verb: "fail", body: failure }),
    release: (task) => ask(EgressSettled, task, { verb: "release", body: {} }),
    close: () => dispatcher.close(),
  };
}
