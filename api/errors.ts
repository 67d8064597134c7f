import type { Problem } from "@framewright/contracts/client-api.ts";

/** Every error that the API can answer with. Clients may rely on code and status. */
export const catalogue = {
  "invalid-request": { status: 400, title: "The request does not fit its schema" },
  unauthorized: { status: 401, title: "A valid key is needed" },
  "not-found": { status: 404, title: "There is nothing here" },
  "job-not-found": { status: 404, title: "There is no such job" },
  "upload-not-found": { status: 404, title: "There is no such upload" },
  "key-not-found": { status: 404, title: "There is no such key" },
  "method-not-allowed": { status: 405, title: "The path does not offer this method" },
  "job-already-finished": { status: 409, title: "The job has already ended" },
  "upload-incomplete": { status: 409, title: "The upload has not arrived" },
  "job-not-claimable": { status: 409, title: "The job is not to be had" },
  "attempt-lost": { status: 409, title: "The attempt no longer owns the job" },
  "too-large": { status: 413, title: "The request is too large" },
  "unsupported-media-type": { status: 415, title: "The body's media type is not supported" },
  "range-not-satisfiable": { status: 416, title: "The range is outside the file" },
  "upload-size-mismatch": { status: 422, title: "The upload has another size than announced" },
  "idempotency-key-reused": { status: 422, title: "The key was used for another request" },
  "outputs-missing": { status: 422, title: "The attempt's files are not all there" },
  "rate-limited": { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "Internal error" },
  unavailable: { status: 503, title: "A part of the service is not reachable" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof catalogue;

interface AppErrorOptions {
  readonly cause?: unknown;
  readonly errors?: Problem["errors"];
  readonly retryAfterSeconds?: number;
}

/** An error whose meaning a client may know. `detail` says what is wrong and what to do. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly errors: Problem["errors"];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, detail: string, options: AppErrorOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.status = catalogue[code].status;
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The body of an error answer. Internal errors say nothing but the request id. */
export function problemOf(error: AppError, requestId: string): Problem {
  const { status, title } = catalogue[error.code];
  return {
    type: `urn:framewright:problem:${error.code}`,
    title,
    status,
    code: error.code,
    ...(error.code === "internal" ? {} : { detail: error.message }),
    requestId,
    ...(error.errors ? { errors: error.errors } : {}),
  };
}
