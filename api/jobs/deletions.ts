import type { Queryable } from "../backends/db.ts";
import type { EngineContext } from "./context.ts";
import { uploadsPrefix } from "./rows.ts";

type Context = Pick<EngineContext, "db" | "store" | "metrics" | "log">;

/** Prefixes of one round: their objects are deleted one by one, and a round ends in seconds. */
const batch = 20;
/** Objects that are deleted at once. */
const parallel = 8;
/** After a failure, doubled with each one, and at most so long. */
const retrySeconds = { first: 10, most: 3600 };

/** Seconds for which a worker can still write below its attempt: addresses of outputs live ten minutes at most. */
const outputWritableSeconds = 15 * 60;
/** And a client to its upload: SigV4 lets no presigned URL live longer than a week. */
const uploadWritableSeconds = 7 * 86_400;

/** The API alone writes tails, while a request lasts that had begun before. */
const writableSeconds = {
  job: outputWritableSeconds,
  egress: outputWritableSeconds,
  upload: uploadWritableSeconds,
  tails: outputWritableSeconds,
} as const;

/** Notes that nothing under these prefixes is needed any more; call it in the transaction that deletes the rows. */
export async function deleteObjects(
  client: Queryable,
  of: keyof typeof writableSeconds,
  prefixes: readonly string[],
): Promise<void> {
  if (prefixes.length === 0) return;
  await client.query({
    name: "delete-objects",
    text: `INSERT INTO deletions (prefix, writable_until)
           SELECT unnest($1::text[]), now() + make_interval(secs => $2)`,
    values: [prefixes, writableSeconds[of]],
  });
}

async function removeAll(
  { store, metrics }: Context,
  prefix: string,
  signal: AbortSignal,
): Promise<void> {
  // Uploads alone come in parts, which no list of objects has.
  if (prefix.startsWith(uploadsPrefix)) await store.multipart.abortAll(prefix, signal);
  const names = [...(await store.sizes(prefix, signal)).keys()];
  for (let index = 0; index < names.length; index += parallel) {
    signal.throwIfAborted();
    const some = names.slice(index, index + parallel);
    await Promise.all(some.map((name) => store.remove(`${prefix}${name}`)));
    metrics.objectsDeleted.inc(some.length);
  }
}

interface DueRow {
  readonly id: string;
  readonly prefix: string;
  /** No URL that could write there is valid any more. */
  readonly closed: boolean;
}

/** What is closed is done; for the rest the row stays until it is, when we look again. */
async function confirm(db: Queryable, { id, closed }: DueRow): Promise<void> {
  await db.query(
    closed
      ? { name: "objects-deleted", text: "DELETE FROM deletions WHERE id = $1", values: [id] }
      : {
          name: "look-again",
          text: "UPDATE deletions SET next_try_at = writable_until, tries = 0 WHERE id = $1",
          values: [id],
        },
  );
}

async function postpone(db: Queryable, { id }: DueRow): Promise<void> {
  await db.query({
    name: "postpone-deletion",
    text: `UPDATE deletions SET tries = tries + 1,
             next_try_at = now() + make_interval(secs => least($2 * 2 ^ least(tries, 20), $3))
           WHERE id = $1`,
    values: [id, retrySeconds.first, retrySeconds.most],
  });
}

/** Deletes what is due. One prefix that the store refuses holds up no other. Gives whether there may be more. */
export async function deleteDueObjects(context: Context, signal: AbortSignal): Promise<boolean> {
  const { db, log } = context;
  const { rows } = await db.query<DueRow>({
    name: "due-deletions",
    text: `SELECT id, prefix, writable_until <= now() AS closed FROM deletions
           WHERE next_try_at <= now() ORDER BY next_try_at LIMIT $1`,
    values: [batch],
  });
  for (const row of rows) {
    try {
      await removeAll(context, row.prefix, signal);
    } catch (error) {
      signal.throwIfAborted();
      log.warn({ err: error, prefix: row.prefix }, "deleting objects failed; trying again later");
      await postpone(db, row);
      continue;
    }
    await confirm(db, row);
  }
  return rows.length === batch;
}
