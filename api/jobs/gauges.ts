import type { Logger } from "pino";
import type { Queryable } from "../backends/db.ts";
import type { Metrics } from "../metrics.ts";

const rememberMs = 4_000;

interface JobsRow {
  readonly state: string;
  readonly class: string;
  readonly jobs: number;
}

async function readGauges(db: Queryable, metrics: Metrics): Promise<void> {
  const jobs = await db.query<JobsRow>(
    `SELECT state, class, count(*)::int AS jobs FROM jobs
     WHERE state = 'queued' OR state = 'running' GROUP BY state, class`,
  );
  const outbox = await db.query<{ due: number; oldest: number }>(
    `SELECT count(*)::int AS due,
            coalesce(extract(epoch FROM now() - min(next_try_at)), 0)::float8 AS oldest
     FROM outbox WHERE published_at IS NULL AND next_try_at <= now()`,
  );
  metrics.jobs.reset();
  for (const row of jobs.rows) metrics.jobs.set({ state: row.state, class: row.class }, row.jobs);
  metrics.outboxUnpublished.set(outbox.rows[0]?.due ?? 0);
  metrics.outboxAge.set(outbox.rows[0]?.oldest ?? 0);
}

/** Reads the figures that the database has, at most once in a few seconds. */
export function createGauges(db: Queryable, metrics: Metrics, log: Logger): () => Promise<void> {
  let last = -Infinity;
  return async () => {
    if (performance.now() - last < rememberMs) return;
    last = performance.now();
    try {
      await readGauges(db, metrics);
    } catch (error) {
      // The other figures are wanted most when the database is away.
      log.warn({ err: error }, "could not read figures from the database");
    }
  };
}
