import type { EgressReason } from "@framewright/contracts/egress.ts";
import type { Logger } from "@framewright/runtime/log.ts";
import type { SourcePolicy } from "../../env.ts";

export interface OpenOptions {
  readonly policy: SourcePolicy;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** A folder that goes with the recording. */
  readonly scratch: string;
  readonly patience: Patience;
}

export interface Patience {
  /** How long nothing may come at first. */
  readonly startSeconds: number;
  /** How long nothing may come later: a sender that is back earlier goes on in the same recording. */
  readonly silentSeconds: number;
}

/** A source to which ffmpeg can connect, or which is connected and forwards to it. */
export interface OpenedSource {
  /** What ffmpeg is told about its input, up to and with `-i`. */
  readonly inputArguments: readonly string[];
  /** Variables that its ffmpeg needs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Resolves when nothing more comes, with the reason; ffmpeg's own end says the same for URLs. */
  readonly ended: Promise<EgressReason>;
  close(): Promise<void>;
}
