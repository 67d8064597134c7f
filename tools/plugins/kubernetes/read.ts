import { InitFailed } from "../kit/errors.ts";
import { textAt, withoutPath, without, type JsonObject } from "../kit/json.ts";
import { plainObject } from "../kit/properties.ts";
import type { Read, ReadCall } from "../kit/provider.ts";
import { fieldManagerOf } from "./apply.ts";
import { readinessProblems } from "./await/ready.ts";
import { Unreachable } from "./client/api-error.ts";
import { pruned } from "./compare.ts";
import { driftedInputs } from "./drift.ts";
import { resourceType } from "./kind.ts";
import { decodeStringData, parseId, withoutServerMetadata } from "./object.ts";
import type { Session } from "./session.ts";
import { fromState, markSecrets, toState } from "./state.ts";

/** Annotations that controllers and kubectl add; they are no inputs of an imported object. */
const foreignAnnotations = [
  "deployment.kubernetes.io/revision",
  "kubectl.kubernetes.io/last-applied-configuration",
];

/** The inputs that a program would give for an object found on the cluster. */
export function importedInputs(live: JsonObject): JsonObject {
  const bare = without(withoutServerMetadata(live), "status");
  return foreignAnnotations.reduce(
    (object, name) => withoutPath(object, ["metadata", "annotations", name]),
    bare,
  );
}

function currentInputs(live: JsonObject, inputs: JsonObject, before: JsonObject): JsonObject {
  const shown = decodeStringData(live, inputs);
  if (Object.keys(before).length === 0) {
    const same = pruned(shown, inputs);
    return typeof same === "object" && same !== null && !Array.isArray(same) ? same : {};
  }
  return driftedInputs(inputs, decodeStringData(before, inputs), shown);
}

/** The object as it is on the cluster now; undefined if it is gone. */
export async function read(call: ReadCall, session: Session): Promise<Read | undefined> {
  const state = fromState(call.properties);
  const inputs = plainObject(call.inputs);
  const { apiVersion, kind, patch } = resourceType(call, inputs, session.official);
  const { namespace, name } = parseId(call.id);
  let live: JsonObject | undefined;
  try {
    live = await session.cluster.find({ apiVersion, kind, namespace, name });
  } catch (error) {
    if (error instanceof Unreachable && session.options.deleteUnreachable) return undefined;
    throw error;
  }
  if (live === undefined) return undefined;
  const known = Object.keys(inputs).length > 0;
  const now = known ? currentInputs(live, inputs, state.live) : importedInputs(live);
  const marked = markSecrets(now, call.inputs);
  const properties = toState(live, marked, {
    fieldManager: fieldManagerOf(call.urn, inputs, state.fieldManager),
    initialApiVersion: state.initialApiVersion ?? textAt(live, "apiVersion") ?? apiVersion,
  });
  if (known && !patch) {
    const reasons = await readinessProblems(live, inputs, session.cluster);
    if (reasons.length > 0) {
      throw new InitFailed({ id: call.id, properties, inputs: marked, reasons });
    }
  }
  return { id: call.id, properties, inputs: marked };
}
