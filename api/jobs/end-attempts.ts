import type { JobError } from "@framewright/contracts/job.ts";
import type { Queryable } from "../backends/db.ts";
import type { EngineContext } from "./context.ts";
import { countSettlement } from "./job-figures.ts";
import { afterSettlement } from "./limited.ts";
import { lockedColumns, type LockedJob } from "./rows.ts";
import { endAttempt, type AttemptEnd, type Settlement } from "./settle.ts";
import { lostError } from "./verdicts.ts";

/** Ends the attempts of locked jobs whose worker is gone, as `how` says it. */
export async function endLost(
  client: Queryable,
  jobs: readonly LockedJob[],
  how: Pick<JobError, "code" | "message">,
): Promise<Settlement[]> {
  const settlements: Settlement[] = [];
  for (const job of jobs) {
    const end = { kind: "lost", outcome: "lost", error: lostError(job, how) } as const;
    settlements.push(await endAttempt(client, job, end));
  }
  return settlements;
}

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
    countSettlement(context.metrics, settlement);
    await afterSettlement(context, settlement);
  }
}
