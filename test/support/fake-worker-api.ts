import { createReadStream, createWriteStream, existsSync, statSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import { randomUUID } from "node:crypto";
import { resultProblems } from "../../api/results/check-result.ts";
import type { JobError, JobResult, Progress } from "@framewright/contracts/job.ts";
import type { FindStepsRequest, KeepStepRequest } from "@framewright/contracts/kept-steps.ts";
import type { Profile, ProfileName } from "@framewright/contracts/profile.ts";
import type { Lease, RegisterRequest, UploadsRequest } from "@framewright/contracts/worker-api.ts";
import { workerTicket } from "../../runtime/worker-ticket.ts";
import { sendFile } from "./send-file.ts";
import { storedResult } from "./stored-result.ts";

/** A job as the fake keeps it, with everything that the worker did to it, in order. */
export interface FakeJob {
  readonly id: string;
  readonly sourcePath: string;
  /** In place of the file. */
  source?: Lease["source"];
  readonly profile: ProfileName;
  /** In the lease, unless it is left out as by an API of the version before. */
  profileDefinition?: Profile;
  edit?: Lease["edit"];
  /** A job whose kept steps are of use to this one. */
  stepsOf?: FakeJob;
  attempt: number;
  state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
  verdict: "continue" | "cancel" | "lost";
  result?: JobResult;
  error?: JobError;
  released?: string;
  readonly progress: Progress[];
  /** Paths stored, in the order in which they arrived whole, with their time (ms). */
  readonly stored: { path: string; at: number }[];
  readonly ended: Promise<void>;
  end: () => void;
}

export interface FakeApi {
  readonly url: string;
  readonly jobs: Map<string, FakeJob>;
  readonly registrations: RegisterRequest[];
  readonly calls: string[];
  readonly outputDir: string;
  leaseSeconds: number;
  heartbeatSeconds: number;
  /** Answers every call with this status, while set. */
  outage: number | undefined;
  /** Forgets all keys, as a restarted API with a new secret would. */
  revokeKeys: () => void;
  /** Called before each PUT; a returned status is answered instead of storing. */
  onPut: (path: string) => number | undefined;
  addJob: (sourcePath: string, profile?: ProfileName) => FakeJob;
  close: () => Promise<void>;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

function reply(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body === undefined ? "" : JSON.stringify(body));
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

export const adminSecret = "test-admin-secret";

/**
 * Speaks contracts/worker-api.ts over HTTP and stands in for the object store too. Like the real ones it refuses to
 * overwrite, and a result that is not what the attempt stored.
 */
export async function startFakeApi(outputDir: string): Promise<FakeApi> {
  let keys = new Set<string>();

  const leaseFor = async (job: FakeJob): Promise<Lease> => {
    job.attempt += 1;
    job.state = "running";
    const { size } = await stat(job.sourcePath);
    return {
      jobId: job.id,
      attempt: job.attempt,
      kind: "transcode",
      profile: job.profile,
      ...(job.edit && { edit: job.edit }),
      ...(job.profileDefinition && { profileDefinition: job.profileDefinition }),
      leaseSeconds: api.leaseSeconds,
      heartbeatSeconds: api.heartbeatSeconds,
      source: job.source ?? {
        ...{ url: `${api.url}/source/${job.id}?signature=secret`, sizeBytes: size },
      },
      requestId: `request-${job.id}`,
    };
  };

  const settle = (job: FakeJob, state: FakeJob["state"], response: ServerResponse): void => {
    job.state = state;
    reply(response, 200, { state });
    job.end();
  };

  const verbs: Record<string, (job: FakeJob, body: never, response: ServerResponse) => void> = {
    heartbeat: (job, body: { progress: Progress }, response) => {
      job.progress.push(body.progress);
      reply(response, 200, { verdict: job.verdict });
    },
    uploads: (job, body: UploadsRequest, response) => {
      const uploads = body.files.map(({ path }) => ({
        path,
        url: `${api.url}/store/${job.id}/a${job.attempt}/${path}?signature=secret`,
        headers: { "x-test-signed": "yes" },
      }));
      reply(response, 200, { uploads });
    },
    "find-steps": (job, { names }: FindStepsRequest, response) => {
      const found = [job, ...(job.stepsOf ? [job.stepsOf] : [])].flatMap(({ id }) =>
        names.flatMap((name) => {
          const path = join(outputDir, id, "steps", name);
          const url = `${api.url}/steps/${id}/steps/${name}`;
          return existsSync(path) ? [{ name, url, sizeBytes: statSync(path).size }] : [];
        }),
      );
      reply(response, 200, { found });
    },
    "keep-step": (job, { name }: KeepStepRequest, response) => {
      const url = `${api.url}/store/${job.id}/steps/${name}?signature=secret`;
      reply(response, 200, { url, headers: { "x-test-signed": "yes" } });
    },
    complete: (job, body: JobResult, response) => {
      job.result = body;
      void storedResult(join(outputDir, job.id, `a${job.attempt}`), body).then((stored) => {
        const problems = resultProblems(body, stored);
        const message = problems.join("; ");
        if (problems.length > 0) job.error = { kind: "defect", code: "result-invalid", message };
        settle(job, problems.length > 0 ? "failed" : "succeeded", response);
      });
    },
    fail: (job, body: JobError, response) => {
      job.error = body;
      settle(job, "failed", response);
    },
    release: (job, body: { reason: string }, response) => {
      job.released = body.reason;
      settle(job, body.reason === "cancelled" ? "cancelled" : "queued", response);
    },
  };

  const attemptCall = async (
    parts: string[],
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const [, , id, , number, verb] = parts;
    const job = api.jobs.get(id!);
    const body = await readJson(request);
    const current = job?.state === "running" && job.attempt === Number(number);
    if (!job || !current || (job.verdict === "lost" && verb !== "heartbeat")) {
      reply(response, 409, { code: "lost" });
    } else {
      verbs[verb!]!(job, body as never, response);
    }
  };

  const claimAny = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { waitSeconds } = (await readJson(request)) as { waitSeconds: number };
    const until = Date.now() + waitSeconds * 1000;
    const { socket } = request;
    for (;;) {
      // A worker that was killed before the job came must not get it: its end is read in this turn.
      await setImmediate();
      const job = [...api.jobs.values()].find((one) => one.state === "queued");
      if (socket.readableEnded || socket.destroyed || Date.now() > until) break;
      if (job) {
        reply(response, 200, await leaseFor(job));
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    reply(response, 204);
  };

  const workerCall = async (
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const parts = path.split("/").slice(1);
    if (path === "/v1/workers/heartbeat") {
      await readJson(request);
      reply(response, 200, {});
    } else if (path === "/v1/workers/connection") {
      response.writeHead(200).write("\n");
    } else if (path === "/v1/jobs/claim") {
      await claimAny(request, response);
    } else if (parts[3] === "claim") {
      const job = api.jobs.get(parts[2]!);
      if (job?.state === "queued") reply(response, 200, await leaseFor(job));
      else reply(response, 409, { code: "job-not-claimable" });
    } else {
      await attemptCall(parts, request, response);
    }
  };

  const register = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const registration = (await readJson(request)) as RegisterRequest;
    const accepted = [adminSecret, workerTicket(adminSecret, registration.workerName)];
    if (!accepted.some((one) => request.headers.authorization === `Bearer ${one}`)) {
      reply(response, 403, { code: "forbidden" });
      return;
    }
    api.registrations.push(registration);
    const key = randomUUID();
    keys.add(key);
    reply(response, 200, { workerId: randomUUID(), apiKey: key, addedLater: true });
  };

  const put = async (
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const [id, folder, ...rest] = path.split("/").slice(2);
    const job = api.jobs.get(id!);
    const refused = api.onPut(rest.join("/"));
    if (refused !== undefined || request.headers["x-test-signed"] !== "yes") {
      request.resume();
      reply(response, refused ?? 403);
      return;
    }
    const target = join(outputDir, path.slice("/store/".length));
    if (existsSync(target)) {
      request.resume();
      reply(response, 412);
      return;
    }
    await mkdir(dirname(target), { recursive: true });
    await pipeline(request, createWriteStream(target));
    if (folder !== "steps") job?.stored.push({ path: rest.join("/"), at: Date.now() });
    reply(response, 200);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url!.split("?")[0]!;
    if (path.startsWith("/source/")) {
      const { sourcePath } = api.jobs.get(path.split("/")[2]!)!;
      await sendFile(sourcePath, request, response);
      return;
    }
    if (path.startsWith("/steps/")) {
      await pipeline(createReadStream(join(outputDir, path.slice("/steps/".length))), response);
      return;
    }
    if (path.startsWith("/store/")) {
      await put(path, request, response);
      return;
    }
    api.calls.push(path);
    const key = request.headers.authorization?.replace("Bearer ", "");
    if (api.outage !== undefined) reply(response, api.outage, { code: "outage" });
    else if (path === "/v1/workers") await register(request, response);
    else if (!keys.has(key ?? "")) reply(response, 401, { code: "unauthorised" });
    else await workerCall(path, request, response);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.destroy(error as Error);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const api: FakeApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    jobs: new Map(),
    registrations: [],
    calls: [],
    outputDir,
    leaseSeconds: 30,
    heartbeatSeconds: 1,
    outage: undefined,
    revokeKeys: () => {
      keys = new Set();
    },
    onPut: () => undefined,
    addJob: (sourcePath, profile = "hls-720p") => {
      const { promise: ended, resolve: end } = deferred();
      const job: FakeJob = {
        id: randomUUID(),
        sourcePath,
        profile,
        attempt: 0,
        state: "queued",
        verdict: "continue",
        progress: [],
        stored: [],
        ended,
        end,
      };
      api.jobs.set(job.id, job);
      return job;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return api;
}
