import type { Queryable } from "../backends/db.ts";
import type { EngineContext } from "../jobs/context.ts";
import { afterSettlement } from "../jobs/limited.ts";
import { lockedColumns, type LockedJob } from "../jobs/rows.ts";
import { endAttempt, type AttemptEnd, type Settlement } from "../jobs/settle.ts";

/** Ends all that the worker works on. */
export async function endAttempts(
  client: Queryable,
  workerId: string,
  end: AttemptEnd,
): Promise<Settlement[]> {
  const { rows } = await client.query<LockedJob>({
    name: "jobs-of-worker",
    text: `SELECT ${lockedColumns} FROM jobs WHERE lease_owner = $1 AND state = 'running'
           ORDER BY id FOR UPDATE`,
    values: [workerId],
  });
  const settlements: Settlement[] = [];
  for (const job of rows) settlements.push(await endAttempt(client, job, end));
  return settlements;
}

/** After the commit: wakes who waits for the jobs. */
export async function afterEnds(
  context: EngineContext,
  settlements: readonly Settlement[],
): Promise<void> {
  for (const settlement of settlements) {
    context.metrics.attemptsEnded.inc({ state: settlement.state });
    await afterSettlement(context, settlement);
  }
}
