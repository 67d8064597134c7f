import { failures, JobFailure, type FailureCode } from "../failure.ts";
import { redact } from "../public-text.ts";
import { causeLine, plainLine } from "./tool-report.ts";

/**
 * Why the worker ended a media process: it made no progress, held more memory than there is for it, or
 * said that the kernel gave it no more.
 */
export type EndReason = "stalled" | "memory" | "data";

/** How a media process ended, when it did not end well. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly reason: EndReason | undefined;
  readonly memoryBytes: number;
  /** The kernel's own limit of its memory, where it has one. */
  readonly dataBytes: number | undefined;
  /** The part of that limit that it was seen to have taken at most. */
  readonly dataShare: number;
  /** It read what this attempt had made itself, not the source. */
  readonly readsOwnOutput: boolean;
  /** The last lines of its error output. */
  readonly stderrTail: readonly string[];
  readonly argv: readonly string[];
}

interface Symptom {
  readonly code: FailureCode;
  readonly pattern: RegExp;
  /** Where ffmpeg's own words say too little. */
  readonly note?: string;
}

/**
 * First match wins, and what this machine or this program did wrong comes before what may be wrong
 * with the source: ffmpeg complains of a source also where it can cope. The NVENC lines are those of
 * ffmpeg's nvenc.c; (10) is out of sessions. The others are those of ffmpeg 7.1.
 */
