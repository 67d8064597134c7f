import { InitFailed } from "../kit/errors.ts";
import { listAt, textAt, type JsonObject } from "../kit/json.ts";
import { plainObject } from "../kit/properties.ts";
import type { DeleteCall } from "../kit/provider.ts";
import { condition } from "./await/verdict.ts";
import { timeoutOf } from "./await/ready.ts";
import { ApiError, isNotFound, NoSuchKind, Unreachable } from "./client/api-error.ts";
import { identityOf, type Identity } from "./client/cluster.ts";
import { watchObjects } from "./client/watch.ts";
import { resourceType } from "./kind.ts";
import { annotation, annotations, hasTrueAnnotation, parseId, qualifiedName } from "./object.ts";
import type { Session } from "./session.ts";
import { fromState, toState } from "./state.ts";
import { relinquish } from "./update.ts";

/** How long, in seconds, an object may take to go away unless told otherwise. */
const defaultTimeoutSeconds = 600;

function propagation(inputs: JsonObject): string {
  const asked = (annotation(inputs, annotations.deletionPropagation) ?? "").toLowerCase();
  if (asked === "background") return "Background";
  return asked === "orphan" ? "Orphan" : "Foreground";
}

/** Why an object that is being deleted is still there. */
export function lingering(object: JsonObject): string[] {
  const finalizers = [
    ...listAt(object, "metadata", "finalizers"),
    ...listAt(object, "spec", "finalizers"),
  ];
  const reasons = [
    "NamespaceContentRemaining",
    "NamespaceFinalizersRemaining",
    "NamespaceDeletionDiscoveryFailure",
  ]
    .flatMap((type) => condition(object, type) ?? [])
    .filter(({ status }) => status === "True")
    .map(({ message }) => message);
  if (finalizers.length === 0) return reasons;
  return [
    ...reasons,
    `finalizers might be preventing deletion: ${finalizers.map(String).join(", ")}`,
  ];
}

/** Waits until an object (or its incarnation that was deleted) is gone; hands back what is left of it if it stays. */
async function untilGone(
  identity: Identity,
  uid: string | undefined,
  session: Session,
  timeoutMs: number,
): Promise<JsonObject | undefined> {
  const done = new AbortController();
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([session.signal, timeout, done.signal]);
  let left: JsonObject | undefined;
  const listener = (objects: readonly JsonObject[]): void => {
    left = objects.find((object) => uid === undefined || textAt(object, "metadata", "uid") === uid);
    if (left === undefined) done.abort();
  };
  const query = { fieldSelector: `metadata.name=${identity.name}` };
  const path = await session.cluster.collection(identity);
  await watchObjects(session.cluster.http, path, query, { signal, listener });
  return left;
}

async function remove(call: DeleteCall, live: JsonObject, session: Session): Promise<void> {
  const { cluster, engine, signal } = session;
  const inputs = plainObject(call.oldInputs);
  const identity = { ...identityOf(live), ...definedId(call.id) };
  const current = await cluster.find(identity);
  if (current === undefined) return;
  await cluster.delete(identity, propagation(inputs));
  if (hasTrueAnnotation(inputs, annotations.skipAwait)) return;
  const seconds = timeoutOf(inputs, call.timeoutSeconds, defaultTimeoutSeconds);
  const uid = textAt(current, "metadata", "uid");
  const left = await untilGone(identity, uid, session, seconds * 1000);
  engine.status(call.urn, "");
  if (left === undefined) return;
  const what = `${identity.kind} "${qualifiedName(current)}"`;
  const why = signal.aborted ? "the operation was cancelled" : `after ${seconds.toString()} s`;
  const reasons = [`${what} still exists, ${why}`, ...lingering(left)];
  const { apiVersion, kind } = identity;
  const { fieldManager, initialApiVersion } = fromState(call.properties);
  const known = {
    fieldManager: fieldManager ?? "",
    initialApiVersion: initialApiVersion ?? apiVersion,
  };
  const properties = toState({ apiVersion, kind, ...left }, call.oldInputs, known);
  throw new InitFailed({ id: call.id, properties, reasons });
}

function definedId(id: string): { namespace?: string; name: string } {
  const { namespace, name } = parseId(id);
  return namespace === undefined ? { name } : { namespace, name };
}

/** Deletes an object with all that it owns and waits until it is gone; a Patch resource only lets go of its fields. */
export async function deleteObject(call: DeleteCall, session: Session): Promise<void> {
  const { live, fieldManager } = fromState(call.properties);
  const { patch, apiVersion, kind } = resourceType(
    call,
    plainObject(call.oldInputs),
    session.official,
  );
  const object = { ...live, apiVersion, kind };
  try {
    if (!patch) await remove(call, object, session);
    else if (fieldManager !== undefined) await letGo(call, object, session, fieldManager);
  } catch (error) {
    if (isNotFound(error) || error instanceof NoSuchKind) return;
    if (error instanceof Unreachable && session.options.deleteUnreachable) return;
    throw error;
  }
}

async function letGo(
  call: DeleteCall,
  object: JsonObject,
  session: Session,
  fieldManager: string,
): Promise<void> {
  if ((await session.cluster.find(identityOf(object))) === undefined) return;
  try {
    await relinquish(object, session, fieldManager);
  } catch (error) {
    const required =
      error instanceof ApiError
        ? error.causes.find((cause) => cause.reason === "FieldValueRequired")
        : undefined;
    if (required === undefined) throw error;
    throw new Error(
      `${call.name} manages the required field ${required.field}, so it cannot be deleted directly: ` +
        "set retainOnDelete, or give the field to another manager first",
      { cause: error },
    );
  }
}
