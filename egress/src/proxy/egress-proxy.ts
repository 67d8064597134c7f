import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { guardedLookup, type Resolve } from "@framewright/runtime/guarded-lookup.ts";
import type { Logger } from "@framewright/runtime/log.ts";
import { checkUrl, TargetRefused, type OutboundPolicy } from "@framewright/runtime/outbound-url.ts";
import type { ProxyLimits } from "../../env.ts";
import { carry, type Ending } from "./limits.ts";

/** What became of one request. */
export type Outcome = Ending | "refused" | "unreachable" | "busy";

export interface ProxyArgs {
  readonly policy: OutboundPolicy;
  readonly limits: ProxyLimits;
  readonly log: Logger;
  /** @default as every program of this machine resolves names */
  readonly resolve?: Resolve;
  readonly onOutcome?: (outcome: Outcome, bytes: number) => void;
}

const connectSeconds = 10;

/** Of one connection alone, never passed on (RFC 9110, 7.6.1). */
const ownHeaders = [
  ...["connection", "proxy-connection", "proxy-authorization", "proxy-authenticate"],
  ...["keep-alive", "te", "trailer", "transfer-encoding", "upgrade"],
];

function passedOn(headers: IncomingMessage["headers"]): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.includes(name)));
}

interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly outcome: Outcome;
}

function refusalFor(error: unknown): Refusal {
  if (error instanceof TargetRefused) {
    return { status: 403, text: error.message, outcome: "refused" };
  }
  return { status: 502, text: "The target cannot be reached", outcome: "unreachable" };
}

const busy: Refusal = { status: 503, text: "Too many connections", outcome: "busy" };

const phrases: Readonly<Record<number, string>> = {
  403: "Forbidden",
  502: "Bad Gateway",
  503: "Service Unavailable",
};

/**
 * The only way of recorders to http and https. It resolves each name itself, refuses it unless all of its addresses are
 * allowed, and connects to what it checked. So a page, a playlist, a key or a redirect leads nowhere inside, whoever wrote it.
 */
class Proxy {
  readonly #args: ProxyArgs;
  #open = 0;

  constructor(args: ProxyArgs) {
    this.#args = args;
  }

  /** `CONNECT host:port`: bytes both ways, which the proxy can't read. */
  async tunnel(request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    client.on("error", () => undefined);
    const url = `https://${request.url ?? ""}`;
    await this.#pass(
      url,
      async (target) => {
        const server = await this.#connect(target);
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        if (head.length > 0) server.write(head);
        const ways = [
          { from: client, to: server },
          { from: server, to: client },
        ];
        return carry(ways, this.#args.limits);
      },
      ({ status, text }) => {
        const phrase = phrases[status] ?? "";
        client.end(
          `HTTP/1.1 ${status} ${phrase}\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${text}\n`,
        );
      },
    );
  }

  /** `GET http://…`: one request, whose answer may be a redirect; the client asks again for where that leads. */
  async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.#pass(
      request.url ?? "",
      async (target) => {
        const answer = await this.#ask(target, request);
        response.writeHead(answer.statusCode ?? 502, passedOn(answer.headers));
        return carry([{ from: answer, to: response }], this.#args.limits);
      },
      ({ status, text }) => {
        if (response.headersSent) response.destroy();
        else response.writeHead(status, { "content-type": "text/plain" }).end(`${text}\n`);
      },
    );
  }

  async #pass(
    url: string,
    go: (target: URL) => Promise<{ readonly bytes: number; readonly ending: Ending }>,
    refuse: (refusal: Refusal) => void,
  ): Promise<void> {
    const { log, policy, limits, onOutcome } = this.#args;
    // Path and query may carry a key: no line has them.
    const place = URL.parse(url);
    const about = { host: place?.hostname, port: place?.port };
    const told = ({ outcome, ...refusal }: Refusal, internal?: string): void => {
      refuse({ outcome, ...refusal });
      log.info({ ...about, outcome, internal }, "not passed on");
      onOutcome?.(outcome, 0);
    };
    if (this.#open >= limits.maxConnections) {
      told(busy);
      return;
    }
    this.#open += 1;
    const startedAt = performance.now();
    try {
      const { bytes, ending } = await go(checkUrl(url, policy));
      const seconds = Math.round(performance.now() - startedAt) / 1000;
      log.info({ ...about, outcome: ending, bytes, seconds }, "passed on");
      onOutcome?.(ending, bytes);
    } catch (error) {
      told(refusalFor(error), error instanceof TargetRefused ? error.internal : String(error));
    } finally {
      this.#open -= 1;
    }
  }

  #connect({ hostname, port }: URL): Promise<Socket> {
    const { policy, resolve } = this.#args;
    return new Promise((done, fail) => {
      const host = hostname.replace(/^\[(.*)\]$/, "$1");
      const socket = connect({
        host,
        port: port === "" ? 443 : Number(port),
        lookup: guardedLookup(policy, resolve),
        timeout: connectSeconds * 1000,
      });
      socket.once("timeout", () => socket.destroy(new Error("no connection in time")));
      socket.once("error", fail);
      socket.once("connect", () => {
        socket.setTimeout(0);
        socket.off("error", fail);
        done(socket);
      });
    });
  }

  #ask(target: URL, request: IncomingMessage): Promise<IncomingMessage> {
    const { policy, resolve } = this.#args;
    return new Promise((done, fail) => {
      const sent = httpRequest(target, {
        method: request.method,
        headers: { ...passedOn(request.headers), host: target.host },
        agent: false,
        lookup: guardedLookup(policy, resolve),
        timeout: connectSeconds * 1000,
      });
      sent.once("timeout", () => sent.destroy(new Error("no answer in time")));
      sent.once("error", fail);
      sent.once("response", done);
      request.pipe(sent);
    });
  }
}

/** It does not listen yet. */
export function createEgressProxy(args: ProxyArgs): Server {
  const proxy = new Proxy(args);
  const server = createServer((request, response) => {
    void proxy.forward(request, response);
  });
  server.on("connect", (request: IncomingMessage, client: Duplex, head: Buffer) => {
    void proxy.tunnel(request, client, head);
  });
  server.headersTimeout = 5000;
  return server;
}
