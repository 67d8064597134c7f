import { listAt, numberAt, textAt, type Json } from "../../kit/json.ts";

export interface Cause {
  field: string;
  reason: string;
  message: string;
}

/** A refusal of the Kubernetes API, with its Status taken apart. */
export class ApiError extends Error {
  /** HTTP status code. */
  readonly status: number;
  /** Machine-readable reason, as in "AlreadyExists". */
  readonly reason: string;
  readonly causes: readonly Cause[];
  /** Seconds the server asks to wait before another try. */
  readonly retryAfter: number | undefined;
  /** Kind that the message is about, in plural, as in "namespaces". */
  readonly kind: string;

  constructor(status: number, body: Json, text: string) {
    super(textAt(body, "message") ?? (text.trim() || `HTTP status ${status.toString()}`));
    this.status = status;
    this.reason = textAt(body, "reason") ?? "";
    this.retryAfter = numberAt(body, "details", "retryAfterSeconds");
    this.kind = textAt(body, "details", "kind") ?? "";
    this.causes = listAt(body, "details", "causes").map((cause) => ({
      field: textAt(cause, "field") ?? "",
      reason: textAt(cause, "reason") ?? "",
      message: textAt(cause, "message") ?? "",
    }));
  }
}

/** The API server could not be reached at all. */
export class Unreachable extends Error {}

/** The server has no such kind in that API version (yet). */
export class NoSuchKind extends Error {
  constructor(apiVersion: string, kind: string) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`);
  }
}

export function isNotFound(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 404;
}

/** A namespaced object was sent before its namespace was there. */
export function isNamespaceMissing(error: unknown): boolean {
  return isNotFound(error) && error.kind === "namespaces";
}

/** Words by which the API server says that a field of an existing object cannot change. */
const immutableWords = [
  "field is immutable",
  "is immutable after creation",
  "may not change once set",
  "may not change fields other than",
  "for fields other than",
  "cannot be changed",
  "may not be changed in an update",
  "pod updates may not change",
];

export function isImmutable(error: unknown): error is ApiError {
  if (!(error instanceof ApiError) || error.status !== 422) return false;
  const text = [error.message, ...error.causes.map((cause) => cause.message)].join("\n");
  return immutableWords.some((words) => text.includes(words));
}
