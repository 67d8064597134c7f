import type { Logger } from "pino";
import type { QueueMessage } from "../backends/broker.ts";
import type { Db, Queryable } from "../backends/db.ts";
import type { Metrics } from "../metrics.ts";
import type { InputBuckets } from "../backends/input-buckets.ts";
import type { Notifier } from "../backends/notifier.ts";
import type { ObjectStore } from "../backends/object-store.ts";
import type { JobEvent } from "@framewright/contracts/client-api.ts";
import type { JobClass, JobError, Priority } from "@framewright/contracts/job.ts";
import type { Prices } from "@framewright/contracts/prices.ts";
import type { OutboxPublisher } from "./outbox.ts";
import type { Profiles } from "./profiles.ts";
import type { Router } from "./routing.ts";
import type { UrlInputs } from "@framewright/runtime/url-inputs.ts";

/** After how many days what nobody needs is deleted; 0 is never. */
export interface Retention {
  /** Files of an attempt that published nothing: since its end. */
  readonly attemptDays: number;
  /** Since an upload was made, and since the last job that used it ended. */
  readonly uploadDays: number;
  /** An upload in parts that nobody completed: since it was announced. */
  readonly unfinishedDays: number;
  /** A job with its result: since its end. */
  readonly jobDays: number;
  /** The events of a job: since its end. */
  readonly eventDays: number;
  /** Entries of the audit log, and keys that are revoked. */
  readonly auditDays: number;
  /** Webhook deliveries: since the event, unless an attempt is still to come. */
  readonly webhookDays: number;
}

/** What every operation of the engine works with. */
export interface EngineContext {
  readonly db: Db;
  readonly store: ObjectStore;
  readonly notifier: Notifier;
  readonly outbox: OutboxPublisher;
  readonly router: Router;
  readonly profiles: Profiles;
  /** Of the operator, from which jobs may take files. */
  readonly inputBuckets: InputBuckets;
  /** Which URLs jobs may have; nothing where they may have none. */
  readonly urlInput: UrlInputs | undefined;
  /** Whether there are services that hear, translate and speak. */
  readonly dubbing: boolean;
  /** And one that moves lips. */
  readonly lipSync: boolean;
  /** Of the stack's config; nothing where it has none. */
  readonly prices: Prices | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly leaseSeconds: number;
  readonly heartbeatSeconds: number;
  /** After how long CPU workers that have nothing to do get a job that waits for a busy GPU; 0 is never. */
  readonly gpuWaitSeconds: number;
  /** Classes that get a worker when jobs wait in them. */
  readonly wakeable: readonly JobClass[];
  readonly retention: Retention;
}

/** Tells everybody who waits, and publishes at once what is due; only ever after the commit. */
export function afterCommit(context: EngineContext, jobId: string, message?: QueueMessage): void {
  context.notifier.jobChanged(jobId);
  if (message) {
    context.outbox.publishSoon(message);
    context.notifier.queueGrew();
  }
}

export interface NewEvent {
  readonly jobId: string;
  readonly type: JobEvent["type"];
  readonly attempt: number;
  readonly error?: JobError | undefined;
}

/** Call it after the job's row is locked or written: that is what keeps a job's events in order. */
export async function addEvent(client: Queryable, event: NewEvent): Promise<void> {
  await client.query({
    name: "add-event",
    text: "INSERT INTO events (job_id, type, attempt, error) VALUES ($1, $2, $3, $4)",
    values: [event.jobId, event.type, event.attempt, event.error ?? null],
  });
}

/** No message has to be sent any more for a job that was claimed or cancelled. */
export async function removeFromOutbox(client: Queryable, jobId: string): Promise<void> {
  await client.query({
    name: "outbox-done",
    text: "DELETE FROM outbox WHERE job_id = $1",
    values: [jobId],
  });
}

export interface Waiting {
  readonly jobId: string;
  readonly jobClass: JobClass;
  readonly priority: Priority;
  readonly delayMs: number;
}

/** Time that the request's own publish has before the sweeper looks at the row. */
export const fastPathMs = 2_000;

/** Writes the outbox row of a job that has just become queued. Gives the message if it is due at once. */
export async function addToOutbox(
  client: Queryable,
  waiting: Waiting,
): Promise<QueueMessage | undefined> {
  const { jobId, jobClass, priority, delayMs } = waiting;
  const { rows } = await client.query<{ id: string }>({
    name: "add-to-outbox",
    text: `INSERT INTO outbox (job_id, class, priority, next_try_at)
           VALUES ($1, $2, $3, now() + make_interval(secs => $4)) RETURNING id`,
    values: [jobId, jobClass, priority, (delayMs === 0 ? fastPathMs : delayMs) / 1000],
  });
  const outboxId = rows[0]?.id;
  if (outboxId === undefined) throw new Error(`no outbox row was written for job ${jobId}`);
  return delayMs === 0 ? { outboxId, jobId, jobClass, priority } : undefined;
}
