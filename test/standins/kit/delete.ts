import { plainObject } from "../../../tools/plugins/kit/properties.ts";
import type { DeleteCall } from "../../../tools/plugins/kit/provider.ts";
import { delayed } from "./faults.ts";
import { blocker, removeInside } from "./references.ts";
import { meetFault, rowOf, type Session } from "./session.ts";

export async function remove(session: Session, call: DeleteCall): Promise<void> {
  const { cloud, store } = session;
  const row = rowOf(session, call.type);
  const refusal = row.protection?.(plainObject(call.properties));
  if (refusal !== undefined) throw new Error(refusal);
  const entry = store.find(call.type, call.id);
  const fault = await meetFault(session, call, entry?.name ?? "", "delete");
  // As with the real ones, deleting what is gone is no error.
  if (entry === undefined) return;
  const user = blocker(entry, cloud.rows, store);
  if (user !== undefined) throw new Error(cloud.refusals.inUse(entry, user));
  await row.beforeDelete?.(entry, store);
  removeInside(entry, cloud.rows, store);
  if (row.kept === true) store.keep(entry);
  else store.remove(entry);
  await row.afterDelete?.(entry, store);
  if (await delayed(fault, session.signal)) throw new Error(`deleting ${entry.id}: cancelled`);
}
