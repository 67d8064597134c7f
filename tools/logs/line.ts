import { isRecord } from "../records.ts";

/** A line, wherever it came from. */
export interface Line {
  readonly time: string;
  readonly level: string;
  readonly from: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function parsed(json: string): Readonly<Record<string, unknown>> | undefined {
  if (!json.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // text that only begins like JSON
  }
}

const ofStore = /^(_|kubernetes\.)/;

/** A row of VictoriaLogs' answer: flat, with what its agent knows of the pod. */
export function storedLine(json: string): Line | undefined {
  const row = parsed(json);
  if (row === undefined) return undefined;
  const { level, service, ...rest } = row;
  const pod = text(row["kubernetes.pod_name"]);
  const own = Object.entries(rest).filter(([name]) => !ofStore.test(name));
  return {
    time: text(row["_time"]),
    level: text(level),
    from: pod === "" ? text(service) : pod,
    message: text(row["_msg"]),
    fields: Object.fromEntries(own),
  };
}

/** A line as a pod wrote it, which kubectl puts the pod's name before: `[pod/api-1/api] {…}`. */
export function podLine(output: string): Line | undefined {
  const [, pod = "", json = output] = /^\[pod\/([^/\]]+)\/[^\]]*\] (.*)$/.exec(output) ?? [];
  const row = parsed(json);
  if (row === undefined) return undefined;
  const { level, time, message, service, ...fields } = row;
  const from = pod === "" ? text(service) : pod;
  return { time: text(time), level: text(level), from, message: text(message), fields };
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What a reader knows already, or has little use for. */
const quiet = new Set(["worker", "server"]);

/** VictoriaLogs leaves zeros at the end out. */
function clockOf(time: string): string {
  const moment = new Date(time);
  return Number.isNaN(moment.getTime()) ? " ".repeat(12) : moment.toISOString().slice(11, 23);
}

/** `12:03:21.004 warn  worker-cpu-1  attempt failed  code=corrupt-media …`; stacks on lines of their own. `asked` is a field that everybody knows. */
export function readable({ time, level, from, message, fields }: Line, asked?: string): string {
  const stack = text(fields["err.stack"]);
  const named = Object.entries(fields).filter(
    ([name]) => name !== asked && name !== "err.stack" && !quiet.has(name),
  );
  const parts = named.map(([name, value]) => `${name}=${shown(value)}`);
  const head = [clockOf(time), level.padEnd(5), from.padEnd(24), message];
  const below = stack.split("\n").slice(1);
  return [[...head, ...parts].join(" "), ...below.map((line) => `    ${line.trim()}`)].join("\n");
}

/** By time; lines of one moment stay as they came. */
export function inOrder(lines: readonly Line[]): Line[] {
  return lines.toSorted((one, other) => Date.parse(one.time) - Date.parse(other.time));
}
