import type { QuotaUse } from "@framewright/contracts/project.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";

/** Limits of a project, null where it has none, and what it uses. */
interface UseRow {
  readonly max_queued: number | null;
  readonly max_minutes_per_month: number | null;
  readonly max_bytes_stored: string | null;
  readonly queued: number;
  readonly seconds: number;
  readonly bytes_stored: string;
  readonly resets_at: Date;
}

/** What is added, and counted already. */
export type Added = { readonly of: "job" } | { readonly of: "upload"; readonly sizeBytes: number };

/** A queued job begins at any moment; this is how soon it makes sense to ask again. */
const queueRetrySeconds = 10;

function tooManyQueued({ max_queued: limit, queued }: UseRow): AppError | undefined {
  if (limit === null || queued <= limit) return undefined;
  const quota: QuotaUse = { name: "queued", limit, used: queued - 1 };
  return new AppError(
    "quota-exceeded",
    `${quota.used} jobs of the project wait, and ${limit} may; submit again when some have begun`,
    { quota, retryAfterSeconds: queueRetrySeconds },
  );
}

function minutesUsedUp(row: UseRow): AppError | undefined {
  const { max_minutes_per_month: limit, seconds, resets_at: resets } = row;
  const used = seconds / 60;
  if (limit === null || used < limit) return undefined;
  const resetsAt = resets.toISOString();
  return new AppError(
    "quota-exceeded",
    `${used.toFixed(1)} of ${limit} minutes of media are used in this month; the next one begins at ${resetsAt}`,
    {
      quota: { name: "minutesPerMonth", limit, used, resetsAt },
      retryAfterSeconds: Math.max(1, Math.ceil((resets.getTime() - Date.now()) / 1000)),
    },
  );
}

function storageUsedUp(row: UseRow, added: Added): AppError | undefined {
  if (row.max_bytes_stored === null) return undefined;
  const limit = Number(row.max_bytes_stored);
  const size = added.of === "upload" ? added.sizeBytes : 0;
  const used = Number(row.bytes_stored) - size;
  const fits = added.of === "upload" ? used + size <= limit : used < limit;
  if (fits) return undefined;
  const more = added.of === "upload" ? `, and the upload has ${size}` : "";
  return new AppError(
    "storage-quota-exceeded",
    `The project stores ${used} of ${limit} bytes${more}; delete uploads or jobs`,
    { quota: { name: "bytesStored", limit, used } },
  );
}

/**
 * Refuses what would exceed a quota. Call it after the row is written: the trigger that counted it holds the project's
 * row of use until the transaction ends, so that no other request takes the same place.
 */
export async function requireQuota(
  client: Queryable,
  projectId: string,
  added: Added,
): Promise<void> {
  const { rows } = await client.query<UseRow>({
    name: "project-use",
    text: `SELECT p.max_queued, p.max_minutes_per_month, p.max_bytes_stored, u.queued, u.bytes_stored,
             CASE WHEN u.month = date_trunc('month', now() AT TIME ZONE 'UTC')::date
                  THEN u.seconds ELSE 0 END AS seconds,
             (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month')
               AT TIME ZONE 'UTC' AS resets_at
           FROM projects p JOIN project_use u ON u.project_id = p.id WHERE p.id = $1`,
    values: [projectId],
  });
  const [row] = rows;
  if (!row) throw new Error(`project ${projectId} has no row of use`);
  const ofJob = added.of === "job" ? (tooManyQueued(row) ?? minutesUsedUp(row)) : undefined;
  const refusal = ofJob ?? storageUsedUp(row, added);
  if (refusal) throw refusal;
}
