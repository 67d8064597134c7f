import type { Queryable } from "../backends/db.ts";

/** Slots that recordings have, and those that they wait for: what recorders are scaled by. Those of pages are fixed. */
export async function readSlots(db: Queryable): Promise<{ slots: number }> {
  const { rows } = await db.query<{ slots: number }>({
    name: "egress-slots",
    text: "SELECT count(*)::int AS slots FROM egress_tasks WHERE finished_at IS NULL AND source_kind <> 'web'",
    values: [],
  });
  return rows[0] ?? { slots: 0 };
}
