import { sameJson, type Json, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import { plainObject, withSecretsOf } from "../../../tools/plugins/kit/properties.ts";
import type { Read, ReadCall } from "../../../tools/plugins/kit/provider.ts";
import { delayed } from "./faults.ts";
import { meetFault, rowOf, type Session } from "./session.ts";
import type { Entry } from "./store.ts";

/** What the cloud shows: the stored outputs, and the stored inputs where somebody has changed those alone. */
function live(entry: Entry, lastInputs: JsonObject): JsonObject {
  const drifted = Object.entries(entry.inputs).filter(
    ([key, value]) => !sameJson(value, lastInputs[key]),
  );
  return { ...entry.outputs, ...Object.fromEntries(drifted) };
}

/** The program's inputs, with the live value of those that have drifted. */
function liveInputs(call: ReadCall, outputs: JsonObject): JsonObject {
  const last = plainObject(call.properties);
  const entries = Object.entries(call.inputs).map(([key, value]): [string, Json] => {
    const now = outputs[key];
    return [key, now === undefined || sameJson(now, last[key]) ? value : now];
  });
  return withSecretsOf(Object.fromEntries(entries), call.inputs);
}

/** A resource as it is when the cloud has gone on with it. */
async function broughtOn(session: Session, entry: Entry): Promise<Entry> {
  const more = await rowOf(session, entry.type).onRead?.(entry, session.store);
  if (more === undefined || Object.keys(more).length === 0) return entry;
  return session.store.update(entry, { outputs: { ...entry.outputs, ...more } });
}

/** Reads a resource for a refresh, or by its id alone for an import. */
export async function read(session: Session, call: ReadCall): Promise<Read | undefined> {
  rowOf(session, call.type);
  const found = session.store.find(call.type, call.id);
  const entry = found === undefined ? undefined : await broughtOn(session, found);
  const fault = await meetFault(session, call, entry?.name ?? "", "read");
  await delayed(fault, session.signal);
  if (entry === undefined) return undefined;
  if (Object.keys(call.inputs).length === 0) {
    return { id: entry.id, properties: entry.outputs, inputs: entry.inputs };
  }
  const outputs = live(entry, plainObject(call.inputs));
  const secrets = { ...call.properties, ...call.inputs };
  return {
    id: entry.id,
    properties: withSecretsOf(outputs, secrets),
    inputs: liveInputs(call, outputs),
  };
}
