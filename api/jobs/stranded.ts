import { jobClassOf, partsOf, type Accel, type JobClass } from "@framewright/contracts/job.ts";
import type { Queryable } from "../backends/db.ts";
import type { EngineContext } from "./context.ts";
import {
  chooseAccel,
  loadsFor,
  readLoads,
  withSleepers,
  type LoadRow,
  type Loads,
} from "./routing.ts";

const batch = 200;

/** The class of the same work for another encoder. */
function otherAccel(jobClass: JobClass, accel: Accel): JobClass {
  return jobClassOf({ ...partsOf(jobClass), accel });
}

export interface Move {
  readonly from: JobClass;
  readonly to: JobClass;
  /** Of the jobs that are moved. */
  readonly needs: readonly string[];
}

function moveOf(loads: Loads, { class: from, features: needs }: LoadRow): Move[] {
  if ((loads.get(from)?.workers ?? 0) > 0) return [];
  const accel = chooseAccel(loads, (one) => otherAccel(from, one));
  return accel === undefined ? [] : [{ from, to: otherAccel(from, accel), needs }];
}

/** Jobs that wait where nobody can do what they need, with the class whose workers could take them. */
export function movesOf(rows: readonly LoadRow[]): Move[] {
  const waiting = rows.filter((row) => row.waiting > 0);
  return waiting.flatMap((row) => moveOf(loadsFor(rows, row.features), row));
}

interface MoveRule extends Move {
  /** Only jobs that could have been claimed for so long. */
  readonly afterSeconds: number;
  readonly limit: number;
}

function overflowOf(
  loads: Loads,
  { class: from, features: needs }: LoadRow,
): Omit<MoveRule, "afterSeconds">[] {
  const to = otherAccel(from, "cpu");
  const cpu = loads.get(to);
  if (from === to || (loads.get(from)?.workers ?? 0) === 0 || cpu === undefined) return [];
  const limit = cpu.workers - cpu.waiting;
  return limit > 0 ? [{ from, to, needs, limit }] : [];
}

/** Jobs that wait for busy GPUs while CPU workers of their size have nothing to do: as many as there are such workers. */
function overflowsOf(rows: readonly LoadRow[], afterSeconds: number): MoveRule[] {
  if (afterSeconds === 0) return [];
  const waiting = rows.filter((row) => row.waiting > 0);
  return waiting
    .flatMap((row) => overflowOf(loadsFor(rows, row.features), row))
    .map((one) => ({ ...one, afterSeconds }));
}

async function move(
  client: Queryable,
  { from, to, needs, afterSeconds, limit }: MoveRule,
): Promise<number> {
  const { rows } = await client.query<{ id: string }>({
    name: "move-stranded",
    text: `WITH stranded AS (
             SELECT id FROM jobs
             WHERE state = 'queued' AND class = $1 AND needs = $5
               AND available_at < now() - make_interval(secs => $3)
             ORDER BY priority, id LIMIT $4 FOR UPDATE SKIP LOCKED)
           UPDATE jobs SET class = $2 FROM stranded WHERE jobs.id = stranded.id RETURNING jobs.id`,
    values: [from, to, afterSeconds, limit, needs],
  });
  await client.query({
    name: "publish-moved",
    text: `UPDATE outbox SET class = $1, published_at = NULL, next_try_at = now()
           WHERE job_id = ANY($2::uuid[])`,
    values: [to, rows.map(({ id }) => id)],
  });
  return rows.length;
}

async function moveAll(
  { db, log, metrics }: EngineContext,
  moves: readonly MoveRule[],
  why: string,
): Promise<number> {
  let moved = 0;
  for (const one of moves) {
    const count = await db.tx((client) => move(client, one));
    if (count === 0) continue;
    moved += count;
    const { from, to, needs } = one;
    metrics.jobsMoved.inc({ from, to }, count);
    log.warn({ from, to, needs, count }, why);
  }
  return moved;
}

/**
 * Gives jobs whose workers are gone to workers of another kind: when the cloud takes all spot GPUs back, the
 * CPU workers go on. The messages that wait in the old queue stay there; whoever gets one is refused its claim.
 * Twice a lease is long enough for a restart or a rollout, in which the job should wait where it is. Jobs that have waited
 * for a GPU that is busy, or that is still to come, for as long as config allows go to CPU workers that have nothing to do.
 */
export async function moveStranded(context: EngineContext): Promise<number> {
  const { db, leaseSeconds, gpuWaitSeconds, wakeable } = context;
  const loads = withSleepers(await readLoads(db), wakeable);
  const afterSeconds = 2 * leaseSeconds;
  const stranded = movesOf(loads).map((one) => ({ ...one, afterSeconds, limit: batch }));
  const moved =
    (await moveAll(context, stranded, "no worker serves this class any more; its jobs moved")) +
    (await moveAll(
      context,
      overflowsOf(loads, gpuWaitSeconds),
      "jobs waited for a GPU for long enough; idle CPU workers get them",
    ));
  if (moved > 0) context.notifier.queueGrew();
  return moved;
}
