import type { Line } from "./line.ts";

/** What lines are asked for. */
export interface Asked {
  readonly about: About;
  /** As VictoriaLogs and kubectl both read it: `90s`, `15m`, `24h`. */
  readonly since: string;
}

/** Name and value of a field of lines, or every line that tells of something wrong. */
type About = "problems" | { readonly field: Field; readonly value: string };
type Field = "job_id" | "trace_id" | "request_id" | "video_id" | "worker_id";

/** The options that name what lines are about. */
export const fields = {
  job: "job_id",
  trace: "trace_id",
  request: "request_id",
  video: "video_id",
  worker: "worker_id",
} as const satisfies Record<string, Field>;
export type FieldOption = keyof typeof fields;

const isValue = /^[\w.:-]{1,128}$/;
const isSpan = /^[1-9]\d*[smh]$/;

function isFieldOption(name: string): name is FieldOption {
  return name in fields;
}

const fieldOptions = Object.keys(fields).filter(isFieldOption);

type Given = Readonly<Partial<Record<FieldOption, string | undefined>>> & {
  readonly problems?: boolean;
};

/** Exactly one of them, an id by a value that needs no quoting anywhere. Throws in the words of the options. */
function aboutOf({ problems = false, ...ids }: Given): About {
  const given = fieldOptions.flatMap((option) => {
    const value = ids[option];
    return value === undefined ? [] : [[option, value] as const];
  });
  const [first] = given;
  if (given.length + (problems ? 1 : 0) !== 1) {
    const options = [...fieldOptions, "problems"].map((name) => `--${name}`).join(", ");
    throw new Error(`Name what the lines are about by one of ${options}`);
  }
  if (first === undefined) return "problems";
  const [option, value] = first;
  if (!isValue.test(value)) {
    throw new Error(`--${option} is no id: "${value}"`);
  }
  return { field: fields[option], value };
}

export function askedBy(given: Given, since: string): Asked {
  const about = aboutOf(given);
  if (!isSpan.test(since)) {
    throw new Error(`--since is a time such as 15m, 6h or 90s, not "${since}"`);
  }
  return { about, since };
}

/** Levels of lines that tell of something wrong. */
const wrong = ["warn", "error", "fatal"];

/** In VictoriaLogs' own language. */
export function filterOf(about: About): string {
  return about === "problems" ? `level:in(${wrong.join(",")})` : `${about.field}:="${about.value}"`;
}

/** The limit keeps the newest. */
export function queryOf({ about, since }: Asked): string {
  return `_time:${since} ${filterOf(about)}`;
}

/** The same of a line that is read from a pod. */
export function isAbout(
  { level, fields: found }: Pick<Line, "level" | "fields">,
  about: About,
): boolean {
  return about === "problems" ? wrong.includes(level) : found[about.field] === about.value;
}

/** As people read it: what no line tells. */
export function described(about: About): string {
  return about === "problems"
    ? "tells of something wrong"
    : `is about ${about.field} ${about.value}`;
}
