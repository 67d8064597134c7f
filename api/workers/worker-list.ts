import type { SnakeWorkerList, WorkerView } from "@framewright/contracts/worker-admin.ts";
import type { Queryable } from "../backends/db.ts";

type Times = "registeredAt" | "lastSeenAt" | "drainRequestedAt" | "revokedAt";

interface WorkerRow extends Omit<WorkerView, Times> {
  readonly registered_at: Date;
  readonly last_seen_at: Date;
  readonly drain_requested_at: Date | null;
  readonly revoked_at: Date | null;
}

/** Workers report every 10 s, with a job or without. */
const silentAfter = "interval '30 s'";

const columns = `w.id, w.name, w.accel, w.classes, w.encoders, w.version, w.store, w.draining,
  w.registered_at, w.last_seen_at, w.drain_requested_at, w.revoked_at, current.jobs AS "currentJobs",
  CASE WHEN w.revoked_at IS NOT NULL THEN 'revoked'
       WHEN w.last_seen_at < now() - ${silentAfter} THEN 'silent'
       WHEN w.draining THEN 'draining'
       WHEN cardinality(current.jobs) > 0 THEN 'busy' ELSE 'idle' END AS status`;
const source = `FROM workers w CROSS JOIN LATERAL (
  SELECT ARRAY(SELECT j.id FROM jobs j WHERE j.lease_owner = w.id AND j.state = 'running')) AS current (jobs)`;

function viewOf(row: WorkerRow): WorkerView {
  const { registered_at, last_seen_at, drain_requested_at, revoked_at, ...worker } = row;
  return {
    ...worker,
    registeredAt: registered_at.toISOString(),
    lastSeenAt: last_seen_at.toISOString(),
    ...(drain_requested_at && { drainRequestedAt: drain_requested_at.toISOString() }),
    ...(revoked_at && { revokedAt: revoked_at.toISOString() }),
  };
}

/** Workers that called in the last day and were not replaced since, the latest first. */
export async function listWorkers(db: Queryable): Promise<WorkerView[]> {
  const { rows } = await db.query<WorkerRow>(
    `SELECT ${columns} ${source}
     WHERE w.ended_at IS NULL AND w.last_seen_at > now() - interval '1 day'
     ORDER BY w.last_seen_at DESC LIMIT 1000`,
  );
  return rows.map(viewOf);
}

/** Undefined where there is none, or another one has its name by now. */
export async function viewWorker(db: Queryable, id: string): Promise<WorkerView | undefined> {
  const { rows } = await db.query<WorkerRow>({
    name: "view-worker",
    text: `SELECT ${columns} ${source} WHERE w.id = $1 AND w.ended_at IS NULL`,
    values: [id],
  });
  return rows[0] && viewOf(rows[0]);
}

/** As callers of earlier days read it. */
export function snakeList(workers: readonly WorkerView[]): SnakeWorkerList {
  return {
    workers: workers.map(({ status, accel, classes, encoders, version, ...worker }) => ({
      worker_id: worker.id,
      worker_name: worker.name,
      ...{ status, accel, classes, encoders, version },
      registered_at: worker.registeredAt,
      last_heartbeat: worker.lastSeenAt,
      current_jobs: worker.currentJobs,
    })),
    total_count: workers.length,
  };
}
