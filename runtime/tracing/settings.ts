import { Type } from "typebox";
import { Value } from "typebox/value";
import { hidden, withDefault, type EnvOf, type RawEnv } from "../env.ts";

/** From 0 to 1, as text: variables hold whole numbers or text. */
const ratio = (value: string, description: string) =>
  withDefault(Type.String({ pattern: "^(0(\\.[0-9]{1,6})?|1(\\.0{1,6})?)$", description }), value);

/** What the API, the webhook sender and the workers are told of traces. */
export const tracingVariables = {
  TRACES_ENDPOINT: Type.Optional(
    Type.String({
      pattern: "^https?://[^\\s]+$",
      description:
        "Where spans go by OTLP over HTTP, as http://jaeger:4318/v1/traces; without it no traces",
    }),
  ),
  TRACES_HEADERS: hidden(
    Type.Optional(
      Type.String({ description: "Headers of what is sent there, as an object in JSON" }),
    ),
  ),
  TRACES_JOB_RATIO: ratio("1", "Share of submitted jobs that are traced, from 0 to 1"),
  TRACES_REQUEST_RATIO: ratio("0.01", "Share of clients' other requests that are traced"),
  TRACES_STATEMENT_MS: withDefault(
    Type.Integer({
      minimum: 0,
      maximum: 60_000,
      description: "Milliseconds from which a statement of the database has a span; 0: all have",
    }),
    5,
  ),
};

const TracingEnv = Type.Object(tracingVariables);

const Headers = Type.Record(
  Type.String({ pattern: "^[A-Za-z0-9-]{1,100}$" }),
  Type.String({ maxLength: 4096, pattern: "^[\\x20-\\x7e]*$" }),
  { maxProperties: 20 },
);

export interface TracingSettings {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly jobRatio: number;
  readonly requestRatio: number;
  readonly statementMs: number;
}

function headersOf(text: string): Record<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(Headers, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What no pattern can tell. */
export function tracingProblems(raw: RawEnv): string[] {
  const text = raw["TRACES_HEADERS"] ?? "";
  if (text === "" || headersOf(text)) return [];
  return [
    'TRACES_HEADERS must be an object of texts in JSON, as {"authorization":"Bearer …"}; its value is hidden',
  ];
}

/** Nothing where nobody gets spans. */
export function tracingOf(env: EnvOf<typeof TracingEnv>): TracingSettings | undefined {
  if (env.tracesEndpoint === undefined) return undefined;
  return {
    endpoint: env.tracesEndpoint,
    headers: env.tracesHeaders === undefined ? {} : (headersOf(env.tracesHeaders) ?? {}),
    jobRatio: Number(env.tracesJobRatio),
    requestRatio: Number(env.tracesRequestRatio),
    statementMs: env.tracesStatementMs,
  };
}
