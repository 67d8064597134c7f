import type { EgressEnd, EgressFailure, EgressReason } from "@framewright/contracts/egress.ts";
import type { EgressLease } from "@framewright/contracts/recorder-api.ts";
import type { Logger } from "@framewright/runtime/log.ts";
import type { Dispatcher } from "undici";
import type { SourcePolicy } from "../../env.ts";
import type { Programs } from "../media/run-tool.ts";
import type { RecorderApi } from "../recorder-api.ts";

/** What the parts of one recording work with. */
export interface Task {
  readonly lease: EgressLease;
  readonly api: RecorderApi;
  readonly programs: Programs;
  readonly policy: SourcePolicy;
  /** How the store is reached. */
  readonly store: Dispatcher;
  /** A folder of this attempt. */
  readonly scratch: string;
  readonly log: Logger;
  /** Fires when nothing may be written any more. */
  readonly signal: AbortSignal;
}

/** The task cannot go on. */
export class RecordingFailure extends Error {
  readonly code: EgressFailure;
  /** How a page looked, as JPEG. */
  picture: Buffer | undefined;

  constructor(code: EgressFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "RecordingFailure";
    this.code = code;
  }
}

const endMessages = {
  "stop-requested": "The recording was stopped, as asked",
  "source-ended": "The source ended and did not come back",
  "source-silent": "The source was silent for too long",
  "max-seconds": "The recording has reached its longest duration",
  "max-bytes": "The recording has reached its largest size",
} as const satisfies Record<EgressEnd, string>;

export function endReason(code: EgressEnd): EgressReason {
  return { code, message: endMessages[code] };
}
