/** What lines are asked for. */
export interface Asked {
  /** Name and value of a field of lines. */
  readonly field: "job_id" | "trace_id" | "request_id" | "video_id" | "worker_id";
  readonly value: string;
  /** As VictoriaLogs and kubectl both read it: `90s`, `15m`, `24h`. */
  readonly since: string;
}

/** The options that name what lines are about. */
export const fields = {
  job: "job_id",
  trace: "trace_id",
  request: "request_id",
  video: "video_id",
  worker: "worker_id",
} as const satisfies Record<string, Asked["field"]>;
export type FieldOption = keyof typeof fields;

const isValue = /^[\w.:-]{1,128}$/;
const isSpan = /^[1-9]\d*[smh]$/;

function isFieldOption(name: string): name is FieldOption {
  return name in fields;
}

const fieldOptions = Object.keys(fields).filter(isFieldOption);

/** Exactly one field, by a value that needs no quoting anywhere. Throws in the words of the options. */
export function askedBy(
  given: Readonly<Partial<Record<FieldOption, string | undefined>>>,
  since: string,
): Asked {
  const [first, second] = fieldOptions.flatMap((option) => {
    const value = given[option];
    return value === undefined ? [] : [[option, value] as const];
  });
  if (first === undefined || second !== undefined) {
    const options = fieldOptions.map((name) => `--${name}`).join(", ");
    throw new Error(`Name what the lines are about by one of ${options}`);
  }
  const [option, value] = first;
  if (!isValue.test(value)) {
    throw new Error(`--${option} is no id: "${value}"`);
  }
  if (!isSpan.test(since)) {
    throw new Error(`--since is a time such as 15m, 6h or 90s, not "${since}"`);
  }
  return { field: fields[option], value, since };
}

/** In VictoriaLogs' own language; the limit keeps the newest. */
export function queryOf({ field, value, since }: Asked): string {
  return `_time:${since} ${field}:="${value}"`;
}
