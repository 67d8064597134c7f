import type { Queryable } from "../backends/db.ts";
import { deleteObjects } from "../jobs/deletions.ts";
import { addEgressEvent, type EgressContext } from "./context.ts";
import { followWithJob } from "./follow.ts";
import { egressPrefix } from "./rows.ts";
import { ended, endEgress, requeueEgress } from "./settle.ts";

const batch = 200;
/** How long a recording waits for who makes its MP4; it can be played meanwhile. */
const finishSeconds = 600;
/** A day of recording may see some drained pods. */
const mostAttempts = 20;

interface SweptRow {
  readonly id: string;
  readonly attempt: number;
}

async function lock(client: Queryable, name: string, where: string, value: number) {
  const { rows } = await client.query<SweptRow>({
    name: `sweep-egress-${name}`,
    text: `SELECT id, attempt FROM egress_tasks WHERE ${where} LIMIT ${batch} FOR UPDATE SKIP LOCKED`,
    values: [value],
  });
  return rows;
}

/** By the database's clock. */
async function expire(client: Queryable): Promise<SweptRow[]> {
  const message = "The recorder was silent for longer than its lease";
  const reason = { code: "recorder-lost", message } as const;
  const rows = await lock(
    client,
    "leases",
    "lease_owner IS NOT NULL AND lease_until < now() - make_interval(secs => $1)",
    0,
  );
  for (const { id: egressId, attempt } of rows) {
    // What kills recorder after recorder must not go on for ever.
    if (attempt >= mostAttempts) {
      await endEgress(client, { egressId, attempt, state: "failed", reason });
    } else {
      await requeueEgress(client, { egressId, attempt }, reason);
    }
  }
  return rows;
}

const waiting = "lease_owner IS NULL AND waits_since < now() - make_interval(secs => $1) AND state";

async function timeOut(client: Queryable, queueSeconds: number): Promise<SweptRow[]> {
  const rows = await lock(client, "queue", `${waiting} = 'queued'`, queueSeconds);
  const message = `No recorder that takes this kind of source had a free slot for ${queueSeconds} s`;
  for (const { id: egressId, attempt } of rows) {
    const reason = { code: "no-free-slot", message } as const;
    await endEgress(client, { egressId, attempt, state: "timed-out", reason });
  }
  return rows;
}

/** What is recorded can be played; only its MP4 is missing. */
async function leaveUnfinished(client: Queryable): Promise<SweptRow[]> {
  const rows = await lock(client, "unfinished", `${waiting} = 'stopping'`, finishSeconds);
  for (const { id, attempt } of rows) {
    await client.query({
      name: "leave-egress-unfinished",
      text: `UPDATE egress_tasks SET state = 'stopped', ${ended},
               warnings = warnings || to_jsonb('No recorder was free to make the MP4'::text) WHERE id = $1`,
      values: [id],
    });
    await addEgressEvent(client, { egressId: id, type: "stopped", attempt });
  }
  return rows;
}

async function deleteOld(client: Queryable, days: number): Promise<void> {
  const rows = await lock(
    client,
    "old",
    "finished_at < now() - make_interval(days => $1) AND NOT EXISTS (SELECT FROM jobs j WHERE j.source_recording = egress_tasks.id AND j.finished_at IS NULL)",
    days,
  );
  const ids = rows.map(({ id }) => id);
  await client.query({
    name: "delete-old-egress",
    text: "DELETE FROM egress_tasks WHERE id = ANY($1)",
    values: [ids],
  });
  const used = rows.filter(({ attempt }) => attempt > 0);
  await deleteObjects(
    client,
    "egress",
    used.map(({ id }) => egressPrefix(id)),
  );
}

async function submitMissing(context: EgressContext): Promise<void> {
  const { rows } = await context.db.query<{ id: string }>({
    name: "egress-jobs-missing",
    text: `SELECT id FROM egress_tasks WHERE state = 'stopped' AND job_id IS NULL AND request ? 'then'
             AND finished_at < now() - interval '10 seconds' ORDER BY finished_at LIMIT 20`,
    values: [],
  });
  for (const { id } of rows) await followWithJob(context, id);
}

/** One round of the leader: leases that ended, tasks that waited for too long, jobs that are missing, what is old. */
export async function sweepEgress(context: EgressContext): Promise<void> {
  const { db, notifier, settings, retentionDays } = context;
  const changed = await db.tx(async (client) => [
    ...(await expire(client)),
    ...(await timeOut(client, settings.queueSeconds)),
    ...(await leaveUnfinished(client)),
  ]);
  for (const { id } of changed) notifier.jobChanged(id);
  if (changed.length > 0) notifier.egressGrew();
  await submitMissing(context);
  if (retentionDays > 0) await db.tx((client) => deleteOld(client, retentionDays));
}
