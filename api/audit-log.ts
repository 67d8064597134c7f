import type { AuditAction, AuditEntry } from "@framewright/contracts/audit.ts";
import type { Queryable } from "./backends/db.ts";

/** Who asks for a write, as far as the audit log and the job's own log need it. */
export interface Actor {
  readonly keyId: string;
  readonly keyName: string;
  readonly projectId: string;
  readonly requestId: string;
  readonly address: string;
}

/** Call it in the transaction that writes: then neither is there without the other. */
export async function recordWrite(
  client: Queryable,
  by: Actor,
  action: AuditAction,
  targetId: string,
): Promise<void> {
  await client.query({
    name: "record-write",
    text: `INSERT INTO audit (project_id, key_id, key_name, action, target_id, request_id, address)
           VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    values: [by.projectId, by.keyId, by.keyName, action, targetId, by.requestId, by.address],
  });
}

interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly action: AuditAction;
  readonly target_id: string;
  readonly key_id: string;
  readonly key_name: string;
  readonly project_id: string;
  readonly request_id: string;
  readonly address: string;
}

export interface AuditFilter {
  readonly projectId: string;
  readonly olderThan: number | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function listWrites(db: Queryable, filter: AuditFilter): Promise<AuditEntry[]> {
  const { rows } = await db.query<AuditRow>({
    name: "list-writes",
    text: `SELECT id, at, action, target_id, key_id, key_name, project_id, request_id, address
           FROM audit WHERE project_id = $1 AND ($2::bigint IS NULL OR id < $2)
           ORDER BY id DESC LIMIT $3`,
    values: [filter.projectId, filter.olderThan ?? null, filter.limit],
  });
  return rows.map((row) => ({
    id: Number(row.id),
    at: row.at.toISOString(),
    action: row.action,
    targetId: row.target_id,
    keyId: row.key_id,
    keyName: row.key_name,
    projectId: row.project_id,
    requestId: row.request_id,
    address: row.address,
  }));
}
