import type { Instrumentation } from "@opentelemetry/instrumentation";
import type { Instrumented } from "./span-backend.ts";

async function ofBroker(): Promise<Instrumentation> {
  const { AmqplibInstrumentation } = await import("@opentelemetry/instrumentation-amqplib");
  return new AmqplibInstrumentation();
}

/** `/v1/jobs/:id/attempts/:n/uploads`: one name for all calls of a kind. */
export function callName(method: string, path: string): string {
  const [plain = ""] = path.split("?", 1);
  const general = plain
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ":id")
    .replace(/\/[0-9]+(?=\/|$)/g, "/:n");
  return `${method} ${general}`;
}

async function ofRequests(origin: string): Promise<Instrumentation> {
  const { UndiciInstrumentation } = await import("@opentelemetry/instrumentation-undici");
  return new UndiciInstrumentation({
    ignoreRequestHook: (request) => request.origin !== origin,
    requireParentforSpans: true,
    requestHook: (span, { method, path }) => {
      span.updateName(callName(method, path));
    },
  });
}

/** The instrumentations of a program; others are not loaded. */
export function chosenInstrumentations({
  broker,
  origin,
}: Instrumented): Promise<Instrumentation[]> {
  return Promise.all([
    ...(broker === true ? [ofBroker()] : []),
    ...(origin === undefined ? [] : [ofRequests(origin)]),
  ]);
}
