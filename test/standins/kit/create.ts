import { messageOf } from "../../../tools/plugins/kit/errors.ts";
import type { JsonObject } from "../../../tools/plugins/kit/json.ts";
import { withSecretsOf } from "../../../tools/plugins/kit/properties.ts";
import type { CreateCall } from "../../../tools/plugins/kit/provider.ts";
import { withLock } from "./lock.ts";
import { danglingReference } from "./references.ts";
import type { Draft, Row, Shaped } from "./row.ts";
import {
  answered,
  meetFault,
  properties,
  rowOf,
  shaperOf,
  unfinished,
  type Outcome,
  type Session,
} from "./session.ts";
import { actualOutputs, filledIn, ownInputs, physicalName, plannedOutputs } from "./shape.ts";
import type { Entry } from "./store.ts";

/** Throws the cloud's refusal of new inputs, if it has one. */
export function assertAccepted(session: Session, row: Row, draft: Draft): void {
  const dangling = danglingReference(row, draft.inputs, session.store);
  if (dangling !== undefined) throw new Error(session.cloud.refusals.missing(...dangling));
  const refusal = row.refuses?.(draft);
  if (refusal !== undefined) throw new Error(refusal);
}

function enter(session: Session, type: string, shaped: Shaped, inputs: JsonObject): Entry {
  const { store, cloud } = session;
  const shaper = shaperOf(session, type);
  const there = store.find(type, shaped.id);
  if (there !== undefined && shaper.row.idempotent === true) return there;
  if (there !== undefined || store.kept(type).some(({ id }) => id === shaped.id)) {
    throw new Error(cloud.refusals.exists(type, shaped.id));
  }
  const { id, name } = shaped;
  const outputs = actualOutputs(shaper, shaped, shaper.row.made?.(shaped) ?? {});
  return store.create({ provider: cloud.name, type, id, name, inputs, outputs });
}

/** Runs a hook of the row; what it makes known becomes part of the outputs. */
export async function hooked(
  session: Session,
  entry: Entry,
  inputs: JsonObject,
  hook: Row["onCreate"],
): Promise<Outcome> {
  const before = { id: entry.id, outputs: entry.outputs, inputs };
  if (hook === undefined) return before;
  try {
    const more = await hook(entry, session.store);
    const outputs = { ...entry.outputs, ...more };
    session.store.update(entry, { outputs });
    return { ...before, outputs };
  } catch (error) {
    throw unfinished(before, messageOf(error));
  }
}

export async function create(
  session: Session,
  call: CreateCall,
): Promise<{ id: string; properties: JsonObject }> {
  const { config, store } = session;
  const row = rowOf(session, call.type);
  const inputs = ownInputs(call.inputs);
  if (call.preview) {
    const planned = plannedOutputs(shaperOf(session, call.type), inputs, config);
    return { id: "", properties: withSecretsOf(planned, call.inputs) };
  }
  const filled = filledIn(row, inputs, config);
  const draft = { inputs: filled, config, store, logicalName: call.name, old: undefined };
  const id = row.id(draft);
  const shaped = { ...draft, id, name: physicalName(row, draft, id) };
  const fault = await meetFault(session, call, shaped.name, "create");
  assertAccepted(session, row, draft);
  const entry = await withLock(store.folder, `${call.type} ${id}`, () =>
    enter(session, call.type, shaped, inputs),
  );
  const outcome = await hooked(session, entry, call.inputs, row.onCreate);
  await answered(session, fault, outcome);
  return { id, properties: properties(outcome) };
}
