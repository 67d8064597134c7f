import type { JsonObject } from "../../../tools/plugins/kit/json.ts";
import {
  containsUnknown,
  plainObject,
  withSecretsOf,
} from "../../../tools/plugins/kit/properties.ts";
import type { UpdateCall } from "../../../tools/plugins/kit/provider.ts";
import { assertAccepted, hooked } from "./create.ts";
import type { Shaped } from "./row.ts";
import { answered, meetFault, properties, rowOf, shaperOf, type Session } from "./session.ts";
import { actualOutputs, filledIn, merged, ownInputs, physicalName, remaining } from "./shape.ts";

function shapedOf(session: Session, call: UpdateCall, old: JsonObject): Shaped {
  const { config, store } = session;
  const row = rowOf(session, call.type);
  const inputs = filledIn(row, ownInputs(call.news), config);
  const draft = { inputs, config, store, logicalName: call.name, old };
  return { ...draft, id: call.id, name: physicalName(row, draft, call.id) };
}

function preview(session: Session, call: UpdateCall): JsonObject {
  const old = plainObject(call.olds);
  const shaped = shapedOf(session, call, old);
  const base = remaining(old, ownInputs(call.oldInputs), ownInputs(call.news));
  // A row computes with what it is given: with something unknown among it, the old outputs are the better guess.
  const planned = containsUnknown(call.news)
    ? merged(base, shaped.inputs)
    : actualOutputs(shaperOf(session, call.type), shaped, base);
  return withSecretsOf(planned, call.news);
}

export async function update(session: Session, call: UpdateCall): Promise<JsonObject> {
  if (call.preview) return preview(session, call);
  const { cloud, store } = session;
  const row = rowOf(session, call.type);
  const entry = store.find(call.type, call.id);
  if (entry === undefined) throw new Error(cloud.refusals.missing(call.type, call.id));
  const shaped = shapedOf(session, call, entry.outputs);
  const fault = await meetFault(session, call, shaped.name, "update");
  assertAccepted(session, row, shaped);
  const inputs = ownInputs(call.news);
  const base = remaining(entry.outputs, entry.inputs, inputs);
  const outputs = actualOutputs(shaperOf(session, call.type), shaped, base);
  const changed = store.update(entry, { inputs, outputs, name: shaped.name });
  const outcome = await hooked(session, changed, call.news, row.onUpdate);
  await answered(session, fault, outcome);
  return properties(outcome);
}
