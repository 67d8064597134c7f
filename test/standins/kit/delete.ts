import { plainObject } from "../../../tools/plugins/kit/properties.ts";
import type { JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { DeleteCall } from "../../../tools/plugins/kit/provider.ts";
import { delayed } from "./faults.ts";
import { blocker, removeInside } from "./references.ts";
import type { Row } from "./row.ts";
import { meetFault, rowOf, type Session } from "./session.ts";
import type { Entry } from "./store.ts";

function assertUnprotected(row: Row, state: JsonObject): void {
  const refusal = row.protection?.(state);
  if (refusal !== undefined) throw new Error(refusal);
}

async function removeEntry(session: Session, row: Row, entry: Entry): Promise<void> {
  const { cloud, store } = session;
  const user = blocker(entry, cloud.rows, store);
  if (user !== undefined) throw new Error(cloud.refusals.inUse(entry, user));
  await row.beforeDelete?.(entry, store);
  removeInside(entry, cloud.rows, store);
  if (row.kept === true) store.keep(entry);
  else store.remove(entry);
  await row.afterDelete?.(entry, store);
}

export async function remove(session: Session, call: DeleteCall): Promise<void> {
  const { store } = session;
  const row = rowOf(session, call.type);
  const state = plainObject(call.properties);
  assertUnprotected(row, state);
  if (row.abandons?.(state) === true) return;
  const entry = store.find(call.type, call.id);
  const fault = await meetFault(session, call, entry?.name ?? "", "delete");
  // As with the real ones, deleting what is gone is no error.
  if (entry === undefined) return;
  await removeEntry(session, row, entry);
  if (await delayed(fault, session.signal)) throw new Error(`deleting ${entry.id}: cancelled`);
}
