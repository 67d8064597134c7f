import { timingSafeEqual } from "node:crypto";
import { workerKeyKind } from "@framewright/contracts/api-key.ts";
import type { JobClass } from "@framewright/contracts/job.ts";
import type { InputKind } from "@framewright/contracts/job-kinds.ts";
import type { WorkerList } from "@framewright/contracts/worker-api.ts";
import type { Queryable } from "../backends/db.ts";
import type { Claimant } from "../jobs/claim.ts";
import { prefixOf } from "../keys/keys.ts";

interface WorkerKeyRow {
  readonly id: string;
  readonly name: string;
  readonly classes: JobClass[];
  readonly inputs: InputKind[];
  readonly features: string[];
  readonly key_digest: Buffer;
}

/** Finds the worker and notes when it last called. */
export async function findWorker(
  db: Queryable,
  key: string,
  digest: Buffer,
): Promise<Claimant | undefined> {
  const { rows } = await db.query<WorkerKeyRow>({
    name: "worker-by-prefix",
    text: "SELECT id, name, classes, inputs, features, key_digest FROM workers WHERE key_prefix = $1",
    values: [prefixOf(workerKeyKind, key)],
  });
  const row = rows.find((candidate) => timingSafeEqual(candidate.key_digest, digest));
  if (!row) return undefined;
  await db.query({
    name: "worker-seen",
    text: "UPDATE workers SET last_seen_at = now() WHERE id = $1",
    values: [row.id],
  });
  const { id: workerId, name: workerName, classes, inputs, features } = row;
  return { workerId, workerName, classes, inputs, features };
}

export async function noteAlive(db: Queryable, workerId: string, draining: boolean): Promise<void> {
  await db.query({
    name: "worker-idle",
    text: "UPDATE workers SET draining = $2, last_seen_at = now() WHERE id = $1",
    values: [workerId, draining],
  });
}

interface WorkerRow extends Omit<WorkerList["workers"][number], "registeredAt" | "lastSeenAt"> {
  readonly registered_at: Date;
  readonly last_seen_at: Date;
}

/** Workers that called in the last day and were not replaced since, the latest first. */
export async function listWorkers(db: Queryable): Promise<WorkerList["workers"]> {
  const { rows } = await db.query<WorkerRow>(
    `SELECT w.id, w.name, w.accel, w.classes, w.encoders, w.version, w.draining,
            w.registered_at, w.last_seen_at,
            ARRAY(SELECT j.id FROM jobs j WHERE j.lease_owner = w.id AND j.state = 'running')
              AS "currentJobs"
     FROM workers w WHERE w.ended_at IS NULL AND w.last_seen_at > now() - interval '1 day'
     ORDER BY w.last_seen_at DESC LIMIT 1000`,
  );
  return rows.map(({ registered_at, last_seen_at, ...worker }) => ({
    ...worker,
    registeredAt: registered_at.toISOString(),
    lastSeenAt: last_seen_at.toISOString(),
  }));
}
