import { AppError } from "../errors.ts";
import type { EgressContext } from "./context.ts";
import type { EgressRequest } from "./rows.ts";

interface FollowedRow {
  readonly project_id: string;
  readonly request: EgressRequest;
  readonly request_id: string;
  readonly created_by: {
    readonly keyId: string;
    readonly keyName: string;
    readonly address: string;
  };
}

/** Why a job that was asked for is not there, for the recording's warnings. */
async function giveUp({ db }: EgressContext, egressId: string, why: string): Promise<void> {
  await db.query({
    name: "egress-without-job",
    text: `UPDATE egress_tasks SET warnings = warnings || to_jsonb($2::text), request = request - 'then'
           WHERE id = $1`,
    values: [egressId, `The job of "then" was refused: ${why}`],
  });
}

/**
 * Submits the job that is to follow. By an idempotency key, so that it is one however often this is done: the sweeper looks
 * for recordings whose job was not submitted.
 */
export async function followWithJob(context: EgressContext, egressId: string): Promise<void> {
  const { rows } = await context.db.query<FollowedRow>({
    name: "egress-before-job",
    text: `SELECT project_id, request, request_id, created_by FROM egress_tasks
           WHERE id = $1 AND state = 'stopped' AND job_id IS NULL AND request ? 'then'`,
    values: [egressId],
  });
  const [row] = rows;
  if (row?.request.then === undefined) return;
  const { profile } = row.request.then;
  try {
    const jobId = await context.submit({
      ...{ ...row.created_by, projectId: row.project_id, requestId: row.request_id },
      body: { input: { recordingId: egressId }, profile },
      idempotencyKey: `egress-${egressId}`,
    });
    await context.db.query({
      name: "egress-job",
      text: "UPDATE egress_tasks SET job_id = $2 WHERE id = $1",
      values: [egressId, jobId],
    });
  } catch (error) {
    if (error instanceof AppError && error.status < 500 && error.status !== 429) {
      await giveUp(context, egressId, error.message);
      return;
    }
    context.log.warn({ err: error, egressId }, "the job of a recording is not submitted yet");
  }
}
