import {
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type SpanKind,
} from "@opentelemetry/api";
import {
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
  type SamplingResult,
} from "@opentelemetry/sdk-trace";
import type { TracingSettings } from "./settings.ts";

/** Attribute of the first span of a request: who called. */
export const sideAttribute = "framewright.side";

/** Whether a request submits a job. */
export function isSubmission(method: unknown, path: unknown): boolean {
  return method === "POST" && path === "/v1/jobs";
}

/** Facts about a span that is about to begin. */
export interface Beginning {
  /** Of what it is a part, wherever that is. */
  readonly parentFlags: number | undefined;
  readonly attributes: Attributes;
  /** Whether the ratio of jobs takes its trace. */
  readonly isChosen: () => boolean;
}

/**
 * What is under way decides for its parts. A client's traceparent may only keep its own request out: whether it is recorded
 * is for the ratio to say, so that nobody outside can have everything recorded. Of requests that submit no job, those that
 * the ratio leaves out have no span at all (server-spans.ts). Nothing but a request begins a trace: what a library sees without
 * one, as the message of a job that is kept out, would be a trace of one span.
 */
export function isRecorded({ parentFlags, attributes, isChosen }: Beginning): boolean {
  if (parentFlags !== undefined && (parentFlags & TraceFlags.SAMPLED) === 0) return false;
  const side = attributes[sideAttribute];
  if (parentFlags === undefined && side === undefined) return false;
  const submits = isSubmission(attributes["http.request.method"], attributes["url.path"]);
  return side === "client" && submits ? isChosen() : true;
}

export class JobSampler implements Sampler {
  readonly #jobs: TraceIdRatioBasedSampler;

  constructor({ jobRatio }: Pick<TracingSettings, "jobRatio">) {
    this.#jobs = new TraceIdRatioBasedSampler(jobRatio);
  }

  // oxlint-disable-next-line max-params -- the SDK's interface
  shouldSample(
    context: Context,
    traceId: string,
    _name: string,
    _kind: SpanKind,
    attributes: Attributes,
  ): SamplingResult {
    const { RECORD_AND_SAMPLED, NOT_RECORD } = SamplingDecision;
    const recorded = isRecorded({
      parentFlags: trace.getSpanContext(context)?.traceFlags,
      attributes,
      isChosen: () => this.#jobs.shouldSample(context, traceId).decision === RECORD_AND_SAMPLED,
    });
    return { decision: recorded ? RECORD_AND_SAMPLED : NOT_RECORD };
  }

  toString(): string {
    return `JobSampler{${this.#jobs.toString()}}`;
  }
}
