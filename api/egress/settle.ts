import type { EgressReason, EgressState } from "@framewright/contracts/egress.ts";
import type { EgressComplete, EgressFail } from "@framewright/contracts/recorder-api.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import { lockEgress, type EgressRef } from "./attempt.ts";
import { addEgressEvent, type EgressContext } from "./context.ts";
import { followWithJob } from "./follow.ts";
import { recordingPrefix } from "../jobs/rows.ts";

/** Attempts that may fail for reasons of ours before the task does. */
const mostFailures = 3;

const noLease = "lease_owner = NULL, lease_until = NULL";
/** Of a task that has ended: nobody needs its source's address any more. */
export const ended = `${noLease}, finished_at = now(), source_url = NULL`;

export interface EgressEnding {
  readonly egressId: string;
  readonly attempt: number;
  readonly state: Extract<EgressState, "stopped" | "failed" | "timed-out">;
  readonly reason: EgressReason;
}

/** Ends a task whose row is locked. */
export async function endEgress(client: Queryable, ending: EgressEnding): Promise<void> {
  const { egressId, attempt, state, reason } = ending;
  await client.query({
    name: "end-egress",
    text: `UPDATE egress_tasks SET state = $2, reason = $3, ${ended} WHERE id = $1`,
    values: [egressId, state, reason],
  });
  await addEgressEvent(client, { egressId, type: state, attempt, reason });
}

/** Has another recorder go on with it. One that was asked to stop, or has ended, is only finished. */
export async function requeueEgress(
  client: Queryable,
  { egressId, attempt }: Pick<EgressRef, "egressId" | "attempt">,
  reason?: EgressReason,
): Promise<EgressState> {
  const stopped: EgressReason = {
    code: "stop-requested",
    message: "The recording was stopped, as asked",
  };
  const { rows } = await client.query<{ state: EgressState }>({
    name: "requeue-egress",
    text: `UPDATE egress_tasks SET ${noLease}, waits_since = now(), failures = failures + $2,
             state = CASE WHEN state = 'stopping' OR stop_requested THEN 'stopping' ELSE 'queued' END,
             reason = CASE WHEN state <> 'stopping' AND stop_requested THEN $3 ELSE reason END
           WHERE id = $1 RETURNING state`,
    values: [egressId, reason === undefined ? 0 : 1, stopped],
  });
  const state = rows[0]?.state ?? "queued";
  await addEgressEvent(client, { egressId, type: "requeued", attempt, reason });
  return state;
}

async function requireFilm(
  { store }: EgressContext,
  { egressId, attempt }: EgressRef,
  { mp4 }: EgressComplete,
): Promise<void> {
  if (!mp4) return;
  const bytes = await store.sizeOf(`${recordingPrefix(egressId, attempt)}${mp4.path}`);
  if (bytes === mp4.bytes) return;
  const found = bytes === undefined ? "is not in the store" : `has ${bytes} bytes in the store`;
  throw new AppError("result-refused", `${mp4.path} ${found}, and ${mp4.bytes} in the result`);
}

function changed(context: EgressContext, egressId: string): void {
  context.notifier.jobChanged(egressId);
  context.notifier.egressGrew();
}

export async function completeEgress(
  context: EgressContext,
  ref: EgressRef,
  result: EgressComplete,
): Promise<EgressState> {
  await requireFilm(context, ref, result);
  const { egressId, attempt } = ref;
  await context.db.tx(async (client) => {
    await lockEgress(client, ref);
    const mp4 = result.mp4 ? { ...result.mp4, attempt } : null;
    const { rows } = await client.query<{ reason: EgressReason }>({
      name: "complete-egress",
      text: `UPDATE egress_tasks SET state = 'stopped', mp4 = $2, warnings = $3, ${ended},
               reason = coalesce(reason, $4) WHERE id = $1 RETURNING reason`,
      values: [
        ...[egressId, mp4, JSON.stringify(result.warnings)],
        { code: "source-ended", message: "The recording has ended" },
      ],
    });
    await addEgressEvent(client, { egressId, type: "stopped", attempt, reason: rows[0]?.reason });
  });
  changed(context, egressId);
  await followWithJob(context, egressId);
  return "stopped";
}

interface FailedRow {
  readonly failures: number;
}

export async function failEgress(
  context: EgressContext,
  ref: EgressRef,
  { reason, again, screenshot }: EgressFail,
): Promise<EgressState> {
  const { egressId, attempt } = ref;
  const state = await context.db.tx(async (client) => {
    await lockEgress(client, ref);
    const { rows } = await client.query<FailedRow>({
      name: "failures-of-egress",
      text: "SELECT failures FROM egress_tasks WHERE id = $1",
      values: [egressId],
    });
    if (again && (rows[0]?.failures ?? 0) + 1 < mostFailures) {
      return requeueEgress(client, ref, reason);
    }
    if (screenshot) {
      await client.query({
        name: "screenshot-of-egress",
        text: "UPDATE egress_tasks SET screenshot = $2, bytes = bytes + $3 WHERE id = $1",
        values: [egressId, { attempt, path: screenshot.path }, screenshot.bytes],
      });
    }
    await endEgress(client, { egressId, attempt, state: "failed", reason });
    return "failed" as const;
  });
  changed(context, egressId);
  return state;
}

export async function releaseEgress(context: EgressContext, ref: EgressRef): Promise<EgressState> {
  const state = await context.db.tx(async (client) => {
    await lockEgress(client, ref);
    return requeueEgress(client, ref);
  });
  changed(context, ref.egressId);
  return state;
}
