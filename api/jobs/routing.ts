import {
  accels,
  jobClassOf,
  type Accel,
  type ClassParts,
  type JobClass,
} from "@framewright/contracts/job.ts";
import type { Queryable } from "../backends/db.ts";

/** What is under way in a class: workers that serve it and were heard of, and jobs that wait. */
export interface ClassLoad {
  workers: number;
  waiting: number;
}
export type Loads = ReadonlyMap<JobClass, ClassLoad>;

/** Seed 002, "Auto-scaling Strategy": jobs that may wait for each worker before others should help. */
const waitingPerWorker = { nvenc: 5, vaapi: 5, cpu: 10 } as const satisfies Record<Accel, number>;

/** Workers report every 10 s, with a job or without. */
const aliveSeconds = 30;
/** A burst of submissions costs one look at the tables. */
const rememberMs = 1_000;

const nothing: ClassLoad = { workers: 0, waiting: 0 };

/** Jobs that wait for each worker, as a share of those that may. */
function pressure(accel: Accel, { workers, waiting }: ClassLoad): number {
  return waiting / (workers * waitingPerWorker[accel]);
}

/**
 * Where a job goes: to the fastest encoder that a live worker has proven and that is not full; when all are
 * full, to the one with the least pressure; while there is no worker at all, undefined.
 */
export function chooseAccel(loads: Loads, classFor: (accel: Accel) => JobClass): Accel | undefined {
  const staffed = accels
    .map((accel) => ({ accel, load: loads.get(classFor(accel)) ?? nothing }))
    .filter(({ load }) => load.workers > 0)
    .map(({ accel, load }) => ({ accel, pressure: pressure(accel, load) }));
  const free = staffed.find((choice) => choice.pressure < 1);
  return (free ?? staffed.toSorted((a, b) => a.pressure - b.pressure)[0])?.accel;
}

interface LoadRow {
  readonly class: JobClass;
  readonly workers: number;
  readonly waiting: number;
}

export async function readLoads(db: Queryable): Promise<Map<JobClass, ClassLoad>> {
  const { rows } = await db.query<LoadRow>({
    name: "class-loads",
    text: `SELECT class, coalesce(workers, 0)::int AS workers, coalesce(waiting, 0)::int AS waiting
           FROM (SELECT unnest(classes) AS class, count(*) AS workers FROM workers
                 WHERE NOT draining AND last_seen_at > now() - make_interval(secs => $1)
                 GROUP BY 1) AS serving
           FULL JOIN (SELECT class, count(*) AS waiting FROM jobs
                      WHERE state = 'queued' GROUP BY class) AS queued USING (class)`,
    values: [aliveSeconds],
  });
  return new Map(rows.map(({ class: jobClass, ...load }) => [jobClass, load]));
}

/** What is to be done, and how large it is. */
export type Work = Omit<ClassParts, "accel">;

/** Gives new jobs their class. */
export interface Router {
  route(work: Work): Promise<JobClass>;
  /** The same for work that is not given: nothing counts it. */
  look(work: Work): Promise<JobClass>;
}

/** @param fallback where jobs wait while no worker is there that could take them. */
export function createRouter(
  read: () => Promise<Map<JobClass, ClassLoad>>,
  fallback: Accel,
): Router {
  let known: Promise<Map<JobClass, ClassLoad>> | undefined;
  let readAt = -Infinity;
  const loads = () => {
    if (known === undefined || performance.now() - readAt > rememberMs) {
      readAt = performance.now();
      known = read();
      known.catch(() => {
        known = undefined;
      });
    }
    return known;
  };
  const classIn = (current: Map<JobClass, ClassLoad>, work: Work): JobClass => {
    const accel = chooseAccel(current, (one) => jobClassOf({ ...work, accel: one })) ?? fallback;
    return jobClassOf({ ...work, accel });
  };
  return {
    route: async (work) => {
      const current = await loads();
      const jobClass = classIn(current, work);
      const load = current.get(jobClass);
      // Until the next look the jobs of this burst count too.
      if (load) load.waiting += 1;
      return jobClass;
    },
    look: async (work) => classIn(await loads(), work),
  };
}
