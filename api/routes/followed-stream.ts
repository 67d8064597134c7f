import type { ServerResponse } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { pause } from "@framewright/runtime/clock.ts";
import { AppError } from "../errors.ts";
import type { Caller } from "../keys/caller.ts";
import { callerOf } from "../plugins/auth.ts";
import type { ClientDeps } from "./client-deps.ts";

/** Below the 60 s after which common proxies close a silent connection. */
const commentEveryMs = 15_000;
/** How often the database is asked when nobody wakes us: with Redis, and without. */
const quietPollMs = { live: 10_000, alone: 1_000 };
const retryAfterErrorMs = 1_000;

export const ResumeHeaders = Type.Object({
  "last-event-id": Type.Optional(
    Type.String({ pattern: "^[0-9]{1,15}$", description: "Resume after this event" }),
  ),
});

/** A job or a recording, whose events are kept. */
export interface Followed {
  readonly id: string;
  /** Whether it has ended; and how far it is, of which only the latest is sent. */
  readonly look: () => Promise<{
    readonly hasEnded: boolean;
    readonly progress?: object;
  }>;
  /** Its events after this one, oldest first. */
  readonly eventsAfter: (id: number) => Promise<readonly { readonly id: number }[]>;
}

interface FollowedOptions {
  readonly deps: {
    readonly notifier: Pick<ClientDeps["notifier"], "live" | "onJob">;
    readonly metrics: ClientDeps["metrics"];
    readonly callers: Pick<ClientDeps["callers"], "isActive">;
  };
  readonly caller: Caller;
  readonly followed: Followed;
  /** The client has the events up to this one. */
  readonly lastId: number;
  readonly raw: Pick<ServerResponse, "write" | "end">;
  readonly signal: AbortSignal;
}

/** Follows what is in the database: a wake-up or the clock says when to look. */
export class FollowedStream {
  readonly #options: FollowedOptions;
  #lastId: number;
  #lastProgress: string | undefined;
  #lastWrite = performance.now();
  #wake = new AbortController();

  constructor(options: FollowedOptions) {
    this.#options = options;
    this.#lastId = options.lastId;
  }

  async run(): Promise<void> {
    const { deps, followed, signal, raw } = this.#options;
    const { notifier, metrics } = deps;
    const forget = notifier.onJob(followed.id, () => {
      this.#wake.abort();
    });
    const onAbort = () => {
      this.#wake.abort();
    };
    signal.addEventListener("abort", onAbort);
    metrics.eventStreams.inc();
    try {
      while (!signal.aborted && !(await this.#step()));
    } finally {
      metrics.eventStreams.dec();
      signal.removeEventListener("abort", onAbort);
      forget();
      raw.end();
    }
  }

  /** True when nothing more follows; so does what was deleted. */
  async #step(): Promise<boolean> {
    const { signal, deps } = this.#options;
    // Renewed before the read, so that a change during the read is not missed.
    this.#wake = new AbortController();
    if (signal.aborted) return true;
    let waitMs = deps.notifier.live ? quietPollMs.live : quietPollMs.alone;
    try {
      if (await this.#sendNews()) return true;
    } catch (error) {
      if (error instanceof AppError && error.status === 404) return true;
      // The stream outlives a restart of the database; the request log has its errors.
      waitMs = retryAfterErrorMs;
    }
    if (performance.now() - this.#lastWrite >= commentEveryMs) this.#write(": still here\n\n");
    const untilComment = commentEveryMs - (performance.now() - this.#lastWrite);
    await pause(Math.max(10, Math.min(waitMs, untilComment)), this.#wake.signal);
    return false;
  }

  /** Gives whether it has ended and all of it was sent, or the caller may read no longer. */
  async #sendNews(): Promise<boolean> {
    const { deps, caller, followed } = this.#options;
    if (!(await deps.callers.isActive(caller))) return true;
    // This first: when it has ended, all its events are there to be read.
    const { hasEnded, progress } = await followed.look();
    for (const event of await followed.eventsAfter(this.#lastId)) {
      this.#write(`id: ${event.id}\nevent: state\ndata: ${JSON.stringify(event)}\n\n`);
      this.#lastId = event.id;
    }
    const text = progress && JSON.stringify(progress);
    if (text !== undefined && text !== this.#lastProgress) {
      this.#write(`event: progress\ndata: ${text}\n\n`);
      this.#lastProgress = text;
    }
    return hasEnded;
  }

  #write(text: string): void {
    this.#options.raw.write(text);
    this.#lastWrite = performance.now();
  }
}

/** Begins the answer; what follows is written to its socket. */
function beginStream({ id }: FastifyRequest, reply: FastifyReply): ServerResponse {
  reply.hijack();
  reply.raw.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
    "x-request-id": id,
  });
  reply.raw.write("retry: 1000\n\n");
  return reply.raw;
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

type StreamDeps = FollowedOptions["deps"] &
  Pick<ClientDeps, "closing" | "streams"> & {
    readonly notifier: Pick<ClientDeps["notifier"], "onKeyRevoked">;
  };

/** Answers with the events of what is followed, or with 204 where it has ended and there is nothing new. */
export async function answerWithEvents(
  { deps, followed }: { deps: StreamDeps; followed: Followed },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const caller = callerOf(request);
  const lastId = Number(request.headers["last-event-id"] ?? 0);
  // Before the look-ups: a flood of streams that are refused must cost others nothing.
  const leave = deps.streams.enter(caller.keyId);
  try {
    const { hasEnded } = await followed.look();
    if (hasEnded && (await followed.eventsAfter(lastId)).length === 0) {
      await reply.code(204).send(null);
      return;
    }
    const raw = beginStream(request, reply);
    await whileWanted(deps, { caller, raw }, (signal) =>
      new FollowedStream({ deps, caller, followed, lastId, raw, signal }).run(),
    );
  } finally {
    leave();
  }
}
