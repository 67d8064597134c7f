import type { QuotaUse } from "@framewright/contracts/project.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";

/** Limits of a project, null where it has none, what it uses, and the quota that bars what is to be added. */
export interface UseRow {
  readonly max_queued: number | null;
  readonly max_minutes_per_month: number | null;
  readonly max_bytes_stored: string | null;
  readonly queued: number;
  readonly seconds: number;
  readonly bytes_stored: string;
  readonly resets_at: Date;
  /** That of running jobs makes jobs wait and refuses none. */
  readonly exceeded: Exclude<QuotaUse["name"], "running"> | null;
}

/** What is to be added. */
type Addition = "job" | "upload";

const month = "date_trunc('month', now() AT TIME ZONE 'UTC')";
const seconds = `CASE WHEN u.month = ${month}::date THEN u.seconds ELSE 0 END`;

/** The first quota that leaves no room; `bytes` is SQL for the size of an upload. */
const exceeded = {
  job: () => `CASE
    WHEN u.queued >= p.max_queued THEN 'queued'
    WHEN ${seconds} >= p.max_minutes_per_month * 60 THEN 'minutesPerMonth'
    WHEN u.bytes_stored >= p.max_bytes_stored THEN 'bytesStored' END`,
  upload: (bytes: string) =>
    `CASE WHEN u.bytes_stored + ${bytes} > p.max_bytes_stored THEN 'bytesStored' END`,
} as const satisfies Record<Addition, (bytes: string) => string>;

/** Each is SQL. */
interface UseOf {
  readonly project: string;
  /** The size of what is added. */
  readonly bytes?: string;
  /** What else must hold. */
  readonly condition?: string;
}

/** SQL for {@link UseRow}. It is held to the end of the transaction, so that no other request takes the same place. */
export function selectUse(
  added: Addition,
  { project, bytes = "0", condition = "true" }: UseOf,
): string {
  return `SELECT p.max_queued, p.max_minutes_per_month, p.max_bytes_stored, u.queued, u.bytes_stored,
            ${seconds} AS seconds, (${month} + interval '1 month') AT TIME ZONE 'UTC' AS resets_at,
            ${exceeded[added](bytes)} AS exceeded
          FROM projects p JOIN project_use u ON u.project_id = p.id
          WHERE p.id = ${project} AND ${condition} FOR NO KEY UPDATE OF u`;
}

/** A queued job begins at any moment; this is how soon it makes sense to ask again. */
const queueRetrySeconds = 10;

function tooManyQueued({ max_queued: limit, queued: used }: UseRow): AppError {
  const quota: QuotaUse = { name: "queued", limit: Number(limit), used };
  return new AppError(
    "quota-exceeded",
    `${used} jobs of the project wait, and ${quota.limit} may; submit again when some have begun`,
    { quota, retryAfterSeconds: queueRetrySeconds },
  );
}

function minutesUsedUp(row: UseRow): AppError {
  const limit = Number(row.max_minutes_per_month);
  const used = row.seconds / 60;
  const resetsAt = row.resets_at.toISOString();
  return new AppError(
    "quota-exceeded",
    `${used.toFixed(1)} of ${limit} minutes of media are used in this month; the next one begins at ${resetsAt}`,
    {
      quota: { name: "minutesPerMonth", limit, used, resetsAt },
      retryAfterSeconds: Math.max(1, Math.ceil((row.resets_at.getTime() - Date.now()) / 1000)),
    },
  );
}

function storageUsedUp(row: UseRow, sizeBytes: number): AppError {
  const [limit, used] = [Number(row.max_bytes_stored), Number(row.bytes_stored)];
  const more = sizeBytes > 0 ? `, and the upload has ${sizeBytes}` : "";
  return new AppError(
    "storage-quota-exceeded",
    `The project stores ${used} of ${limit} bytes${more}; delete uploads or jobs`,
    { quota: { name: "bytesStored", limit, used } },
  );
}

/** What the client is told; undefined where there is room. */
export function refusalOf(row: UseRow, sizeBytes = 0): AppError | undefined {
  switch (row.exceeded) {
    case null:
      return undefined;
    case "queued":
      return tooManyQueued(row);
    case "minutesPerMonth":
      return minutesUsedUp(row);
    case "bytesStored":
      return storageUsedUp(row, sizeBytes);
  }
}

/** Refuses an upload for whose bytes the project has no room. Call it in the transaction that writes the upload, before it. */
export async function requireRoom(
  client: Queryable,
  projectId: string,
  sizeBytes: number,
): Promise<void> {
  const { rows } = await client.query<UseRow>({
    name: "room-for-upload",
    text: selectUse("upload", { project: "$1", bytes: "$2::bigint" }),
    values: [projectId, sizeBytes],
  });
  const [row] = rows;
  if (!row) throw new Error(`project ${projectId} has no row of use`);
  const refusal = refusalOf(row, sizeBytes);
  if (refusal) throw refusal;
}
