import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { pipeline } from "node:stream/promises";
import { pause } from "@framewright/runtime/clock.ts";
import type { Logger } from "@framewright/runtime/log.ts";
import { Refusal } from "../http/refusal.ts";
import type { Line, Turn } from "./line.ts";

export interface QueueServerOptions {
  readonly line: Line;
  /** Of the pods. */
  readonly port: number;
  readonly log: Logger;
  readonly onBegin: (waitedSeconds: number) => void;
  readonly onEnd: (tookSeconds: number, status: number) => void;
}

/** Of the connection, not of the request: those belong to one way only (RFC 9110, 7.6.1). */
const ofConnection = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade", "te"]);

function passedOn(headers: IncomingMessage["headers"]): IncomingMessage["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofConnection.has(name)));
}

/** The pod did not take the connection: nothing was sent, so that another one can have the request. */
class Unreachable extends Error {}

/** Sends a request to a pod, without keeping any of it here. */
async function passOn(
  port: number,
  { pod }: Turn,
  { asked, reply, signal, onConnected }: Exchange & { readonly onConnected: () => void },
): Promise<number> {
  const answered = Promise.withResolvers<IncomingMessage>();
  const connected = Promise.withResolvers<undefined>();
  const onward = request({
    ...{ host: pod, port, path: asked.url, method: asked.method, signal, agent: false },
    headers: passedOn(asked.headers),
  });
  onward.on("response", answered.resolve);
  onward.on("error", (error) => {
    connected.reject(new Unreachable(error.message, { cause: error }));
    answered.reject(error);
  });
  onward.on("socket", (socket) => {
    socket.once("connect", () => {
      connected.resolve(undefined);
    });
  });
  answered.promise.catch(() => undefined);
  onward.flushHeaders();
  await connected.promise;
  onConnected();
  const sent = pipeline(asked, onward);
  sent.catch(() => undefined); // An answer may come before all was sent; what failed fails the answer.
  const answer = await answered.promise;
  const { statusCode = 502 } = answer;
  reply.writeHead(statusCode, passedOn(answer.headers));
  await pipeline(answer, reply);
  return statusCode;
}

interface Exchange {
  readonly asked: IncomingMessage;
  readonly reply: ServerResponse;
  readonly signal: AbortSignal;
}

function refuse(reply: ServerResponse, status: number, message: string): void {
  if (reply.headersSent) {
    reply.destroy();
    return;
  }
  reply.writeHead(status, {
    "content-type": "application/json",
    // What comes unread belongs to this request alone.
    connection: "close",
    ...(status === 503 && { "retry-after": "2" }),
  });
  reply.end(JSON.stringify({ error: { message, code: status === 503 ? "busy" : "pod_failed" } }));
}

/** Pods that were away a moment ago are given time to leave the list. */
const restMs = 1000;

async function exchange(options: QueueServerOptions, one: Exchange): Promise<void> {
  const { line, port, onBegin, onEnd } = options;
  const came = performance.now();
  const takesPlace = one.asked.method === "POST";
  for (;;) {
    const turn = await line.take(one.signal, { takesPlace });
    const began = performance.now();
    try {
      const onConnected = (): void => {
        if (takesPlace) onBegin((began - came) / 1000);
      };
      const status = await passOn(port, turn, { ...one, onConnected });
      if (takesPlace) onEnd((performance.now() - began) / 1000, status);
      return;
    } catch (error) {
      one.signal.throwIfAborted();
      if (!(error instanceof Unreachable)) throw error;
      options.log.debug({ pod: turn.pod, err: error }, "a pod is away");
      // It keeps its place meanwhile, so that nobody else is sent there.
      await pause(restMs, one.signal);
    } finally {
      turn.done();
    }
  }
}

/** Takes requests for a model service, whether it has a pod or not, and gives each to one in its turn. */
export function createQueueServer(options: QueueServerOptions): Server {
  const server = createServer((asked, reply) => {
    const gone = new AbortController();
    reply.on("close", () => {
      gone.abort();
    });
    exchange(options, { asked, reply, signal: gone.signal }).catch((error: unknown) => {
      if (gone.signal.aborted) return;
      if (error instanceof Refusal) {
        refuse(reply, error.status, error.message);
        return;
      }
      options.log.warn({ err: error, path: asked.url }, "a pod failed");
      refuse(reply, 502, "The pod that worked on it failed; try again");
    });
  });
  // Requests wait for a node to come and a model to load: clients decide how long.
  server.requestTimeout = 0;
  return server;
}
