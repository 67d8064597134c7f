import { LRUCache } from "lru-cache";
import { farthestQueuePosition } from "@framewright/contracts/client-api.ts";
import { jobClasses } from "@framewright/contracts/job.ts";
import type { Queryable } from "../backends/db.ts";
import type { JobRow } from "./rows.ts";

/** So many jobs that have ended say how long the next ones will take. */
const sample = 50;
/** A pace is good for so long, in milliseconds. */
const paceLifeMs = 10_000;

/** Where a queued job stands. */
export interface QueuePlace {
  /** Among the jobs of its project; 1 is next; `farthestQueuePosition` may be farther. */
  readonly position: number;
  /** Unknown while no job of its class runs, or none has ended. */
  readonly startsInMs: number | undefined;
}

/** How fast the jobs of a class are taken. */
interface Pace {
  readonly running: number;
  /** Projects that take turns with the job's own, which is among them. */
  readonly projects: number;
  /** Mean of the last jobs, null where there was none. */
  readonly seconds: number | null;
}

async function readPosition(db: Queryable, { id }: JobRow): Promise<number> {
  const { rows } = await db.query<{ ahead: number }>({
    name: "queue-place",
    text: `SELECT count(*)::int AS ahead FROM (
             SELECT FROM jobs j JOIN jobs o ON o.project_id = j.project_id AND o.class = j.class
                             AND o.state = 'queued'
             WHERE j.id = $1 AND ((o.priority = j.priority AND o.id < j.id)
                                  OR (o.priority = 'high' AND j.priority = 'normal'))
             LIMIT ${farthestQueuePosition - 1}) AS before`,
    values: [id],
  });
  return (rows[0]?.ahead ?? 0) + 1;
}

async function readPace(db: Queryable, jobClass: string): Promise<Pace> {
  const { rows } = await db.query<Pace>({
    name: "queue-pace",
    text: `SELECT (SELECT count(*)::int FROM jobs WHERE state = 'running' AND class = $1) AS running,
                  (SELECT count(*)::int FROM project_use WHERE queued > 0) AS projects,
                  (SELECT avg(extract(epoch FROM finished_at - started_at))::float8 FROM (
                     SELECT finished_at, started_at FROM jobs
                     WHERE class = $1 AND state IN ('succeeded', 'failed')
                     ORDER BY finished_at DESC LIMIT ${sample}) AS ended) AS seconds`,
    values: [jobClass],
  });
  return rows[0] ?? { running: 0, projects: 0, seconds: null };
}

/** Places in the queue, and when their turn may come: a guess, as jobs differ and workers come and go. */
export class QueuePlaces {
  readonly #db: Queryable;
  readonly #paces = new LRUCache<string, Pace>({ max: jobClasses.length, ttl: paceLifeMs });

  constructor(db: Queryable) {
    this.#db = db;
  }

  async of(row: JobRow): Promise<QueuePlace | undefined> {
    if (row.state !== "queued") return undefined;
    const [position, pace] = await Promise.all([readPosition(this.#db, row), this.#pace(row)]);
    const { running, projects, seconds } = pace;
    const known = running > 0 && seconds !== null;
    return {
      position,
      startsInMs: known
        ? ((position * Math.max(1, projects)) / running) * seconds * 1000
        : undefined,
    };
  }

  async #pace({ class: jobClass }: JobRow): Promise<Pace> {
    const known = this.#paces.get(jobClass);
    if (known) return known;
    const pace = await readPace(this.#db, jobClass);
    this.#paces.set(jobClass, pace);
    return pace;
  }
}
