import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Type } from "typebox";
import { Value } from "typebox/value";

const Attributes = Type.Array(
  Type.Object({
    key: Type.String(),
    value: Type.Object({
      stringValue: Type.Optional(Type.String()),
      intValue: Type.Optional(Type.Union([Type.String(), Type.Number()])),
      doubleValue: Type.Optional(Type.Number()),
      boolValue: Type.Optional(Type.Boolean()),
    }),
  }),
  { default: [] },
);

const Export = Type.Object({
  resourceSpans: Type.Array(
    Type.Object({
      resource: Type.Object({ attributes: Attributes }),
      scopeSpans: Type.Array(
        Type.Object({
          spans: Type.Array(
            Type.Object({
              traceId: Type.String(),
              spanId: Type.String(),
              parentSpanId: Type.Optional(Type.String()),
              name: Type.String(),
              kind: Type.Integer(),
              startTimeUnixNano: Type.String(),
              endTimeUnixNano: Type.String(),
              attributes: Attributes,
              status: Type.Object({
                code: Type.Optional(Type.Integer()),
                message: Type.Optional(Type.String()),
              }),
            }),
          ),
        }),
      ),
    }),
  ),
});

export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
  readonly ms: number;
}

export interface OtlpReceiver {
  readonly endpoint: string;
  readonly spans: readonly ReceivedSpan[];
  /** All that came, as it came. */
  readonly raw: () => string;
  readonly headers: () => NodeJS.Dict<string | string[]>[];
  /** Answers with this from now on. */
  answer(status: number): void;
  close(): Promise<void>;
}

function factsOf(attributes: readonly { key: string; value: object }[]): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, Object.values(value)[0] as unknown]),
  );
}

function spansOf(body: string): ReceivedSpan[] {
  const value: unknown = JSON.parse(body);
  const { resourceSpans } = Value.Parse(Export, Value.Default(Export, value));
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap(({ spans }) => spans)
      .map((span) => ({
        service: String(factsOf(resource.attributes)["service.name"]),
        name: span.name,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId === "" ? undefined : span.parentSpanId,
        facts: factsOf(span.attributes),
        failed: span.status.code === 2,
        ms: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
      })),
  );
}

/** Takes spans by OTLP over HTTP, as Jaeger does. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const bodies: string[] = [];
  const headers: NodeJS.Dict<string | string[]>[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      headers.push(request.headers);
      if (status < 300) {
        bodies.push(body);
        spans.push(...spansOf(body));
      }
      response.writeHead(status, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}/v1/traces`,
    spans,
    raw: () => bodies.join("\n"),
    headers: () => headers,
    answer: (next) => {
      status = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
