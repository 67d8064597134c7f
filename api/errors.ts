import type { Problem } from "@framewright/contracts/client-api.ts";

/** Every error that the API can answer with. Clients may rely on code and status. */
export const catalogue = {
  "invalid-request": { status: 400, title: "The request does not match its schema" },
  unauthorized: { status: 401, title: "Valid credentials are required" },
  "project-refused": { status: 403, title: "The token is for no project that is open" },
  "insufficient-scope": { status: 403, title: "The key lacks a scope" },
  "worker-revoked": { status: 403, title: "The worker was revoked" },
  "worker-too-old": { status: 403, title: "The worker's version is too old" },
  "token-refused": { status: 403, title: "The token registers no worker" },
  "not-found": { status: 404, title: "Not found" },
  "job-not-found": { status: 404, title: "The job does not exist" },
  "upload-not-found": { status: 404, title: "The upload does not exist" },
  "egress-not-found": { status: 404, title: "The recording does not exist" },
  "profile-not-found": { status: 404, title: "The profile does not exist" },
  "project-not-found": { status: 404, title: "The project does not exist" },
  "webhook-endpoint-not-found": { status: 404, title: "The webhook endpoint does not exist" },
  "webhook-delivery-not-found": { status: 404, title: "The webhook delivery does not exist" },
  "key-not-found": { status: 404, title: "The key does not exist" },
  "glossary-not-found": { status: 404, title: "The glossary does not exist" },
  "no-transcript": { status: 404, title: "The job has no transcript" },
  "worker-not-found": { status: 404, title: "The worker does not exist" },
  "token-not-found": { status: 404, title: "The token does not exist" },
  "method-not-allowed": { status: 405, title: "The path does not support this method" },
  "job-already-finished": { status: 409, title: "The job has already ended" },
  "upload-in-use": { status: 409, title: "Jobs still need the upload" },
  "upload-incomplete": { status: 409, title: "The upload has not arrived" },
  "upload-not-multipart": { status: 409, title: "The upload does not come in parts" },
  "upload-completed": { status: 409, title: "The parts of the upload are final" },
  "source-unknown": { status: 409, title: "What is in the upload is not known yet" },
  "project-name-taken": { status: 409, title: "A project has this name" },
  "own-project": { status: 409, title: "A key cannot archive its own project" },
  "too-many-webhook-endpoints": { status: 409, title: "The project has as many as it may" },
  "too-many-glossaries": { status: 409, title: "The project has as many as it may" },
  "webhook-endpoint-disabled": { status: 409, title: "The webhook endpoint is disabled" },
  "egress-ended": { status: 409, title: "The recording has already ended" },
  "recording-in-use": { status: 409, title: "Jobs still need the recording" },
  "recording-unfinished": { status: 409, title: "The recording has no MP4" },
  "job-not-finished": { status: 409, title: "The job has not ended yet" },
  "job-without-result": { status: 409, title: "The job has no result" },
  "job-in-use": { status: 409, title: "Jobs still need the result of the job" },
  "job-not-claimable": { status: 409, title: "The job cannot be claimed" },
  "last-admin-key": { status: 409, title: "The project has no other key with the scope admin" },
  "worker-name-taken": { status: 409, title: "A live worker has this name" },
  "worker-ended": { status: 409, title: "The worker is no longer registered" },
  "attempt-lost": { status: 409, title: "The attempt no longer owns the job" },
  "upload-offset-mismatch": { status: 409, title: "The upload has arrived up to another byte" },
  "upload-expired": { status: 410, title: "The upload was not finished in time" },
  "tus-version": { status: 412, title: "The version of tus is not supported" },
  "too-large": { status: 413, title: "The request is too large" },
  "unsupported-media-type": { status: 415, title: "The body's media type is not supported" },
  "range-not-satisfiable": { status: 416, title: "The range is outside the file" },
  "upload-too-large": { status: 422, title: "The file is larger than an upload may be" },
  "multipart-required": { status: 422, title: "The file is larger than one PUT may be" },
  "part-unknown": { status: 422, title: "The upload has no part of this number" },
  "profile-unknown": { status: 422, title: "There is no such profile" },
  "ladder-invalid": { status: 422, title: "The rungs of the ladder do not fit together" },
  "glossary-invalid": { status: 422, title: "Terms of the glossary are there twice" },
  "edit-invalid": { status: 422, title: "The parts of the edit do not fit together" },
  "outputs-invalid": { status: 422, title: "The outputs do not fit the ladder or each other" },
  "bucket-unknown": { status: 422, title: "There is no such bucket for jobs of the project" },
  "key-refused": { status: 422, title: "Jobs may not take this object" },
  "object-not-found": { status: 422, title: "The object is not in the bucket" },
  "lip-sync-off": { status: 422, title: "The stack has no service of lip synchronisation" },
  "dubbing-off": { status: 422, title: "The stack has no model services" },
  "egress-off": { status: 422, title: "The stack records nothing" },
  "source-refused": { status: 422, title: "The source cannot be recorded" },
  "url-input-off": { status: 422, title: "Jobs cannot work on a URL here" },
  "url-refused": { status: 422, title: "The URL may not be fetched" },
  "webhooks-off": { status: 422, title: "The stack sends no webhooks" },
  "webhook-url-refused": { status: 422, title: "No events may be sent to the URL" },
  "deadline-invalid": { status: 422, title: "The deadline is not in the time that is allowed" },
  "upload-size-mismatch": { status: 422, title: "The size of the upload is not the announced one" },
  "idempotency-key-reused": {
    status: 422,
    title: "The idempotency key was used for another request",
  },
  "result-refused": { status: 422, title: "The result is not what the attempt left in the store" },
  "upload-locked": { status: 423, title: "Another request writes to the upload" },
  "storage-quota-exceeded": { status: 403, title: "The project stores as much as it may" },
  "quota-exceeded": { status: 429, title: "The project has used up a quota" },
  "rate-limited": { status: 429, title: "Too many requests" },
  "too-many-streams": { status: 429, title: "Too many open event streams" },
  internal: { status: 500, title: "Internal error" },
  unavailable: { status: 503, title: "A backend of the service is not reachable" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof catalogue;

interface AppErrorOptions {
  readonly cause?: unknown;
  readonly errors?: Problem["errors"];
  readonly quota?: Problem["quota"];
  readonly retryAfterSeconds?: number;
}

/** An error whose meaning a client may know. `detail` says what is wrong and what to do. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly errors: Problem["errors"];
  readonly quota: Problem["quota"];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, detail: string, options: AppErrorOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.status = catalogue[code].status;
    this.errors = options.errors;
    this.quota = options.quota;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

type FieldProblem = NonNullable<Problem["errors"]>[number];

/** Refuses fields of a request: the detail is about the first one, `errors` has all. */
export function refusedFields(
  code: ErrorCode,
  first: FieldProblem,
  ...more: FieldProblem[]
): AppError {
  return new AppError(code, `${first.path} ${first.message}`, { errors: [first, ...more] });
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
    ...(error.quota ? { quota: error.quota } : {}),
  };
}
