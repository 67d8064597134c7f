import type { Logger } from "pino";
import type { Broker, QueueMessage } from "../backends/broker.ts";
import type { Queryable } from "../backends/db.ts";
import type { Metrics } from "../metrics.ts";
import type { JobClass, Priority } from "@framewright/contracts/job.ts";
import { under } from "@framewright/runtime/tracing/tracing.ts";

/** Brings outbox rows to the broker. A row stays unpublished until its message is confirmed. */
export interface OutboxPublisher {
  /** The fast path after a commit: never throws, never waits; what fails is left to the sweeper. */
  publishSoon(message: QueueMessage): void;
  /** Publishes what is due and gives the number of messages that were confirmed. */
  publishDue(limit: number): Promise<number>;
  /** Resolves when no publish of the fast path is under way any more. */
  settled(): Promise<void>;
}

export interface OutboxOptions {
  readonly db: Queryable;
  readonly broker: Pick<Broker, "publish" | "connected">;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** With more than this under way the broker is behind, and the sweeper's pace is the right one. */
const maxInFlight = 1_000;
const retrySeconds = 2;

interface DueRow {
  readonly id: string;
  readonly job_id: string;
  readonly class: JobClass;
  readonly priority: Priority;
  readonly traceparent: string | null;
}

async function markPublished(db: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.query({
    name: "outbox-published",
    text: "UPDATE outbox SET published_at = now(), tries = tries + 1 WHERE id = ANY($1::bigint[])",
    values: [ids],
  });
}

/** Marks confirmed rows in batches: while one UPDATE runs, the next batch gathers. */
class Marker {
  readonly #db: Queryable;
  readonly #log: Logger;
  #pending: string[] = [];
  #running: Promise<void> | undefined;

  constructor(db: Queryable, log: Logger) {
    this.#db = db;
    this.#log = log;
  }

  add(id: string): Promise<void> {
    this.#pending.push(id);
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    while (this.#pending.length > 0) {
      const ids = this.#pending;
      this.#pending = [];
      try {
        await markPublished(this.#db, ids);
      } catch (error) {
        // Then the sweeper sends these again, and a second claim is refused: nothing is lost.
        this.#log.warn({ err: error, count: ids.length }, "could not mark confirmed messages");
      }
    }
    this.#running = undefined;
  }
}

/** Takes due rows for a while: other sweepers, and this one if it fails, come back to them later. */
async function takeDue(db: Queryable, limit: number): Promise<DueRow[]> {
  const { rows } = await db.query<DueRow>({
    name: "outbox-take-due",
    text: `UPDATE outbox SET next_try_at = now() + make_interval(secs => $2), tries = tries + 1
           WHERE id IN (SELECT id FROM outbox WHERE published_at IS NULL AND next_try_at <= now()
                        ORDER BY next_try_at LIMIT $1 FOR UPDATE SKIP LOCKED)
           RETURNING id, job_id, class, priority,
             (SELECT traceparent FROM jobs WHERE jobs.id = outbox.job_id) AS traceparent`,
    values: [limit, retrySeconds],
  });
  return rows;
}

async function publishDue(options: OutboxOptions, limit: number): Promise<number> {
  const { db, broker, metrics, log } = options;
  if (!broker.connected) return 0;
  const rows = await takeDue(db, limit);
  const results = await Promise.allSettled(
    rows.map((row) =>
      under(row.traceparent ?? undefined, () =>
        broker.publish({
          outboxId: row.id,
          jobId: row.job_id,
          jobClass: row.class,
          priority: row.priority,
        }),
      ),
    ),
  );
  const confirmed = rows.filter((_, i) => results[i]?.status === "fulfilled");
  metrics.publishes.inc({ path: "sweeper", result: "confirmed" }, confirmed.length);
  metrics.publishes.inc({ path: "sweeper", result: "failed" }, rows.length - confirmed.length);
  const failure = results.find((result) => result.status === "rejected");
  if (failure)
    log.warn({ err: failure.reason }, "the broker did not confirm messages; trying again");
  await markPublished(
    db,
    confirmed.map((row) => row.id),
  );
  return confirmed.length;
}

export function createOutboxPublisher(options: OutboxOptions): OutboxPublisher {
  const { db, broker, metrics, log } = options;
  const marker = new Marker(db, log);
  const inFlight = new Set<Promise<void>>();
  const publishOne = async (message: QueueMessage) => {
    try {
      await broker.publish(message);
    } catch (error) {
      metrics.publishes.inc({ path: "request", result: "failed" });
      log.warn(
        { err: error, jobId: message.jobId },
        "message not confirmed; the sweeper sends it again",
      );
      return;
    }
    metrics.publishes.inc({ path: "request", result: "confirmed" });
    await marker.add(message.outboxId);
  };
  return {
    publishSoon: (message) => {
      if (!broker.connected || inFlight.size >= maxInFlight) return;
      const work = publishOne(message).finally(() => inFlight.delete(work));
      inFlight.add(work);
    },
    publishDue: (limit) => publishDue(options, limit),
    settled: async () => {
      await Promise.allSettled([...inFlight]);
    },
  };
}
