import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { AttemptFailure, WebhookFailure } from "@framewright/contracts/webhook.ts";
import { guardedLookup, type Resolve } from "@framewright/runtime/guarded-lookup.ts";
import { checkUrl, TargetRefused, type OutboundPolicy } from "@framewright/runtime/outbound-url.ts";
import { version } from "@framewright/runtime/version.ts";
import { parseRetryAfter, type AttemptResult } from "./schedule.ts";

/** Of an answer so much is kept; the rest is not read. */
const keptBytes = 4096;

export interface PostArgs {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly policy: OutboundPolicy;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** @default as every program of this machine resolves names */
  readonly resolve?: Resolve;
  /** Certificates of authorities in place of the usual ones. */
  readonly ca?: string;
}

type Answer = Pick<AttemptResult, "responseBody" | "retryAfterSeconds"> & {
  readonly status: number;
};

async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= keptBytes) break;
  }
  const text = Buffer.concat(chunks).subarray(0, keptBytes).toString("utf8");
  // Postgres stores no U+0000.
  return text.replaceAll("\0", "\uFFFD");
}

/** One connection for one request: it goes where the guard lets it, and a redirect is an answer like any other. */
function post({ url, headers, body, policy, resolve, ca, signal }: PostArgs): Promise<Answer> {
  const target = checkUrl(url, policy);
  const send = target.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((done, fail) => {
    const options = {
      method: "POST",
      agent: false as const,
      lookup: guardedLookup(policy, resolve),
      signal,
      headers: {
        ...headers,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "user-agent": `framewright-webhooks/${version}`,
        "accept-encoding": "identity",
      },
      ...(ca !== undefined && { ca }),
    };
    const sent = send(target, options, (response) => {
      const { statusCode: status = 0, headers: answered } = response;
      const retryAfterSeconds = parseRetryAfter(answered["retry-after"], Date.now());
      beginningOf(response).then((responseBody) => {
        done({ status, responseBody, retryAfterSeconds });
      }, fail);
    });
    sent.on("error", fail);
    sent.end(body);
  });
}

function problemOf({ status }: Answer): WebhookFailure | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 410) {
    return { code: "gone", message: "The receiver answered 410: it wants no more events" };
  }
  if (status >= 300 && status < 400) {
    const message = `The receiver answered ${status}; redirects are not followed: set the endpoint's url to the final one`;
    return { code: "redirected", message };
  }
  return { code: "status", message: `The receiver answered ${status}; a 2xx is expected` };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

const tlsCodes = /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_)/;

function failureOf(error: unknown, host: string): readonly [AttemptFailure, string] {
  const code = codeOf(error);
  if (error instanceof TargetRefused) return ["url-refused", error.message];
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return ["host-unknown", `The name ${host} has no address (${code})`];
  }
  if (tlsCodes.test(code)) {
    return ["tls-failed", `No trusted TLS connection to ${host} (${code})`];
  }
  return ["connection-failed", `The connection to ${host} failed (${code || "closed early"})`];
}

/** Sends one request and tells what became of it; it throws only where the sender itself was stopped. */
export async function postEvent(args: PostArgs): Promise<AttemptResult> {
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort();
  }, args.timeoutMs);
  try {
    const answer = await post({ ...args, signal: AbortSignal.any([limit.signal, args.signal]) });
    const error = problemOf(answer);
    return { ...answer, ...(error && { error }) };
  } catch (error) {
    args.signal.throwIfAborted();
    if (limit.signal.aborted) {
      const message = `The receiver did not answer within ${args.timeoutMs / 1000} s`;
      return { error: { code: "timed-out", message } };
    }
    const [code, message] = failureOf(error, URL.parse(args.url)?.hostname ?? "the receiver");
    const internal = error instanceof TargetRefused ? error.internal : undefined;
    return { error: { code, message }, ...(internal !== undefined && { internal }) };
  } finally {
    clearTimeout(timer);
  }
}
