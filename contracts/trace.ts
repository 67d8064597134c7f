import { Type, type Static } from "typebox";

/** A place in a trace, as W3C Trace Context has it (version 00): trace, span, and whether it is recorded. */
export const Traceparent = Type.String({
  pattern: "^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$",
  description: "A place in a trace, as W3C Trace Context has it",
});
export type Traceparent = Static<typeof Traceparent>;

export const TraceId = Type.String({
  pattern: "^[0-9a-f]{32}$",
  description: "Trace of the job, where it is recorded",
});

/** The trace that a traceparent names. */
export function traceIdOf(traceparent: Traceparent): string {
  return traceparent.slice(3, 35);
}
