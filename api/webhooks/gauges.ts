import type { Logger } from "pino";
import type { Queryable } from "../backends/db.ts";
import type { SenderMetrics } from "../metrics.ts";

/** Counted up to here: by then it does not matter how many more there are. */
const most = 100_000;

/** Deliveries to enabled endpoints that are due, in the whole stack. */
export async function readDue(db: Queryable): Promise<{ due: number; oldest: number }> {
  const { rows } = await db.query<{ due: number; oldest: number }>({
    name: "webhooks-due",
    text: `SELECT count(*)::int AS due,
             coalesce(extract(epoch FROM now() - min(next_attempt_at)), 0)::float8 AS oldest
           FROM (SELECT d.next_attempt_at FROM webhook_deliveries d
                 JOIN webhook_endpoints e ON e.id = d.endpoint_id
                 WHERE d.state = 'pending' AND d.next_attempt_at <= now()
                   AND e.disabled_at IS NULL LIMIT $1) AS due`,
    values: [most],
  });
  return rows[0] ?? { due: 0, oldest: 0 };
}

/** Reads what waits in the whole stack, before /metrics shows it. */
export function createSenderGauges(
  db: Queryable,
  metrics: Pick<SenderMetrics, "pending" | "oldest">,
  log: Logger,
): () => Promise<void> {
  return async () => {
    try {
      const { due, oldest } = await readDue(db);
      metrics.pending.set(due);
      metrics.oldest.set(oldest);
    } catch (error) {
      log.warn({ err: error }, "could not count the deliveries that wait");
    }
  };
}
