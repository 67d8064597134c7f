import { ExportResultCode, type ExportResult } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import type { Logger } from "../log.ts";
import { safeAttributes, safeText } from "./safe-spans.ts";

/** The same span without what must not leave the program. */
function safeSpan(span: ReadableSpan): ReadableSpan {
  const { status } = span;
  return {
    name: safeText(span.name),
    attributes: safeAttributes(span.attributes),
    events: span.events.map((event) => ({
      ...event,
      attributes: safeAttributes(event.attributes ?? {}),
    })),
    status:
      status.message === undefined ? status : { ...status, message: safeText(status.message) },
    spanContext: () => span.spanContext(),
    ...(span.parentSpanContext && { parentSpanContext: span.parentSpanContext }),
    kind: span.kind,
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    links: span.links,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}

/** Exports spans without secrets, and says once when they begin to be lost and once when they arrive again. */
export class SafeExporter implements SpanExporter {
  readonly #inner: SpanExporter;
  readonly #log: Logger;
  #lost = 0;

  constructor(inner: SpanExporter, log: Logger) {
    this.#inner = inner;
    this.#log = log;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#inner.export(spans.map(safeSpan), (result) => {
      this.#note(spans.length, result.error);
      // Said already: the processor would say it again for each batch.
      done({ code: ExportResultCode.SUCCESS });
    });
  }

  #note(count: number, error: Error | undefined): void {
    if (error !== undefined) {
      if (this.#lost === 0) {
        this.#log.warn(
          { reason: safeText(error.message) },
          "spans are not taken; they are dropped",
        );
      }
      this.#lost += count;
    } else if (this.#lost > 0) {
      this.#log.info({ lost: this.#lost }, "spans are taken again");
      this.#lost = 0;
    }
  }

  async forceFlush(): Promise<void> {
    await this.#inner.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.#inner.shutdown();
  }
}
