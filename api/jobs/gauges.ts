import type { Logger } from "pino";
import { jobClasses } from "@framewright/contracts/job.ts";
import type { Queryable } from "../backends/db.ts";
import type { Metrics } from "../metrics.ts";
import { aliveSeconds, loadsFor, readLoads } from "./routing.ts";

const rememberMs = 4_000;

interface JobsRow {
  readonly state: string;
  readonly class: string;
  readonly jobs: number;
  /** Of the one that could have been claimed first. */
  readonly waited: number;
}

interface WorkersRow {
  readonly accel: string;
  readonly state: string;
  readonly workers: number;
}

async function readJobs(db: Queryable, metrics: Metrics): Promise<void> {
  const { rows } = await db.query<JobsRow>(
    `SELECT state, class, count(*)::int AS jobs,
       greatest(0, extract(epoch FROM now() - min(available_at)))::float8 AS waited FROM jobs
     WHERE state = 'queued' OR state = 'running' GROUP BY state, class`,
  );
  // A class without jobs is a figure as well: a queue that is empty differs from one that nobody reads.
  for (const jobClass of jobClasses) {
    metrics.jobs.set({ state: "queued", class: jobClass }, 0);
    metrics.jobs.set({ state: "running", class: jobClass }, 0);
    metrics.oldestQueued.set({ class: jobClass }, 0);
  }
  for (const { state, class: jobClass, jobs, waited } of rows) {
    metrics.jobs.set({ state, class: jobClass }, jobs);
    if (state === "queued") metrics.oldestQueued.set({ class: jobClass }, waited);
  }
}

async function readWorkers(db: Queryable, metrics: Metrics): Promise<void> {
  const { rows } = await db.query<WorkersRow>(
    `SELECT accel, CASE WHEN draining THEN 'draining' ELSE 'ready' END AS state, count(*)::int AS workers
     FROM workers WHERE last_seen_at > now() - make_interval(secs => $1) GROUP BY 1, 2`,
    [aliveSeconds],
  );
  metrics.workers.reset();
  for (const { accel, state, workers } of rows) metrics.workers.set({ accel, state }, workers);
  const loads = loadsFor(await readLoads(db), []);
  // A class without workers is a figure as well: jobs of it wait for nobody.
  for (const jobClass of jobClasses) {
    metrics.classWorkers.set({ class: jobClass }, loads.get(jobClass)?.workers ?? 0);
  }
}

async function readGauges(db: Queryable, metrics: Metrics): Promise<void> {
  await readJobs(db, metrics);
  await readWorkers(db, metrics);
  const outbox = await db.query<{ due: number; oldest: number }>(
    `SELECT count(*)::int AS due,
            coalesce(extract(epoch FROM now() - min(next_try_at)), 0)::float8 AS oldest
     FROM outbox WHERE published_at IS NULL AND next_try_at <= now()`,
  );
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
