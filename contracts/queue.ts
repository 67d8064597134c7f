import { Type, type Static } from "typebox";
import type { JobClass } from "./job.ts";

/** The whole content of a message: Postgres is the truth, the message is a hint (design, decision 5). */
export const JobMessage = Type.Object(
  { v: Type.Literal(1), jobId: Type.String({ format: "uuid" }) },
  { additionalProperties: false },
);
export type JobMessage = Static<typeof JobMessage>;

/** Direct exchange; the routing key is the job class. */
export const jobExchange = "framewright.jobs";
export const deadLetterExchange = "framewright.dead";
export const deadLetterQueue = "framewright.dead";
/** Deliveries that may fail (reject, crash, lost connection) before a message is dead-lettered. */
export const deliveryLimit = 20;

export function queueOf(jobClass: JobClass): string {
  return `framewright.jobs.${jobClass}`;
}
