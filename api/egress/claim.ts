import { egressDefaults } from "@framewright/contracts/egress.ts";
import type { EgressKind } from "@framewright/contracts/egress-kinds.ts";
import type { EgressClaim, EgressLease } from "@framewright/contracts/recorder-api.ts";
import { addEgressEvent, type EgressContext } from "./context.ts";
import type { EgressRequest } from "./rows.ts";

interface ClaimedRow {
  readonly id: string;
  readonly kind: EgressKind;
  readonly source_kind: EgressLease["source"]["kind"];
  readonly source_url: string;
  readonly request: EgressRequest;
  readonly attempt: number;
  readonly seconds: number;
  readonly bytes: string;
  readonly finish_only: boolean;
}

/** Those of the recorder's region before those of any; ids sort by age. A task that is stopped is only finished. */
const claim = `
  WITH next AS (
    SELECT id FROM egress_tasks
    WHERE lease_owner IS NULL AND state IN ('queued', 'stopping') AND kind = ANY($3) AND source_kind = ANY($4)
      AND (region IS NULL OR region = $5)
    ORDER BY region IS NULL, id LIMIT 1 FOR UPDATE SKIP LOCKED)
  UPDATE egress_tasks t SET attempt = t.attempt + 1, lease_owner = $1,
    lease_until = now() + make_interval(secs => $2), started_at = coalesce(t.started_at, now()),
    state = CASE WHEN t.state = 'queued' THEN 'running' ELSE t.state END
  FROM next WHERE t.id = next.id
  RETURNING t.id, t.kind, t.source_kind, t.source_url, t.request, t.attempt, t.seconds, t.bytes,
    t.state = 'stopping' AS finish_only`;

/** What was asked for, with the defaults of what was not. */
function wishesOf({ page, outputs, height, expect, limits, ...request }: EgressRequest) {
  const { silentSeconds, startWithinSeconds, maxSeconds, maxBytes } = {
    ...egressDefaults,
    // Of JSON: what was not asked for is not there.
    ...request,
    ...limits,
  };
  return {
    ...{ mp4: outputs?.mp4 ?? true, expect: expect ?? [] },
    ...(outputs?.snapshots && { snapshots: outputs.snapshots }),
    ...(height !== undefined && { height }),
    ...(page !== undefined && { page }),
    ...{ maxSeconds, maxBytes, silentSeconds, startWithinSeconds },
  };
}

function leaseOf(row: ClaimedRow, { settings }: EgressContext): EgressLease {
  const { leaseSeconds, heartbeatSeconds } = settings;
  return {
    ...{ egressId: row.id, attempt: row.attempt, kind: row.kind, finishOnly: row.finish_only },
    source: { kind: row.source_kind, url: row.source_url },
    ...wishesOf(row.request),
    soFar: { seconds: row.seconds, bytes: Number(row.bytes) },
    ...{ leaseSeconds, heartbeatSeconds },
  };
}

/** The task that is next for this recorder, under a lease; a recorder asks while it has a free slot. */
export async function claimEgress(
  context: EgressContext,
  recorder: string,
  { kinds, sources, region }: EgressClaim,
): Promise<EgressLease | undefined> {
  const row = await context.db.tx(async (client) => {
    const { rows } = await client.query<ClaimedRow>({
      name: "claim-egress",
      text: claim,
      values: [recorder, context.settings.leaseSeconds, kinds, sources, region ?? null],
    });
    const [claimed] = rows;
    if (claimed && !claimed.finish_only) {
      const { id: egressId, attempt } = claimed;
      await addEgressEvent(client, { egressId, type: "running", attempt });
    }
    return claimed;
  });
  if (!row) return undefined;
  context.notifier.jobChanged(row.id);
  return leaseOf(row, context);
}
