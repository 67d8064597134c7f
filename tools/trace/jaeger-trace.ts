import { Type, type Static } from "typebox";
import { Value } from "typebox/value";

const Tags = Type.Array(
  Type.Object({
    key: Type.String(),
    value: Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
  }),
  { default: [] },
);

const JaegerSpan = Type.Object({
  traceID: Type.String(),
  spanID: Type.String(),
  operationName: Type.String(),
  references: Type.Array(
    Type.Object({ refType: Type.String(), traceID: Type.String(), spanID: Type.String() }),
    { default: [] },
  ),
  startTime: Type.Number({ description: "Microseconds since 1970" }),
  duration: Type.Number({ description: "Microseconds" }),
  tags: Tags,
  processID: Type.String(),
});

/** The parts of an answer of Jaeger's JSON API that we read. */
const Answer = Type.Object({
  data: Type.Array(
    Type.Object({
      traceID: Type.String(),
      spans: Type.Array(JaegerSpan),
      processes: Type.Record(Type.String(), Type.Object({ serviceName: Type.String() })),
    }),
  ),
});
type JaegerSpan = Static<typeof JaegerSpan>;

export interface TraceSpan {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly service: string;
  readonly name: string;
  readonly startMs: number;
  readonly ms: number;
  readonly tags: ReadonlyMap<string, string | number | boolean>;
}

export interface Trace {
  readonly id: string;
  readonly spans: readonly TraceSpan[];
}

function spanOf(span: JaegerSpan, service: string): TraceSpan {
  const parent = span.references.find(
    ({ refType, traceID }) => refType === "CHILD_OF" && traceID === span.traceID,
  );
  return {
    id: span.spanID,
    parentId: parent?.spanID,
    service,
    name: span.operationName,
    startMs: span.startTime / 1000,
    ms: span.duration / 1000,
    tags: new Map(span.tags.map(({ key, value }) => [key, value])),
  };
}

/** The traces of an answer of Jaeger's query API. */
export function readTraces(body: unknown): Trace[] {
  const { data } = Value.Parse(Answer, Value.Clean(Answer, Value.Default(Answer, body)));
  return data.map(({ traceID: id, spans, processes }) => ({
    id,
    spans: spans.map((span) => spanOf(span, processes[span.processID]?.serviceName ?? "?")),
  }));
}
