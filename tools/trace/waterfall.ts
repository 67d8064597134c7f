import type { Trace, TraceSpan } from "./jaeger-trace.ts";
import { extentOf, grouped, hasFailed, rowsOf, type Group } from "./span-tree.ts";

export function durationText(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`;
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : String(Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** `api`, `worker`, `webhooks`: what is ours has a longer name among other services. */
export function shortService(service: string): string {
  return service.replace(/^framewright-/, "");
}

interface Frame {
  readonly startMs: number;
  readonly ms: number;
  readonly width: number;
}

function bar({ span, ms }: Group, frame: Frame): string {
  const { width } = frame;
  const from = Math.min(width - 1, Math.floor(((span.startMs - frame.startMs) / frame.ms) * width));
  const length = Math.min(width - from, Math.max(1, Math.round((ms / frame.ms) * width)));
  return " ".repeat(from) + "█".repeat(length) + " ".repeat(width - from - length);
}

function label({ span, depth, count }: Group): string {
  const times = count > 1 ? ` ×${count}` : "";
  return `${"  ".repeat(depth)}${shortService(span.service)} ${span.name}${times}`;
}

function fitted(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

/** What of a span's facts helps who looks for a fault. */
const told = ["http.response.status_code", "error.type", "exception.message", "job.stopped"];

function faultOf({ tags }: TraceSpan): string {
  const facts = ["otel.status_description", ...told].flatMap((name) => {
    const value = tags.get(name);
    return value === undefined || value === "" ? [] : [String(value)];
  });
  return [...new Set(facts)].join(", ");
}

function fault({ span, count, failed }: Group): string {
  if (failed === 0) return "";
  const times = count > 1 ? ` ${failed} of ${count}` : "";
  return `  ✗${times} ${hasFailed(span) ? faultOf(span) : ""}`.trimEnd();
}

export interface WaterfallOptions {
  /** Columns of the terminal. @default 120 */
  readonly columns?: number;
}

/** A trace as lines: who did what, when, for how long, and what failed. */
export function waterfall(trace: Trace, { columns = 120 }: WaterfallOptions = {}): string[] {
  const groups = grouped(rowsOf(trace));
  const extent = extentOf(trace);
  const labelWidth = Math.min(56, Math.max(...groups.map((group) => label(group).length)) + 1);
  const timeWidth = 10;
  const frame = { ...extent, width: Math.max(10, columns - labelWidth - 2 * timeWidth - 2) };
  return groups.map((group) => {
    const after = durationText(group.span.startMs - extent.startMs).padStart(timeWidth);
    const took = durationText(group.ms).padStart(timeWidth);
    const bars = `${after} ${bar(group, frame)}${took}`;
    return `${fitted(label(group), labelWidth)}${bars}${fault(group)}`;
  });
}
