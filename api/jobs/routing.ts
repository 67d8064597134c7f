import {
  accels,
  jobClassOf,
  type Accel,
  type ClassParts,
  type JobClass,
} from "@framewright/contracts/job.ts";
import { features } from "@framewright/contracts/job-kinds.ts";
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
export const aliveSeconds = 30;
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

/** Workers of a class that have the same features, or jobs that wait in it and need the same ones. */
export interface LoadRow extends ClassLoad {
  readonly class: JobClass;
  /** Of its workers, or what its jobs need. */
  readonly features: readonly string[];
}

export async function readLoads(db: Queryable): Promise<LoadRow[]> {
  const { rows } = await db.query<LoadRow>({
    name: "class-loads",
    text: `SELECT unnest(classes) AS class, features, count(*)::int AS workers, 0 AS waiting FROM workers
           WHERE NOT draining AND last_seen_at > now() - make_interval(secs => $1) GROUP BY 1, 2
           UNION ALL
           SELECT class, needs, 0, count(*)::int FROM jobs WHERE state = 'queued' GROUP BY 1, 2`,
    values: [aliveSeconds],
  });
  return rows;
}

/**
 * A class that has no worker now and gets one as soon as jobs wait in it counts as one worker, which can do what every
 * worker of this version can. Codecs are not among that: they are known once an encoder has proven them.
 */
export function withSleepers(rows: readonly LoadRow[], wakeable: readonly JobClass[]): LoadRow[] {
  const awake = new Set(rows.filter(({ workers }) => workers > 0).map((row) => row.class));
  const asleep = wakeable.filter((one) => !awake.has(one));
  return [...rows, ...asleep.map((one) => ({ class: one, features, workers: 1, waiting: 0 }))];
}

/** The loads as a job sees them that needs these features: other workers are nothing to it, but all jobs wait before it. */
export function loadsFor(rows: readonly LoadRow[], needs: readonly string[]): Loads {
  const loads = new Map<JobClass, ClassLoad>();
  for (const { class: jobClass, features, workers, waiting } of rows) {
    const load = loads.get(jobClass) ?? { ...nothing };
    const able = needs.every((need) => features.includes(need));
    load.workers += able ? workers : 0;
    load.waiting += waiting;
    loads.set(jobClass, load);
  }
  return loads;
}

/** What is to be done, how large it is, and what a worker must be able to do for it. */
export interface Work extends Omit<ClassParts, "accel"> {
  readonly needs: readonly string[];
}

/** Gives new jobs their class. */
export interface Router {
  route(work: Work): Promise<JobClass>;
  /** The same for work that is not given: nothing counts it. */
  look(work: Work): Promise<JobClass>;
}

/** @param fallback where jobs wait while no worker is there that could take them. */
export function createRouter(read: () => Promise<LoadRow[]>, fallback: Accel): Router {
  let known: Promise<LoadRow[]> | undefined;
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
  const classIn = (current: readonly LoadRow[], { kind, tier, needs }: Work): JobClass => {
    const classFor = (accel: Accel): JobClass => jobClassOf({ kind, tier, accel });
    return classFor(chooseAccel(loadsFor(current, needs), classFor) ?? fallback);
  };
  return {
    route: async (work) => {
      const current = await loads();
      const jobClass = classIn(current, work);
      // Until the next look the jobs of this burst count too.
      current.push({ class: jobClass, features: work.needs, workers: 0, waiting: 1 });
      return jobClass;
    },
    look: async (work) => classIn(await loads(), work),
  };
}
