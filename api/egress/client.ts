import { shownSnapshots, type EgressState } from "@framewright/contracts/egress.ts";
import { recordWrite, type Actor } from "../audit-log.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import { deleteObjects } from "../jobs/deletions.ts";
import { addEgressEvent, type EgressContext } from "./context.ts";
import { createEgress, type EgressSubmission } from "./create.ts";
import {
  egressColumns,
  egressPrefix,
  type EgressEventRow,
  type EgressRow,
  type SegmentRow,
} from "./rows.ts";

export interface EgressFilter {
  readonly projectId: string;
  readonly state: EgressState | undefined;
  readonly olderThan: string | undefined;
  readonly limit: number;
}

/** What the playlist of a recording is made of. */
export interface RecordedStream {
  readonly isOver: boolean;
  readonly segments: readonly SegmentRow[];
}

/** What the routes of the client API ask about recordings. */
export interface EgressService {
  create(submission: EgressSubmission): Promise<string>;
  task(projectId: string, egressId: string): Promise<EgressRow>;
  tasks(filter: EgressFilter): Promise<EgressRow[]>;
  /** Ends it in order. Repeating it is harmless. */
  stop(by: Actor, egressId: string): Promise<void>;
  remove(by: Actor, egressId: string): Promise<void>;
  events(egressId: string, afterId: number): Promise<EgressEventRow[]>;
  /** Undefined: there is no such recording. */
  recorded(egressId: string): Promise<RecordedStream | undefined>;
  exists(egressId: string): Promise<boolean>;
}

function noTask(egressId: string): AppError {
  return new AppError("egress-not-found", `There is no recording ${egressId}`);
}

async function readTask(db: Queryable, projectId: string, egressId: string): Promise<EgressRow> {
  const { rows } = await db.query<EgressRow>({
    name: "read-egress",
    text: `SELECT ${egressColumns(shownSnapshots)} FROM egress_tasks t WHERE t.id = $1 AND t.project_id = $2`,
    values: [egressId, projectId],
  });
  const [row] = rows;
  if (!row) throw noTask(egressId);
  return row;
}

async function listTasks(db: Queryable, filter: EgressFilter): Promise<EgressRow[]> {
  const { rows } = await db.query<EgressRow>({
    name: "list-egress",
    // A list shows of each the latest snapshot alone.
    text: `SELECT ${egressColumns(1)} FROM egress_tasks t
           WHERE t.project_id = $1 AND ($2::text IS NULL OR t.state = $2) AND ($3::uuid IS NULL OR t.id < $3)
           ORDER BY t.id DESC LIMIT $4`,
    values: [filter.projectId, filter.state ?? null, filter.olderThan ?? null, filter.limit],
  });
  return rows;
}

interface StopRow {
  readonly state: EgressState;
  readonly attempt: number;
  readonly stop_requested: boolean;
  readonly has_segments: boolean;
  readonly is_owned: boolean;
}

const stopped = { code: "stop-requested", message: "The recording was stopped, as asked" } as const;

/** One that nobody has ends at once, or waits for who makes its files. */
async function stopUnowned(client: Queryable, egressId: string, row: StopRow): Promise<void> {
  const { attempt, has_segments: hasSegments } = row;
  const type = hasSegments ? "stopping" : "stopped";
  await client.query({
    name: "stop-unowned-egress",
    text: `UPDATE egress_tasks SET state = $2, stop_requested = true, reason = $3, waits_since = now(),
             finished_at = CASE WHEN $2 = 'stopped' THEN now() END,
             source_url = CASE WHEN $2 = 'stopped' THEN NULL ELSE source_url END WHERE id = $1`,
    values: [egressId, type, stopped],
  });
  await addEgressEvent(client, { egressId, type, attempt, reason: stopped });
}

async function stopLocked(client: Queryable, egressId: string, row: StopRow): Promise<boolean> {
  const { state, attempt } = row;
  if (state === "queued") {
    await stopUnowned(client, egressId, row);
    return true;
  }
  if (state === "failed" || state === "timed-out") {
    throw new AppError("egress-ended", `Recording ${egressId} has ${state} and cannot be stopped`);
  }
  if (state !== "running" || row.stop_requested) return false;
  await client.query({
    name: "request-egress-stop",
    text: "UPDATE egress_tasks SET stop_requested = true WHERE id = $1",
    values: [egressId],
  });
  await addEgressEvent(client, { egressId, type: "stop-requested", attempt });
  return true;
}

