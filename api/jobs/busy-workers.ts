import type { BusyWorkers } from "@framewright/contracts/busy-workers.ts";
import type { Queryable } from "../backends/db.ts";

/** Workers with jobs, and what would be lost with each: the time that its attempts have taken until now. */
export async function readBusyWorkers(db: Queryable): Promise<BusyWorkers> {
  const { rows } = await db.query<BusyWorkers["workers"][number]>({
    name: "busy-workers",
    text: `SELECT o.name,
             greatest(sum(extract(epoch FROM now() - a.started_at)), 0)::float8 AS seconds
           FROM jobs j JOIN workers o ON o.id = j.lease_owner
             JOIN attempts a ON a.job_id = j.id AND a.number = j.attempt
           WHERE j.state = 'running' GROUP BY o.name ORDER BY o.name`,
    values: [],
  });
  return { workers: rows };
}
