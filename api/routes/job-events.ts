import type { ServerResponse } from "node:http";
import { Type } from "typebox";
import { JobEvent, JobProgress } from "@framewright/contracts/client-api.ts";
import type { JobState } from "@framewright/contracts/job.ts";
import { AppError } from "../errors.ts";
import { eventView } from "../jobs/view.ts";
import type { Caller } from "../keys/caller.ts";
import { callerOf } from "../plugins/auth.ts";
import type { App } from "../app.ts";
import { pause } from "@framewright/runtime/clock.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";
import { EventStreams } from "./event-streams.ts";
import { JobParams } from "./jobs.ts";

/** Below the 60 s after which common proxies close a silent connection. */
const commentEveryMs = 15_000;
/** How often the database is asked when nobody wakes us: with Redis, and without. */
const quietPollMs = { live: 10_000, alone: 1_000 };
const retryAfterErrorMs = 1_000;

/** OpenAPI 3.1 has no words for a stream: by custom, the schema is that of one event's data. */
const events = {
  description: "Server-sent events: `state` has a JobEvent as its data, `progress` a JobProgress",
  content: { "text/event-stream": { schema: Type.Union([JobEvent, JobProgress]) } },
} as const;

const Headers = Type.Object({
  "last-event-id": Type.Optional(
    Type.String({ pattern: "^[0-9]{1,15}$", description: "Resume after this event" }),
  ),
});

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

/** Follows one job: the database has what is new, a wake-up or the clock says when to look. */
export class JobStream {
  readonly #options: StreamOptions;
  #lastId: number;
  #lastProgress = "";
  #lastWrite = performance.now();
  #wake = new AbortController();

  constructor(options: StreamOptions, lastId: number) {
    this.#options = options;
    this.#lastId = lastId;
  }

  async run(): Promise<void> {
    const { deps, jobId, signal, raw } = this.#options;
    const forget = deps.notifier.onJob(jobId, () => {
      this.#wake.abort();
    });
    const onAbort = () => {
      this.#wake.abort();
    };
    signal.addEventListener("abort", onAbort);
    deps.metrics.eventStreams.inc();
    try {
      while (!signal.aborted && !(await this.#step()));
    } finally {
      deps.metrics.eventStreams.dec();
      signal.removeEventListener("abort", onAbort);
      forget();
      raw.end();
    }
  }

  /** True when the job has ended and all of it was sent, it was deleted, or the caller may read no longer. */
  async #step(): Promise<boolean> {
    const { deps } = this.#options;
    // Renewed before the read, so that a change during the read is not missed.
    this.#wake = new AbortController();
    if (this.#options.signal.aborted) return true;
    let waitMs = deps.notifier.live ? quietPollMs.live : quietPollMs.alone;
    try {
      if (await this.#sendNews()) return true;
    } catch (error) {
      if (error instanceof AppError && error.code === "job-not-found") return true;
      // The stream outlives a restart of the database; the request log has its errors.
      waitMs = retryAfterErrorMs;
    }
    if (performance.now() - this.#lastWrite >= commentEveryMs) this.#write(": still here\n\n");
    const untilComment = commentEveryMs - (performance.now() - this.#lastWrite);
    await pause(Math.max(10, Math.min(waitMs, untilComment)), this.#wake.signal);
    return false;
  }

  async #sendNews(): Promise<boolean> {
    const { deps, caller, jobId } = this.#options;
    if (!(await deps.callers.isActive(caller))) return true;
    // The job first: when it has ended, all its events are there to be read.
    const job = await deps.service.job(caller.projectId, jobId);
    for (const row of await deps.service.events(jobId, this.#lastId)) {
      const event = eventView(jobId, row);
      this.#write(`id: ${event.id}\nevent: state\ndata: ${JSON.stringify(event)}\n\n`);
      this.#lastId = event.id;
    }
    const { progress, attempt } = job;
    const text = progress ? JSON.stringify({ jobId, attempt, progress }) : "";
    if (text !== "" && text !== this.#lastProgress) {
      this.#write(`event: progress\ndata: ${text}\n\n`);
      this.#lastProgress = text;
    }
    return ended.has(job.state);
  }

  #write(text: string): void {
    this.#options.raw.write(text);
    this.#lastWrite = performance.now();
  }
}

/** The longest time that a timer takes; without it a later one would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

function atExpiry({ expiresAt }: Caller, end: () => void): NodeJS.Timeout | undefined {
  if (expiresAt === undefined) return undefined;
  return setTimeout(end, Math.min(expiresAt - Date.now(), longestTimerMs)).unref();
}

/** Runs `work` until the client goes, the key is revoked on any replica, the token expires, or the server closes. */
async function whileWanted(
  deps: Pick<ClientDeps, "notifier" | "closing">,
  { caller, raw }: { readonly caller: Caller; readonly raw: ServerResponse },
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const unwanted = new AbortController();
  const end = () => {
    unwanted.abort();
  };
  const forget = deps.notifier.onKeyRevoked(caller.keyId, end);
  const timer = atExpiry(caller, end);
  raw.on("close", end);
  if (raw.destroyed) end();
  try {
    await work(AbortSignal.any([unwanted.signal, deps.closing]));
  } finally {
    clearTimeout(timer);
    forget();
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
        headers: Headers,
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
        reply.hijack();
        reply.raw.writeHead(200, {
          "content-type": "text/event-stream; charset=utf-8",
          "cache-control": "no-store",
          "x-accel-buffering": "no",
          "x-request-id": request.id,
        });
        reply.raw.write("retry: 1000\n\n");
        const { raw } = reply;
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
