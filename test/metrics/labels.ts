import { accels, jobClasses } from "../../contracts/job.ts";
import { catalogue } from "../../api/errors.ts";
import { failures } from "../../worker/src/failure.ts";

/** How many values a label can have, and why it cannot have more. */
export interface LabelBound {
  readonly values: number;
  readonly what: string;
}

/** A label of whatever comes from outside (a job, a project, an address) must not be here: each value is a series for ever. */
export const labelBounds = {
  accel: { values: accels.length, what: accels.join(", ") },
  cache: { values: 4, what: "what the API remembers" },
  class: { values: jobClasses.length, what: "a queue of jobs: encoder and size, as `cpu.720p`" },
  code: { values: Object.keys(failures).length, what: "a reason of the worker's failures" },
  component: { values: 2, what: "client-api, worker-api" },
  dependency: { values: 4, what: "a row of the API's readiness" },
  direction: { values: 2, what: "up, down" },
  from: { values: jobClasses.length, what: "a class, or a step of the worker's ladder" },
  gpu: { values: 16, what: "index of a GPU of the node" },
  kind: { values: 5, what: "whose fault a failure was: input, transient, preempted, defect" },
  layer: { values: 4, what: "death, memory, files, calls" },
  length: { values: 3, what: "up-to-10m, up-to-1h, longer" },
  method: { values: 7, what: "HTTP methods that a route supports" },
  operation: { values: 12, what: "a verb of SQL, or a command of S3 that the programs use" },
  outcome: {
    values: 8,
    what: "succeeded, failed, cancelled, lost, draining, settled, handed-over",
  },
  path: { values: 2, what: "request, sweeper" },
  priority: { values: 2, what: "normal, high" },
  quota: { values: 4, what: "a quota of a project" },
  result: { values: 20, what: "how it went; of a webhook, why it was not delivered" },
  route: { values: 80, what: "the pattern of a route; `unknown` for all other paths" },
  rung: { values: 8, what: "240p to 2160p, above-2160p" },
  server: { values: 2, what: "client, worker" },
  stage: { values: 7, what: "a stage of an attempt" },
  state: { values: 5, what: "a state of a job, a worker or a connection" },
  status: { values: 15, what: "HTTP status that a route answers with" },
  step: { values: 8, what: "a way to encode" },
  to: { values: jobClasses.length, what: "a class, or a step of the worker's ladder" },
  type: { values: Object.keys(catalogue).length, what: "code of a problem" },
} as const satisfies Record<string, LabelBound>;

/** Labels that go together: a route has one method or two, and answers with few statuses. */
export const togetherBounds: Readonly<Record<string, number>> = {
  framewright_http_request_duration_seconds: 400,
  framewright_worker_jobs_total: 80,
  framewright_errors_total: 100,
  framewright_worker_encoder_fallbacks_total: 120,
};

export function isKnown(label: string): label is keyof typeof labelBounds {
  return Object.hasOwn(labelBounds, label);
}
