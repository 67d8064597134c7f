import type { ServerResponse } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { pause } from "@framewright/runtime/clock.ts";
import { AppError } from "../errors.ts";
import type { Caller } from "../keys/caller.ts";
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

export type Write = (text: string) => void;

export interface FollowedOptions {
  readonly notifier: Pick<ClientDeps["notifier"], "live" | "onJob">;
  readonly metrics: ClientDeps["metrics"];
  /** Of what is followed; whoever changes it says so. */
  readonly id: string;
  readonly raw: Pick<ServerResponse, "write" | "end">;
  readonly signal: AbortSignal;
  /** Gives whether it has ended and all of it was sent, or the caller may read no longer. */
  readonly sendNews: (write: Write) => Promise<boolean>;
}

/** Follows what is in the database: a wake-up or the clock says when to look. */
export class FollowedStream {
  readonly #options: FollowedOptions;
  #lastWrite = performance.now();
  #wake = new AbortController();

  constructor(options: FollowedOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { notifier, metrics, id, signal, raw } = this.#options;
    const forget = notifier.onJob(id, () => {
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
    const { notifier, sendNews, signal } = this.#options;
    // Renewed before the read, so that a change during the read is not missed.
    this.#wake = new AbortController();
    if (signal.aborted) return true;
    let waitMs = notifier.live ? quietPollMs.live : quietPollMs.alone;
    try {
      const write = (text: string) => {
        this.#write(text);
      };
      if (await sendNews(write)) return true;
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

  #write(text: string): void {
    this.#options.raw.write(text);
    this.#lastWrite = performance.now();
  }
}

/** Begins the answer; what follows is written to its socket. */
export function beginStream({ id }: FastifyRequest, reply: FastifyReply): ServerResponse {
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
export async function whileWanted(
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
