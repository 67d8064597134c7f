import { numberIn } from "@framewright/media/rational.ts";

/** One report of a running ffmpeg. */
export interface EncodeProgress {
  /** Media time written so far, in seconds. */
  readonly seconds: number;
  readonly fps: number | undefined;
  /** Media seconds per wall second. */
  readonly speed: number | undefined;
  readonly done: boolean;
}

/** Reads the `key=value` blocks of `-progress`; a block ends with the key `progress`. */
export function createProgressParser(
  report: (progress: EncodeProgress) => void,
): (chunk: string) => void {
  let rest = "";
  let fields = new Map<string, string>();
  let seconds = 0;
  const takeLine = (line: string): void => {
    const at = line.indexOf("=");
    if (at < 0) return;
    const key = line.slice(0, at).trim();
    fields.set(key, line.slice(at + 1).trim());
    if (key !== "progress") return;
    const micros = numberIn(fields.get("out_time_us"));
    // A block may lack the time, the last one above all: what was written stays written.
    if (micros !== undefined) seconds = Math.max(seconds, micros / 1_000_000);
    report({
      seconds,
      fps: numberIn(fields.get("fps")),
      speed: numberIn(fields.get("speed")),
      done: fields.get("progress") === "end",
    });
    fields = new Map();
  };
  return (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(takeLine);
  };
}
