import type * as pulumi from "@pulumi/pulumi";
import type { TracingSection } from "../../../config/schema.ts";
import type { App, Endpoint } from "../app.ts";
import { openEdge } from "../network/network.ts";

/** Where programs send their spans, and of what. */
export interface Traces extends Pick<TracingSection, "jobRatio" | "requestRatio" | "statementMs"> {
  readonly endpoint: Endpoint;
}

/** The variables by which a program sends spans; none where there are no traces. */
export function tracesEnv(traces: Traces | undefined) {
  if (traces === undefined) return {};
  const { endpoint, jobRatio, requestRatio, statementMs } = traces;
  return {
    TRACES_ENDPOINT: `http://${endpoint.host}:${endpoint.port}/v1/traces`,
    TRACES_JOB_RATIO: String(jobRatio),
    TRACES_REQUEST_RATIO: String(requestRatio),
    TRACES_STATEMENT_MS: statementMs,
  };
}

export function openToTraces(
  name: string,
  { from, traces }: { readonly from: App; readonly traces: Traces | undefined },
  parent: pulumi.Resource,
): void {
  if (traces === undefined) return;
  openEdge(`${name}-to-traces`, { from, to: traces.endpoint }, { parent });
}