async function stopTask(context: EgressContext, by: Actor, egressId: string): Promise<void> {
  await context.db.tx(async (client) => {
    const { rows } = await client.query<StopRow>({
      name: "lock-egress-to-stop",
      text: `SELECT state, attempt, stop_requested, lease_owner IS NOT NULL AS is_owned,
               seconds > 0 AS has_segments FROM egress_tasks
             WHERE id = $1 AND project_id = $2 FOR UPDATE`,
      values: [egressId, by.projectId],
    });
    const [row] = rows;
    if (!row) throw noTask(egressId);
    if (await stopLocked(client, egressId, row)) {
      await recordWrite(client, by, "egress.stop", egressId);
    }
  });
  context.notifier.jobChanged(egressId);
  context.notifier.egressGrew();
}

async function requireNoUser(client: Queryable, egressId: string): Promise<void> {
  const { rows } = await client.query<{ id: string }>({
    name: "jobs-that-need-recording",
    text: "SELECT id FROM jobs WHERE source_recording = $1 AND finished_at IS NULL ORDER BY id LIMIT 1",
    values: [egressId],
  });
  const [user] = rows;
  if (!user) return;
  const message = `Recording ${egressId} is needed by job ${user.id}; cancel or delete it first`;
  throw new AppError("recording-in-use", message);
}

/** Deletes a task in whatever state; its recorder is refused from here on, and stops. */
async function removeTask(context: EgressContext, by: Actor, egressId: string): Promise<void> {
  await context.db.tx(async (client) => {
    const { rows } = await client.query<{ attempt: number }>({
      name: "lock-egress-to-delete",
      text: "SELECT attempt FROM egress_tasks WHERE id = $1 AND project_id = $2 FOR UPDATE",
      values: [egressId, by.projectId],
    });
    const [row] = rows;
    if (!row) throw noTask(egressId);
    await requireNoUser(client, egressId);
    await client.query({
      name: "delete-egress",
      text: "DELETE FROM egress_tasks WHERE id = $1",
      values: [egressId],
    });
    if (row.attempt > 0) await deleteObjects(client, "egress", [egressPrefix(egressId)]);
    await recordWrite(client, by, "egress.delete", egressId);
  });
  context.notifier.jobChanged(egressId);
}

async function readEvents(
  db: Queryable,
  egressId: string,
  afterId: number,
): Promise<EgressEventRow[]> {
  const { rows } = await db.query<EgressEventRow>({
    name: "read-egress-events",
    text: `SELECT id, type, attempt, reason, created_at FROM egress_events
           WHERE egress_id = $1 AND id > $2 ORDER BY id`,
    values: [egressId, afterId],
  });
  return rows;
}

async function readRecorded(db: Queryable, egressId: string): Promise<RecordedStream | undefined> {
  // The task first: when it has ended, all its segments are there to be read.
  const { rows } = await db.query<{ is_over: boolean }>({
    name: "egress-is-over",
    text: "SELECT state NOT IN ('queued', 'running') AS is_over FROM egress_tasks WHERE id = $1",
    values: [egressId],
  });
  const [row] = rows;
  if (!row) return undefined;
  const { rows: segments } = await db.query<SegmentRow>({
    name: "egress-segments",
    text: `SELECT attempt, part, path, init_path, seconds, at FROM egress_segments
           WHERE egress_id = $1 ORDER BY attempt, part, number`,
    values: [egressId],
  });
  return { isOver: row.is_over, segments };
}

export function createEgressService(context: EgressContext): EgressService {
  const { db } = context;
  return {
    create: (submission) => createEgress(context, submission),
    task: (projectId, egressId) => readTask(db, projectId, egressId),
    tasks: (filter) => listTasks(db, filter),
    stop: (by, egressId) => stopTask(context, by, egressId),
    remove: (by, egressId) => removeTask(context, by, egressId),
    events: (egressId, afterId) => readEvents(db, egressId, afterId),
    recorded: (egressId) => readRecorded(db, egressId),
    exists: async (egressId) => {
      const { rowCount } = await db.query({
        name: "egress-exists",
        text: "SELECT FROM egress_tasks WHERE id = $1",
        values: [egressId],
      });
      return rowCount === 1;
    },
  };
}