const symptoms: readonly Symptom[] = [
  { code: "scratch-full", pattern: /No space left on device/ },
  { code: "encoder-busy", pattern: /OpenEncodeSessionEx failed: (out of memory|incompatible)/ },
  { code: "encoder-unavailable", pattern: /OpenEncodeSessionEx failed|libnvidia-encode|libcuda/ },
  { code: "encoder-unavailable", pattern: /No capable devices found|required nvenc API version/ },
  { code: "encoder-unavailable", pattern: /No VA display found|Failed to initialise VAAPI/ },
  // libavutil and dav1d refuse a picture that is larger than `-max_pixels`.
  {
    code: "picture-too-large",
    pattern: /exceeds specified max pixel count|Frame size \S+ exceeds limit/,
  },
  { code: "source-unreadable", pattern: /matches no streams|does not contain any stream/ },
  { code: "encoder-failed", pattern: /Cannot allocate memory|Resource temporarily unavailable/ },
  {
    code: "device-failed",
    pattern:
      /CUDA_ERROR|Device creation failed|\[(Parsed_)?(hwupload|scale_vaapi|AVHW(Device|Frames))/,
  },
  {
    code: "encoder-failed",
    pattern: /Error while opening encoder|frame to the encoder|encoding failed|Unknown encoder/,
  },
  { code: "encoder-failed", pattern: /Error (opening output|muxing|writing trailer)|to the muxer/ },
  {
    code: "encoder-failed",
    pattern: /Error (parsing (a filter|global options)|applying option)|No such filter/,
  },
  {
    code: "source-unsupported",
    pattern: /Error reinitializing filters|Error while filtering/,
  },
  {
    code: "source-undecodable",
    pattern: /Decode error rate \S+ exceeds|no decoder found|Error processing packet in decoder/,
  },
  { code: "source-undecodable", pattern: /\[dec:.*Task finished with error code/ },
  // The container was read; empty subtitles lack parameters too, and do no harm.
  { code: "source-undecodable", pattern: /Cannot determine format of input \S+ after EOF/ },
  { code: "source-unreadable", pattern: /moov atom not found/ },
  {
    code: "source-unreadable",
    // Not where ffmpeg goes on with the next packet.
    pattern:
      /(?<!(packet to decoder|Decoding error|during demuxing): )Invalid data found when proc/,
  },
  {
    code: "source-undecodable",
    pattern: /Could not open encoder before EOF/,
    note: "One of its tracks holds nothing that can be decoded.",
  },
];

/** Words with which ffmpeg and its libraries say that an allocation failed. */
const allocationFailed =
  /Cannot allocate memory|malloc of size \d+ failed|bad_alloc|[Oo]ut of memory|[Ff]ailed to allocate/;
/** A decoder that gets no picture says no more, and skips the picture. It has other reasons as well. */
const noBuffer = /get_buffer\(\) failed/;

/** Whether a media process may say by this that it has no memory. */
export function lacksMemory(text: string): boolean {
  return allocationFailed.test(text) || noBuffer.test(text);
}

/** With less than this of its limit taken, the largest picture that is allowed would have fit. */
export const lackingShare = 0.5;
/** With so much taken, memory is why a process crashes, hangs or gives up. */
const fullShare = 0.9;

function ranOut({ reason, dataBytes, dataShare, stderrTail }: ProcessEnd): boolean {
  if (dataBytes === undefined) return false;
  if (reason === "data" || dataShare > fullShare) return true;
  const text = stderrTail.join("\n");
  return allocationFailed.test(text) || (noBuffer.test(text) && dataShare > lackingShare);
}

const crashSignals = new Set<NodeJS.Signals>(["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE"]);

const maxNote = 400;

/** What ffmpeg said of the cause, which stands at the given line or above it. */
function noteOf(lines: readonly string[], index: number): string | undefined {
  const line = causeLine(lines, index);
  if (line === undefined) return undefined;
  return `FFmpeg reported "${plainLine(line).replace(/\.$/, "").slice(0, maxNote)}".`;
}

interface Finding {
  readonly code: FailureCode;
  readonly note?: string | undefined;
}

/** What explains that a decoder got no memory for its picture, and more. */
const strongerSymptoms = symptoms.filter(
  ({ code }) => code === "scratch-full" || code === "picture-too-large",
);

/** The limit of memory at which it ended; nothing where it ended for another reason. */
function memoryLimit(end: ProcessEnd): number | undefined {
  if (end.reason === "memory") return end.memoryBytes;
  const explained = strongerSymptoms.some(({ pattern }) =>
    end.stderrTail.some((line) => pattern.test(line)),
  );
  return !explained && ranOut(end) ? end.dataBytes : undefined;
}

function readSymptoms(lines: readonly string[]): Finding {
  for (const { code, pattern, note } of symptoms) {
    const index = lines.findIndex((line) => pattern.test(line));
    if (index !== -1) return { code, note: note ?? noteOf(lines, index) };
  }
  return { code: "encoder-failed", note: noteOf(lines, lines.length - 1) };
}

function findingOf(end: ProcessEnd): Finding {
  const { reason, signal, stderrTail, readsOwnOutput } = end;
  const limit = memoryLimit(end);
  if (limit !== undefined) {
    const note = `It took more than ${Math.floor(limit / 1024 ** 2)} MiB.`;
    return { code: readsOwnOutput ? "encoder-failed" : "too-much-memory", note };
  }
  if (reason === "stalled") return { code: "encoder-stalled" };
  if (signal && reason === undefined)
    return { code: crashSignals.has(signal) ? "encoder-crashed" : "encoder-killed" };
  const found = readSymptoms(stderrTail);
  const isOwnFault = readsOwnOutput && failures[found.code].kind === "input";
  return isOwnFault ? { ...found, code: "encoder-failed" } : found;
}

/** The end of a media process as a failure: what the job's owner can use, and the rest for the log. */
export function processFailure(end: ProcessEnd): JobFailure {
  const how = end.signal ? `killed by ${end.signal}` : `exit code ${end.exitCode ?? "unknown"}`;
  const { code, note = `FFmpeg ended (${how}).` } = findingOf(end);
  return new JobFailure(code, {
    note,
    detail: [how, ...end.stderrTail].join("\n"),
    evidence: { argv: redact(end.argv.join(" ")), stderr: end.stderrTail.map(redact) },
  });
}
