import type { EgressFailure, EgressReason, EgressTrack } from "@framewright/contracts/egress.ts";
import type { EgressPage } from "@framewright/contracts/egress-page.ts";
import type { Logger } from "@framewright/runtime/log.ts";
import type { SourcePolicy } from "../../env.ts";
import type { Capture } from "../media/arguments.ts";
import type { Codecs } from "../media/stream-facts.ts";

export interface OpenOptions {
  readonly policy: SourcePolicy;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** A folder that goes with the recording. */
  readonly scratch: string;
  readonly patience: Patience;
  /** How a page is shown, where the source is one. */
  readonly page?: EgressPage | undefined;
  /** Fires when the recording is to end: what takes long to open need not be opened any more. */
  readonly stop?: AbortSignal | undefined;
}

/** A source that fails in a way that another connection does not change. */
export class SourceFailure extends Error {
  readonly code: EgressFailure;
  /** How a page looked, as JPEG. */
  readonly picture: Buffer | undefined;

  constructor(code: EgressFailure, message: string, picture?: Buffer) {
    super(message);
    this.name = "SourceFailure";
    this.code = code;
    this.picture = picture;
  }
}

export interface Patience {
  /** How long nothing may come at first. */
  readonly startSeconds: number;
  /** How long nothing may come later: a sender that is back earlier goes on in the same recording. */
  readonly silentSeconds: number;
}

/** Tracks of a source that receives them itself, so far. */
export interface CameTracks {
  readonly announced: ReadonlySet<EgressTrack>;
  /** Those of which something came. */
  readonly arrived: ReadonlySet<EgressTrack>;
}

/** A source to which ffmpeg can connect, or which is connected and forwards to it. */
export interface OpenedSource {
  /** What ffmpeg is told about its input, up to and with `-i`. */
  readonly inputArguments: readonly string[];
  /** Variables that its ffmpeg needs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Unset: what comes has a codec, and times of its own. */
  readonly capture?: Capture;
  /** Unset: ffmpeg finds out. */
  readonly came?: CameTracks;
  /** What ffmpeg is about to read, once something is there. Unset: ffmpeg finds out. */
  readonly codecs?: () => Codecs | undefined;
  /** Resolves when nothing more comes, with the reason; ffmpeg's own end says the same for URLs. */
  readonly ended: Promise<EgressReason>;
  close(): Promise<void>;
}
