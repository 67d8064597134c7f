import { Type } from "typebox";
import { Value } from "typebox/value";
import { Agent, request, type Dispatcher } from "undici";

/** The API did not answer, or not usefully: worth trying again later. */
export class ApiUnreachable extends Error {
  constructor(path: string, why: string, cause?: unknown) {
    super(`${path}: ${why}`, { cause });
    this.name = "ApiUnreachable";
  }
}

/** The API answered and said no. */
export class ApiRefused extends Error {
  readonly status: number;

  constructor(path: string, status: number, body: string) {
    super(`${path}: status ${status}: ${body.slice(0, 500)}`);
    this.name = "ApiRefused";
    this.status = status;
  }
}

/** The API takes nothing from this worker, and no other try can end differently; the message is for who runs it. */
export class WorkerRefused extends Error {
  readonly code: string;

  constructor(code: string, why: string) {
    super(why);
    this.name = "WorkerRefused";
    this.code = code;
  }
}

const Refusal = Type.Object({
  code: Type.Enum(["worker-revoked", "worker-too-old", "token-refused"]),
  detail: Type.String(),
});

function refusalOf(path: string, status: number, text: string): Error {
  const problem = status === 403 ? parsed(text) : undefined;
  return Value.Check(Refusal, problem)
    ? new WorkerRefused(problem.code, problem.detail)
    : new ApiRefused(path, status, text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface Call {
  readonly path: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** For an answer without an end, in place of `timeoutMs`: it has broken after so much silence. Its text is dropped. */
  readonly silenceMs?: number;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export type Post = (call: Call) => Promise<Answer>;

const defaultTimeoutMs = 10_000;

function signalOf(call: Call): AbortSignal | undefined {
  if (call.silenceMs !== undefined) return call.signal;
  const timeout = AbortSignal.timeout(call.timeoutMs ?? defaultTimeoutMs);
  return call.signal ? AbortSignal.any([call.signal, timeout]) : timeout;
}

/**
 * Names and messages may come from the media or may have been cut. The API refuses U+0000 and halves of surrogate
 * pairs, which would lose a whole report.
 */
function storable(_name: string, value: unknown): unknown {
  return typeof value === "string" ? value.toWellFormed().replaceAll("\0", "\uFFFD") : value;
}

async function send(dispatcher: Dispatcher, base: string, call: Call): Promise<[number, string]> {
  try {
    const response = await request(`${base}${call.path}`, {
      method: "POST",
      dispatcher,
      headers: { "content-type": "application/json", ...call.headers },
      body: JSON.stringify(call.body, storable),
      signal: signalOf(call),
      ...(call.silenceMs !== undefined && { bodyTimeout: call.silenceMs }),
      headersTimeout: call.timeoutMs ?? defaultTimeoutMs,
    });
    const { statusCode, body } = response;
    if (call.silenceMs === undefined) return [statusCode, await body.text()];
    // Resolves however a connection that stood ends.
    await body.dump();
    return [statusCode, ""];
  } catch (error) {
    call.signal?.throwIfAborted();
    throw new ApiUnreachable(call.path, error instanceof Error ? error.message : "failed", error);
  }
}

/** Posts JSON. 2xx, 401, 404 and 409 are answers; overload and 5xx count as unreachable. */
export function createPost(base: string): { post: Post; close: () => Promise<void> } {
  const dispatcher = new Agent({ connect: { timeout: 5000 }, keepAliveTimeout: 30_000 });
  const post: Post = async (call) => {
    const [status, text] = await send(dispatcher, base, call);
    if (status >= 500 || status === 429 || status === 408) {
      throw new ApiUnreachable(call.path, `status ${status}`);
    }
    if (status >= 400 && ![401, 404, 409].includes(status)) {
      throw refusalOf(call.path, status, text);
    }
    if (status >= 300 || text === "") return { status, body: undefined };
    try {
      return { status, body: JSON.parse(text) };
    } catch (error) {
      throw new ApiUnreachable(call.path, "the answer is not JSON", error);
    }
  };
  return { post, close: () => dispatcher.close() };
}
