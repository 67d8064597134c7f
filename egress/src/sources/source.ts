import type {
  EgressReason,
  EgressSource,
  EgressSourceKind,
} from "@framewright/contracts/egress.ts";
import type { Logger } from "@framewright/runtime/log.ts";
import type { SourcePolicy } from "../../env.ts";
import { openUrl, urlSources } from "./url-sources.ts";

export interface OpenOptions {
  readonly policy: SourcePolicy;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** A folder that goes with the recording. */
  readonly scratch: string;
}

/** A source to which ffmpeg can connect, or which is connected and forwards to it. */
export interface OpenedSource {
  /** What ffmpeg is told about its input, up to and with `-i`. */
  readonly inputArguments: readonly string[];
  /** Variables that its ffmpeg needs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Resolves when the source has said that it ends; ffmpeg's own end says the same for URLs. */
  readonly ended: Promise<EgressReason>;
  close(): Promise<void>;
}

/** What a kind of source is. */
export interface SourceRow {
  /** How AAC comes: with a header before each frame (ADTS), which fMP4 does not have, or described once. */
  readonly aac: "adts" | "described";
  /** Whether the end of its input is the end of the stream: what only lost its publisher can come back. */
  readonly endIsFinal: boolean;
  readonly open: (source: EgressSource, options: OpenOptions) => Promise<OpenedSource>;
}

/** Every kind of source. */
export const sources = {
  rtmp: {
    aac: "described",
    endIsFinal: false,
    open: (...asked) => openUrl(urlSources.rtmp, ...asked),
  },
  rtsp: {
    aac: "described",
    endIsFinal: false,
    open: (...asked) => openUrl(urlSources.rtsp, ...asked),
  },
  srt: { aac: "adts", endIsFinal: false, open: (...asked) => openUrl(urlSources.srt, ...asked) },
  // ffmpeg reads on for as long as the playlist has no end.
  hls: { aac: "adts", endIsFinal: true, open: (...asked) => openUrl(urlSources.hls, ...asked) },
} as const satisfies Record<EgressSourceKind, SourceRow>;
