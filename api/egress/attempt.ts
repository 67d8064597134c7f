import type { EgressReason } from "@framewright/contracts/egress.ts";
import {
  partsPage,
  type EgressOrders,
  type EgressParts,
  type EgressPictures,
  type EgressSegment,
} from "@framewright/contracts/recorder-api.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import { addEgressEvent, type EgressContext } from "./context.ts";
import { recordingPrefix } from "../jobs/rows.ts";

/** An attempt as its recorder names it; only the current one may write. */
export interface EgressRef {
  readonly egressId: string;
  readonly attempt: number;
  readonly recorder: string;
}

const owned = `id = $1 AND attempt = $2 AND lease_owner = $3 AND state IN ('running', 'stopping')`;
const keyOf = ({ egressId, attempt, recorder }: EgressRef) => [egressId, attempt, recorder];

function lostEgress({ egressId, attempt }: EgressRef): AppError {
  return new AppError("attempt-lost", `Attempt ${attempt} no longer owns recording ${egressId}`);
}

interface OrderRow {
  readonly stop_requested: boolean;
}

const ordersOf = (row: OrderRow): EgressOrders => ({
  verdict: row.stop_requested ? "stop" : "continue",
});

/** Renews the lease. */
export async function renewEgress(
  { db, settings }: EgressContext,
  ref: EgressRef,
): Promise<EgressOrders> {
  const { rows } = await db.query<OrderRow>({
    name: "renew-egress",
    text: `UPDATE egress_tasks SET lease_until = now() + make_interval(secs => $4)
           WHERE ${owned} RETURNING stop_requested`,
    values: [...keyOf(ref), settings.leaseSeconds],
  });
  return rows[0] ? ordersOf(rows[0]) : { verdict: "lost" };
}

/** The same without a renewal. */
export async function readEgressOrders(db: Queryable, ref: EgressRef): Promise<EgressOrders> {
  const { rows } = await db.query<OrderRow>({
    name: "egress-orders",
    text: `SELECT stop_requested FROM egress_tasks WHERE ${owned}`,
    values: keyOf(ref),
  });
  return rows[0] ? ordersOf(rows[0]) : { verdict: "lost" };
}

export async function requireEgressOwner(db: Queryable, ref: EgressRef): Promise<EgressOrders> {
  const orders = await readEgressOrders(db, ref);
  if (orders.verdict === "lost") throw lostEgress(ref);
  return orders;
}

/** Locks the task if this attempt still owns it. */
export async function lockEgress(client: Queryable, ref: EgressRef): Promise<void> {
  const { rowCount } = await client.query({
    name: "lock-egress-attempt",
    text: `SELECT FROM egress_tasks WHERE ${owned} FOR UPDATE`,
    values: keyOf(ref),
  });
  if (rowCount !== 1) throw lostEgress(ref);
}

/** Segments that the store has; those that are known already change nothing. The lease is renewed as well. */
export async function addSegments(
  context: EgressContext,
  ref: EgressRef,
  segments: readonly EgressSegment[],
): Promise<EgressOrders> {
  const { rows } = await context.db.query<OrderRow & { readonly is_first: boolean }>({
    name: "add-egress-segments",
    text: `
      WITH task AS (SELECT id, first_media_at FROM egress_tasks WHERE ${owned} FOR UPDATE),
      given AS (
        SELECT * FROM jsonb_to_recordset($4) AS s(part int, number int, path text, "initPath" text,
          "initBytes" bigint, seconds float8, bytes bigint, at timestamptz)),
      added AS (
        INSERT INTO egress_segments (egress_id, attempt, part, number, path, init_path, init_bytes, seconds, bytes, at)
        SELECT task.id, $2, part, number, path, "initPath", "initBytes", seconds, bytes, at FROM given, task
        ON CONFLICT DO NOTHING RETURNING seconds, bytes, at, number, init_bytes)
      UPDATE egress_tasks t SET
        seconds = t.seconds + coalesce((SELECT sum(seconds) FROM added), 0),
        bytes = t.bytes + coalesce((SELECT sum(bytes + CASE WHEN number = 0 THEN init_bytes ELSE 0 END) FROM added), 0),
        first_media_at = coalesce(t.first_media_at, (SELECT min(at) FROM added)),
        lease_until = now() + make_interval(secs => $5)
      FROM task WHERE t.id = task.id
      RETURNING t.stop_requested, task.first_media_at IS NULL AS is_first`,
    values: [...keyOf(ref), JSON.stringify(segments), context.settings.leaseSeconds],
  });
  const [row] = rows;
  if (!row) throw lostEgress(ref);
  if (row.is_first) context.notifier.jobChanged(ref.egressId);
  return ordersOf(row);
}

