import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import type { JobResult, Progress } from "@framewright/contracts/job.ts";
import {
  connectionLineMs,
  HeartbeatResponse,
  Lease,
  RegisterResponse,
  UploadsResponse,
  type FailRequest,
  type RegisterRequest,
  type ReleaseRequest,
  type UploadsRequest,
} from "@framewright/contracts/worker-api.ts";
import { ApiRefused, ApiUnreachable, type Answer, type Call, type Post } from "./http.ts";

/** A job under lease; the attempt number fences every call. */
export type LeaseKey = Pick<Lease, "jobId" | "attempt">;
export type Upload = UploadsResponse["uploads"][number];
export type UploadFile = UploadsRequest["files"][number];
export type Verdict = HeartbeatResponse["verdict"];

/** The worker's side of contracts/worker-api.ts. `false` or `undefined` mean: not yours. */
export interface WorkerApi {
  register: () => Promise<void>;
  alive: (draining: boolean) => Promise<void>;
  /** Resolves when a connection that stood has ended; throws where there was none. */
  stayConnected: (signal: AbortSignal) => Promise<void>;
  claim: (jobId: string) => Promise<Lease | undefined>;
  claimAny: (waitSeconds: number, signal: AbortSignal) => Promise<Lease | undefined>;
  heartbeat: (lease: LeaseKey, progress: Progress, timeoutMs: number) => Promise<Verdict>;
  uploads: (lease: LeaseKey, files: UploadFile[]) => Promise<Upload[] | undefined>;
  complete: (lease: LeaseKey, result: JobResult) => Promise<boolean>;
  fail: (lease: LeaseKey, report: FailRequest) => Promise<boolean>;
  release: (lease: LeaseKey, reason: ReleaseRequest["reason"]) => Promise<boolean>;
}

export interface WorkerApiArgs {
  readonly post: Post;
  /** Secret or ticket to register with; asked for each time, so that it is not kept. */
  readonly registrar: () => Promise<string>;
  /** What the worker is when it registers. */
  readonly registration: () => RegisterRequest;
}

/** Unknown fields are dropped, so that an older worker understands a newer API. */
function decode<T extends TSchema>(schema: T, path: string, body: unknown): Static<T> {
  const cleaned = Value.Clean(schema, body);
  try {
    return Value.Parse(schema, cleaned);
  } catch (error) {
    throw new ApiUnreachable(path, "the answer does not fit the contract", error);
  }
}

/** Holds the worker's own key, in memory only, and gets a new one when it is refused. */
function createIdentity(args: WorkerApiArgs): {
  authorised: (call: Omit<Call, "headers">) => Promise<Answer>;
  register: () => Promise<void>;
} {
  let key: Promise<string> | undefined;
  const register = async (): Promise<string> => {
    const path = "/v1/workers";
    const headers = { authorization: `Bearer ${await args.registrar()}` };
    const answer = await args.post({ path, headers, body: args.registration() });
    if (answer.status >= 400) throw new ApiRefused(path, answer.status, "registration refused");
    return decode(RegisterResponse, path, answer.body).apiKey;
  };
  const current = (): Promise<string> => {
    key ??= register().catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    return key;
  };
  const attempt = async (call: Omit<Call, "headers">, apiKey: string): Promise<Answer> =>
    args.post({ ...call, headers: { authorization: `Bearer ${apiKey}` } });
  return {
    register: async () => {
      await current();
    },
    authorised: async (call) => {
      const used = current();
      const answer = await attempt(call, await used);
      if (answer.status !== 401) return answer;
      // Several calls may be refused at once; the first one renews for all.
      if (key === used) key = undefined;
      const again = await attempt(call, await current());
      if (again.status === 401) throw new ApiRefused(call.path, 401, "the new key is refused too");
      return again;
    },
  };
}

function attemptPath({ jobId, attempt }: LeaseKey, verb: string): string {
  return `/v1/jobs/${jobId}/attempts/${attempt}/${verb}`;
}

export function createWorkerApi(args: WorkerApiArgs): WorkerApi {
  const { authorised, register } = createIdentity(args);
  const settle = async (lease: LeaseKey, verb: string, body: unknown): Promise<boolean> => {
    const answer = await authorised({ path: attemptPath(lease, verb), body });
    return answer.status < 300;
  };
  const claim = async (call: Omit<Call, "headers">): Promise<Lease | undefined> => {
    const answer = await authorised(call);
    return answer.status === 200 ? decode(Lease, call.path, answer.body) : undefined;
  };
  return {
    register,
    alive: async (draining) => {
      await authorised({ path: "/v1/workers/heartbeat", body: { draining } });
    },
    stayConnected: async (signal) => {
      const path = "/v1/workers/connection";
      const answer = await authorised({ path, body: {}, signal, silenceMs: 3 * connectionLineMs });
      if (answer.status !== 200) throw new ApiRefused(path, answer.status, "no connection");
    },
    claim: (jobId) => claim({ path: `/v1/jobs/${jobId}/claim`, body: {} }),
    claimAny: (waitSeconds, signal) => {
      const timeoutMs = (waitSeconds + 10) * 1000;
      return claim({ path: "/v1/jobs/claim", body: { waitSeconds }, timeoutMs, signal });
    },
    heartbeat: async (lease, progress, timeoutMs) => {
      const path = attemptPath(lease, "heartbeat");
      const answer = await authorised({ path, body: { progress }, timeoutMs });
      if (answer.status >= 400) return "lost";
      return decode(HeartbeatResponse, path, answer.body).verdict;
    },
    uploads: async (lease, files) => {
      const path = attemptPath(lease, "uploads");
      const answer = await authorised({ path, body: { files } });
      return answer.status < 300 ? decode(UploadsResponse, path, answer.body).uploads : undefined;
    },
    complete: (lease, result) => settle(lease, "complete", result),
    fail: (lease, report) => settle(lease, "fail", report),
    release: (lease, reason) => settle(lease, "release", { reason }),
  };
}
