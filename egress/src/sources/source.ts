import type { EgressSource } from "@framewright/contracts/egress.ts";
import type { EgressSourceKind } from "@framewright/contracts/egress-kinds.ts";
import type { AacForm } from "../media/arguments.ts";
import type { Codecs } from "../media/stream-facts.ts";
import type { OpenedSource, OpenOptions } from "./opened-source.ts";
import { openUrl, urlSources } from "./url-sources.ts";

/** What a kind of source is. */
export interface SourceRow {
  /** How AAC comes: with a header before each frame (ADTS), which fMP4 does not have, described once, or without marks of key packets. */
  readonly aac: AacForm;
  /** Whether the end of its input is the end of the stream: what only lost its publisher can come back. */
  readonly endIsFinal: boolean;
  /**
   * Whether it stays connected from one ffmpeg to the next: it ends the input where the picture changes its codec or size,
   * and goes on with that in the next part.
   */
  readonly persists: boolean;
  /** Whether ffmpeg's input ends with the source; else ffmpeg has to be told. */
  readonly endsInput: boolean;
  /** Tracks that it mostly has. ffmpeg is started for these, and anew where there are others. */
  readonly expected: Codecs;
  readonly open: (source: EgressSource, options: OpenOptions) => Promise<OpenedSource>;
}

const broadcast: Codecs = { video: "h264", audio: "aac" };
const conference: Codecs = { video: "h264", audio: "opus" };
/** As ffmpeg names what it grabs from a display and a sound server. */
const screen: Codecs = { video: "rawvideo", audio: "pcm_s16le" };

/** Every kind of source. What speaks WebRTC, and what drives a browser, is loaded only where it is asked for: each recorder is a process of its own. */
export const sources = {
  rtmp: {
    aac: "described",
    endIsFinal: false,
    persists: false,
    endsInput: true,
    expected: broadcast,
    open: (...asked) => openUrl(urlSources.rtmp, ...asked),
  },
  rtsp: {
    aac: "unmarked",
    endIsFinal: false,
    persists: false,
    endsInput: true,
    expected: broadcast,
    open: (...asked) => openUrl(urlSources.rtsp, ...asked),
  },
  srt: {
    aac: "adts",
    endIsFinal: false,
    persists: false,
    endsInput: true,
    expected: broadcast,
    open: (...asked) => openUrl(urlSources.srt, ...asked),
  },
  // ffmpeg reads on for as long as the playlist has no end.
  hls: {
    aac: "adts",
    endIsFinal: true,
    persists: false,
    endsInput: true,
    expected: broadcast,
    open: (...asked) => openUrl(urlSources.hls, ...asked),
  },
  whep: {
    aac: "described",
    endIsFinal: false,
    persists: true,
    endsInput: true,
    expected: conference,
    open: async (...asked) => (await import("../whep/whep-source.ts")).openWhep(...asked),
  },
  livekit: {
    aac: "described",
    endIsFinal: false,
    persists: true,
    endsInput: true,
    expected: conference,
    open: async (...asked) => (await import("../livekit/open-room.ts")).openRoom(...asked),
  },
  web: {
    aac: "described",
    endIsFinal: false,
    persists: true,
    endsInput: false,
    expected: screen,
    open: async (...asked) => (await import("../web/page-source.ts")).openPage(...asked),
  },
} as const satisfies Record<EgressSourceKind, SourceRow>;
