import { setTimeout as pause } from "node:timers/promises";
import type { EgressReason } from "@framewright/contracts/egress.ts";
import type { OpenedSource, OpenOptions } from "../sources/opened-source.ts";
import { monotonicSeconds } from "./monotonic.ts";
import { RtpSession, type Waits } from "./rtp-session.ts";
import { RtspServer } from "./rtsp-server.ts";

/** One connection to a source. */
export interface Link {
  /** Resolves when it is over; with an end if another connection would be no use. */
  readonly over: Promise<EgressReason | undefined>;
  readonly close: () => Promise<void>;
}

/** Another connection would fail in the same way. */
export class SourceRefused extends Error {
  override readonly name = "SourceRefused";
}

export interface LiveSourceArgs extends Pick<OpenOptions, "signal" | "log" | "patience"> {
  readonly waits?: Waits;
  readonly connect: (session: RtpSession, signal: AbortSignal) => Promise<Link>;
}

export interface LiveSource extends OpenedSource {
  readonly session: RtpSession;
}

const tickMs = 200;

/** Between two connections to a source that answers but drops. */
const reconnectMs = { first: 250, most: 3000 };

/** A source's connection, made anew whenever it breaks, until the source ends or is away for too long. */
class Keeper {
  readonly #args: LiveSourceArgs;
  readonly #session: RtpSession;
  readonly #stop = new AbortController();
  readonly #startedAt = monotonicSeconds();
  #link: Link | undefined;
  #problem = "nothing came";

  constructor(args: LiveSourceArgs, session: RtpSession) {
    this.#args = args;
    this.#session = session;
  }

  /** The end that time decides; undefined while there is patience. */
  #outOfPatience(): EgressReason | undefined {
    const { startSeconds, silentSeconds } = this.#args.patience;
    const last = this.#session.lastPacketAt;
    const silent = monotonicSeconds() - (last ?? this.#startedAt);
    if (last === undefined) {
      if (silent < startSeconds) return undefined;
      const message = `Nothing came within ${startSeconds} s: ${this.#problem}`;
      return { code: "source-not-started", message };
    }
    if (silent < silentSeconds) return undefined;
    return {
      code: "source-silent",
      message: `Nothing came for ${silentSeconds} s: ${this.#problem}`,
    };
  }

  async #once(): Promise<EgressReason | undefined> {
    const { connect, log } = this.#args;
    try {
      this.#link = await connect(this.#session, this.#stop.signal);
      const end = await this.#link.over;
      if (end === undefined) log.info("the connection to the source is over");
      return end;
    } catch (error) {
      if (this.#stop.signal.aborted) return undefined;
      this.#problem = error instanceof Error ? error.message : String(error);
      log.warn({ err: error }, "no connection to the source");
      if (error instanceof SourceRefused) return { code: "source-refused", message: this.#problem };
      return undefined;
    } finally {
      await this.#link?.close().catch(() => undefined);
      this.#link = undefined;
    }
  }

  async #connections(): Promise<EgressReason> {
    let wait = reconnectMs.first;
    for (;;) {
      const end = await this.#once();
      if (end !== undefined) return end;
      await pause(wait, undefined, { signal: this.#stop.signal });
      wait = Math.min(wait * 2, reconnectMs.most);
    }
  }

  async run(): Promise<EgressReason> {
    const { signal } = this.#args;
    const closed = new Promise<EgressReason>((resolve) => {
      const onAbort = (): void => {
        resolve({ code: "stop-requested", message: "It was closed" });
      };
      if (signal.aborted) onAbort();
      signal.addEventListener("abort", onAbort, { once: true });
    });
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<EgressReason>((resolve) => {
      timer = setInterval(() => {
        this.#session.tick();
        const end = this.#outOfPatience();
        if (end !== undefined) resolve(end);
      }, tickMs);
    });
    // Rejects only once stopped, when another end has won.
    const connections = this.#connections();
    connections.catch(() => undefined);
    try {
      return await Promise.race([closed, patience, connections]);
    } finally {
      clearInterval(timer);
      this.#stop.abort();
      await this.#link?.close().catch(() => undefined);
    }
  }
}

/** Receives a live source and offers it to ffmpeg on the loopback. */
export async function openLiveSource(args: LiveSourceArgs): Promise<LiveSource> {
  const stop = new AbortController();
  const signal = AbortSignal.any([args.signal, stop.signal]);
  const session = new RtpSession({
    now: monotonicSeconds,
    ...(args.waits && { waits: args.waits }),
    onChange: (reason) => {
      args.log.info({ reason }, "a new part begins");
    },
  });
  const server = new RtspServer({
    offer: () => session.offer(),
    onPlay: (reader) => {
      session.play(reader);
    },
  });
  const url = await server.listen();
  const ended = new Keeper({ ...args, signal }, session).run().finally(() => {
    session.end();
    server.stopWaiting();
    args.log.info({ ...session.figures }, "the source is over");
  });
  return {
    inputArguments: ["-rtsp_transport", "tcp", "-analyzeduration", "2000000", "-i", url],
    environment: {},
    came: session.came,
    codecs: () => session.codecs,
    session,
    ended,
    close: async () => {
      stop.abort();
      await ended;
      server.close();
    },
  };
}