export async function addPictures(
  { db }: EgressContext,
  ref: EgressRef,
  pictures: EgressPictures["pictures"],
): Promise<EgressOrders> {
  return db.tx(async (client) => {
    await lockEgress(client, ref);
    await client.query({
      name: "add-egress-snapshots",
      text: `WITH added AS (
               INSERT INTO egress_snapshots (egress_id, attempt, path, bytes, at_seconds)
               SELECT $1, $2, path, bytes, "atSeconds"
               FROM jsonb_to_recordset($3) AS s(path text, bytes bigint, "atSeconds" float8)
               ON CONFLICT DO NOTHING RETURNING bytes, at_seconds)
             UPDATE egress_tasks SET bytes = egress_tasks.bytes + coalesce((SELECT sum(bytes) FROM added), 0),
               seconds = CASE WHEN kind IN ('snapshot', 'web-snapshot')
                 THEN greatest(seconds, (SELECT max(at_seconds) FROM added)) ELSE seconds END
             WHERE id = $1`,
      values: [ref.egressId, ref.attempt, JSON.stringify(pictures)],
    });
    return readEgressOrders(client, ref);
  });
}

/** The recording has ended; what follows are its files. The first reason stays. */
export async function beginStopping(
  { db, notifier }: EgressContext,
  ref: EgressRef,
  reason: EgressReason,
): Promise<EgressOrders> {
  await db.tx(async (client) => {
    await lockEgress(client, ref);
    const { rows } = await client.query<{ reason: EgressReason }>({
      name: "egress-stopping",
      text: `UPDATE egress_tasks SET state = 'stopping', reason = coalesce(reason, $2)
             WHERE id = $1 AND state = 'running' RETURNING reason`,
      values: [ref.egressId, reason],
    });
    const [row] = rows;
    if (!row) return;
    const { egressId, attempt } = ref;
    await addEgressEvent(client, { egressId, type: "stopping", attempt, reason: row.reason });
  });
  notifier.jobChanged(ref.egressId);
  return { verdict: "continue" };
}

/** The MP4 may take long to make of a slow store. */
const readSeconds = 6 * 3600;

interface PartRow {
  readonly attempt: number;
  readonly part: number;
  readonly path: string;
  readonly init_path: string;
  readonly seconds: number;
}

/** A page of all segments, with addresses that open them and nothing else. */
export async function readParts(
  { db, store }: EgressContext,
  ref: EgressRef,
  offset: number,
): Promise<EgressParts> {
  await requireEgressOwner(db, ref);
  const { rows } = await db.query<PartRow>({
    name: "egress-parts",
    text: `SELECT attempt, part, path, init_path, seconds FROM egress_segments WHERE egress_id = $1
           ORDER BY attempt, part, number OFFSET $2 LIMIT $3`,
    values: [ref.egressId, offset, partsPage],
  });
  const inits = new Map<string, Promise<string>>();
  const sign = ({ attempt }: PartRow, path: string) =>
    store.presignGet("inside", `${recordingPrefix(ref.egressId, attempt)}${path}`, readSeconds);
  const segments = rows.map(async (row) => {
    const part = `${row.attempt}/${row.part}`;
    const initUrl = inits.get(part) ?? sign(row, row.init_path);
    inits.set(part, initUrl);
    return { part, initUrl: await initUrl, url: await sign(row, row.path), seconds: row.seconds };
  });
  return { segments: await Promise.all(segments) };
}
