import type { ErrorKind, JobError } from "@framewright/contracts/job.ts";
import { publicText } from "./public-text.ts";

interface FailureRow {
  readonly kind: ErrorKind;
  readonly message: string;
}

/** Every way in which an attempt can fail, and whose fault it is. */
export const failures = {
  "container-unsupported": {
    kind: "input",
    message: "The file is not of a supported container type (MP4/MOV, Matroska/WebM, MPEG-TS …).",
  },
  "source-empty": { kind: "input", message: "The file is empty." },
  "source-undecodable": { kind: "input", message: "The file cannot be decoded." },
  "source-unsupported": {
    kind: "input",
    message: "The file has a property that is not supported.",
  },
  "source-too-large": { kind: "input", message: "The file is larger than allowed." },
  "source-too-long": { kind: "input", message: "The video is longer than allowed." },
  "source-unreadable": { kind: "input", message: "The file cannot be read as media." },
  "source-truncated": { kind: "input", message: "The file ends before its stated end." },
  "source-damaged": { kind: "input", message: "Part of the file cannot be decoded." },
  "nothing-to-play": {
    kind: "input",
    message: "The file has neither pictures nor sound that can be used.",
  },
  "clip-outside-source": {
    kind: "input",
    message: "The source has nothing where the clip begins.",
  },
  "overlay-unusable": {
    kind: "input",
    message: "The picture of the overlay cannot be used.",
  },
  "subtitles-unusable": {
    kind: "input",
    message: "The subtitles that are to be drawn cannot be used.",
  },
  "nothing-said": { kind: "input", message: "Nobody is heard to speak in the source." },
  "dub-unsupported": { kind: "input", message: "The source cannot be dubbed as it is asked for." },
  "model-unavailable": { kind: "transient", message: "A model service is not available." },
  "video-codec-unsupported": { kind: "input", message: "The video codec is not supported." },
  "picture-too-large": { kind: "input", message: "The picture is larger than allowed." },
  "picture-too-small": { kind: "input", message: "The picture is smaller than 16 by 16 pixels." },
  "too-much-memory": {
    kind: "input",
    message: "The file takes more memory to decode than a worker has.",
  },
  "too-much-work": {
    kind: "input",
    message: "Encoding the file takes more work than allowed.",
  },
  "too-many-streams": { kind: "input", message: "The file has more streams than allowed." },
  "result-too-large": {
    kind: "input",
    message: "The file and its result take more scratch space than a worker has.",
  },
  "output-too-large": { kind: "input", message: "An output file would be larger than allowed." },
  "nothing-to-make": {
    kind: "input",
    message: "The file has nothing that the outputs can be made of.",
  },
  "profile-unknown": { kind: "transient", message: "The worker does not know the profile." },
  "source-address-refused": {
    kind: "input",
    message: "The source's URL leads to where the worker must not connect.",
  },
  "source-redirect-refused": { kind: "input", message: "The source's URL redirects wrongly." },
  "source-host-unknown": { kind: "input", message: "The host of the source's URL has no address." },
  "source-certificate-refused": {
    kind: "input",
    message: "The certificate of the source's server is not valid.",
  },
  "source-not-found": { kind: "input", message: "Nothing is at the source's URL." },
  "source-forbidden": { kind: "input", message: "The source's server refuses access." },
  "source-refused": { kind: "input", message: "The source's server does not send the file." },
  "source-unavailable": { kind: "transient", message: "The source's server is not available." },
  "source-unreachable": { kind: "transient", message: "The source's server cannot be reached." },
  "source-interrupted": { kind: "transient", message: "The source was cut off while it came." },
  "source-timeout": { kind: "transient", message: "The source took too long to come." },
  "download-failed": { kind: "transient", message: "The source could not be downloaded." },
  "download-too-slow": { kind: "transient", message: "The source took too long to download." },
  "upload-failed": { kind: "transient", message: "An output file could not be stored." },
  "output-differs": {
    kind: "defect",
    message: "Another file is stored under the name of an output file.",
  },
  "scratch-full": { kind: "transient", message: "The worker's scratch space is too small." },
  "api-unreachable": { kind: "transient", message: "The worker API cannot be reached." },
  "encoder-killed": {
    kind: "transient",
    message: "The encoder was killed; it may have run out of memory.",
  },
  "encoder-crashed": { kind: "transient", message: "The encoder crashed." },
  "encoder-stalled": { kind: "transient", message: "The encoder made no progress." },
  "encoder-busy": { kind: "transient", message: "The device has no free encoding session." },
  "encoder-unavailable": { kind: "defect", message: "The device cannot encode." },
  "device-failed": { kind: "defect", message: "The GPU failed while it encoded." },
  "encoder-failed": { kind: "defect", message: "The encoder failed." },
  "verification-failed": { kind: "defect", message: "The result did not pass verification." },
  "internal-error": { kind: "defect", message: "The worker failed unexpectedly." },
} as const satisfies Record<string, FailureRow>;

export type FailureCode = keyof typeof failures;

/** What a failed media process was and said; for the worker's own log, as it names the worker's files. */
export interface Evidence {
  readonly argv: string;
  readonly stderr: readonly string[];
}

export interface FailureContext {
  /** What in particular is wrong, with the value. */
  readonly note?: string | undefined;
  /** Output of a tool, as far as it is of use to the job's owner. */
  readonly detail?: string | undefined;
  readonly evidence?: Evidence | undefined;
  readonly cause?: unknown;
}

/**
 * An attempt's end that is reported to the API; the code decides the kind. What it does not state
 * itself is that of the failure that caused it.
 */
export class JobFailure extends Error {
  readonly code: FailureCode;
  readonly detail: string | undefined;
  readonly evidence: Evidence | undefined;
  readonly note: string | undefined;

  constructor(code: FailureCode, context: FailureContext = {}) {
    const { cause } = context;
    const first = cause instanceof JobFailure ? cause : undefined;
    const { message } = failures[code];
    const note = context.note ?? first?.note;
    super(note ? `${message} ${note}` : message, { cause });
    this.name = "JobFailure";
    this.code = code;
    this.detail = context.detail ?? first?.detail;
    this.evidence = context.evidence ?? first?.evidence;
    this.note = note;
  }

  get kind(): ErrorKind {
    return failures[this.code].kind;
  }
}

export type StopReason = "cancelled" | "lost" | "draining";

/** Why a running attempt must stop although nothing is wrong with it. */
export class Stopped extends Error {
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(`the attempt was stopped: ${reason}`);
    this.name = "Stopped";
    this.reason = reason;
  }
}

function isNoSpace(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOSPC";
}

export function toFailure(error: unknown): JobFailure {
  if (error instanceof JobFailure) return error;
  if (isNoSpace(error)) return new JobFailure("scratch-full", { cause: error });
  // The log has the stack, by the cause.
  return new JobFailure("internal-error", { detail: String(error), cause: error });
}

/**
 * Without what is nobody's business outside the worker, and cut to the limits of the contract; the
 * end of the detail says most.
 */
export function toJobError(failure: JobFailure): JobError {
  return {
    kind: failure.kind,
    code: failure.code,
    message: publicText(failure.message).slice(0, 2000),
    ...(failure.detail && { detail: publicText(failure.detail).slice(-8000) }),
  };
}
