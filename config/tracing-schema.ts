import { flag, section } from "./leaves.ts";

export const Tracing = section(
  "Traces: one for each request and its job, over API, queue, worker and store",
  {
    enabled: flag(false, "Whether programs send spans, and Jaeger is deployed"),
  },
);
