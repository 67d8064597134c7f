import { JobFailure, type FailureCode } from "../failure.ts";

/** How a media process ended, when it did not end well. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines of its error output. */
  readonly stderrTail: readonly string[];
  readonly argv: readonly string[];
}

interface Symptom {
  readonly code: FailureCode;
  readonly pattern: RegExp;
}

/** First match wins. The NVENC lines are those of ffmpeg's nvenc.c; (10) is out of sessions. */
const symptoms: readonly Symptom[] = [
  { code: "scratch-full", pattern: /No space left on device/ },
  { code: "encoder-busy", pattern: /OpenEncodeSessionEx failed: (out of memory|incompatible)/ },
  { code: "encoder-unavailable", pattern: /OpenEncodeSessionEx failed|libnvidia-encode|libcuda/ },
  { code: "encoder-unavailable", pattern: /No VA display found|Failed to initialise VAAPI/ },
  {
    code: "source-unreadable",
    pattern:
      /moov atom not found|Invalid data found when processing input|could not find codec parameters/i,
  },
  { code: "source-unreadable", pattern: /Output file (#0 )?does not contain any stream/ },
];

const crashSignals = new Set<NodeJS.Signals>(["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE"]);

/** Addresses carry signatures that grant access; they are cut at the query. */
export function redact(text: string): string {
  return text.replaceAll(/(\w+:\/\/)([^\s/@]*@)?([^\s?]*)(\?\S*)?/g, "$1$3");
}

function describeEnd(end: ProcessEnd): string {
  const how = end.signal ? `killed by ${end.signal}` : `exit code ${end.exitCode ?? "unknown"}`;
  return redact([how, `argv: ${end.argv.join(" ")}`, ...end.stderrTail].join("\n"));
}

function codeOf(end: ProcessEnd): FailureCode {
  if (end.signal && crashSignals.has(end.signal)) return "encoder-crashed";
  if (end.signal) return "encoder-killed";
  const text = end.stderrTail.join("\n");
  return symptoms.find((symptom) => symptom.pattern.test(text))?.code ?? "encoder-failed";
}

export function processFailure(end: ProcessEnd): JobFailure {
  return new JobFailure(codeOf(end), { detail: describeEnd(end) });
}
