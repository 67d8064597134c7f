import http from "node:http";
import https from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../kit/errors.ts";
import { parseJson, type Json } from "../../kit/json.ts";
import { ApiError, Unreachable } from "./api-error.ts";
import { CredentialSource, type Credentials } from "./credentials.ts";
import type { Connection } from "./kubeconfig.ts";

export interface Request {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Readonly<Record<string, string>>;
  body?: Json;
  contentType?: string;
  /** Takes the warnings that the server sends along with a success. */
  warn?: ((message: string) => void) | undefined;
  signal: AbortSignal;
}

/** Tries, and the first and longest pause between them in milliseconds, for what is safe to repeat. */
const maxTries = 7;
const firstPauseMs = 200;
const longestPauseMs = 4000;
/** A request that the server has not answered in this time, in milliseconds, is lost. */
const requestTimeoutMs = 65_000;

const networkErrors = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENOTFOUND",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

function errorCode(error: unknown): string {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

/** Whether another try may succeed and cannot do harm: every request sent here is idempotent but POST. */
function mayRetry(error: unknown, method: Request["method"]): boolean {
  if (error instanceof ApiError) {
    if (error.status === 429) return true;
    // A webhook whose pods have only just been created.
    if (error.status === 500 && error.message.includes("failed calling webhook")) return true;
    return method !== "POST" && (error.status === 503 || error.status === 504);
  }
  return (
    networkErrors.has(errorCode(error)) &&
    (method !== "POST" || errorCode(error) === "ECONNREFUSED")
  );
}

export function pauseMs(attempt: number, error: unknown): number {
  const asked = error instanceof ApiError ? error.retryAfter : undefined;
  return asked === undefined
    ? Math.min(longestPauseMs, firstPauseMs * 2 ** attempt)
    : Math.min(asked * 1000, 10_000);
}

function toApiError(status: number, text: string): ApiError {
  let body: Json = null;
  try {
    body = parseJson(text);
  } catch {
    // A proxy in between answers in plain text; the text itself is then the message.
  }
  return new ApiError(status, body, text);
}

/** Texts of the Warning headers: 299 - "text", with quotes inside escaped (RFC 7234). */
export function warningsOf(message: Pick<http.IncomingMessage, "headersDistinct">): string[] {
  const headers = message.headersDistinct["warning"] ?? [];
  return headers.flatMap((header) =>
    [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) =>
      text.replaceAll(/\\(.)/g, "$1"),
    ),
  );
}

/** HTTP to one API server: credentials, kept connections, retries. */
export class ApiHttp {
  readonly #connection: Connection;
  readonly #credentials: CredentialSource;
  #agent: { for: Credentials; agent: http.Agent } | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#credentials = new CredentialSource(connection);
  }

  /** Sends a request and reads the answer as JSON, trying again where that is safe. */
  async json(request: Request): Promise<Json> {
    return parseJson(await this.text(request));
  }

  async text(request: Request): Promise<string> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await text(await this.open(request, requestTimeoutMs));
      } catch (error) {
        request.signal.throwIfAborted();
        if (attempt + 1 >= maxTries || !mayRetry(error, request.method)) throw this.#explain(error);
        await sleep(pauseMs(attempt, error), undefined, { signal: request.signal });
      }
    }
  }

  /** Sends a request once and hands over the answer's stream; refusals are thrown as ApiError. */
  async open(request: Request, timeoutMs: number): Promise<http.IncomingMessage> {
    const credentials = await this.#credentials.current();
    const message = await this.#send(request, credentials, timeoutMs);
    const status = message.statusCode ?? 0;
    if (status >= 200 && status < 300) {
      for (const warning of warningsOf(message)) request.warn?.(warning);
      return message;
    }
    if (status === 401) this.#credentials.refused();
    throw toApiError(status, await text(message));
  }

  #explain(error: unknown): unknown {
    if (error instanceof ApiError || errorCode(error) === "") return error;
    const message = `the Kubernetes API server at ${this.#connection.server} cannot be reached: ${messageOf(error)}`;
    return new Unreachable(message, { cause: error });
  }

  #agentFor(credentials: Credentials): http.Agent {
    const { certificate, key } = credentials;
    const known = this.#agent;
    if (known !== undefined && known.for.certificate === certificate && known.for.key === key) {
      return known.agent;
    }
    const { server, ca, insecure, serverName } = this.#connection;
    const agent = server.startsWith("http:")
      ? new http.Agent({ keepAlive: true })
      : new https.Agent({
          keepAlive: true,
          rejectUnauthorized: !insecure,
          ...(ca === undefined ? {} : { ca }),
          ...(certificate === undefined ? {} : { cert: certificate }),
          ...(key === undefined ? {} : { key }),
          ...(serverName === undefined ? {} : { servername: serverName }),
        });
    this.#agent = { for: credentials, agent };
    return agent;
  }

  #send(
    request: Request,
    credentials: Credentials,
    timeoutMs: number,
  ): Promise<http.IncomingMessage> {
    const base = this.#connection.server.replace(/\/+$/, "");
    const url = new URL(base + request.path);
    for (const [name, value] of Object.entries(request.query ?? {}))
      url.searchParams.set(name, value);
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const headers: Record<string, string> = { accept: "application/json, */*" };
    if (credentials.authorization !== undefined)
      headers["authorization"] = credentials.authorization;
    if (body !== undefined) {
      headers["content-type"] = request.contentType ?? "application/json";
      headers["content-length"] = Buffer.byteLength(body).toString();
    }
    const { method, signal } = request;
    const options = {
      method,
      headers,
      signal,
      agent: this.#agentFor(credentials),
      timeout: timeoutMs,
    };
    return new Promise((resolve, reject) => {
      const send = url.protocol === "http:" ? http.request : https.request;
      const sent = send(url, options, resolve);
      sent.on("timeout", () => {
        const late = new Error(`no answer in ${(timeoutMs / 1000).toString()} s`);
        sent.destroy(Object.assign(late, { code: "ETIMEDOUT" }));
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }
}
