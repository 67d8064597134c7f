import { isRecord } from "../records.ts";

const widths = { name: 10, level: 5 } as const;

/** Fields by which the programs name themselves. */
const isInPrefix = new Set(["service", "worker"]);

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A JSON line of a program's log as a person reads it; every other line as it is. */
export function readableLine(line: string): string {
  if (!line.startsWith("{")) return line;
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return line; // a brace, but no log line
  }
  if (!isRecord(parsed)) return line;
  const { level, time, message, ...rest } = parsed;
  const clock = typeof time === "string" ? time.slice(11, 23) : "";
  const fields = Object.entries(rest)
    .filter(([name]) => !isInPrefix.has(name))
    .map(([name, value]) => `${name}=${shown(value)}`);
  return [clock, shown(level).padEnd(widths.level), shown(message), ...fields].join(" ");
}

/** With the name of the program in front. */
export function prefixed(name: string, line: string): string {
  return `${name.padEnd(widths.name)}| ${readableLine(line)}`;
}
