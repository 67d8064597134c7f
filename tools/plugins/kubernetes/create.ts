import grpc from "@grpc/grpc-js";
import { setTimeout as sleep } from "node:timers/promises";
import { InitFailed, PluginError } from "../kit/errors.ts";
import { at, changed, listAt, textAt, without, type JsonObject } from "../kit/json.ts";
import { containsUnknown, plainObject, unknown } from "../kit/properties.ts";
import type { CreateCall } from "../kit/provider.ts";
import { ApiError, isImmutable, isNamespaceMissing } from "./client/api-error.ts";
import { identityOf } from "./client/cluster.ts";
import { apply, fieldManagerOf, isForced, retryOrdering, wireForm } from "./apply.ts";
import { awaitReady } from "./await/ready.ts";
import { resourceType } from "./kind.ts";
import { isServerNamed } from "./naming.ts";
import { qualifiedName, withMetadata } from "./object.ts";
import type { Session } from "./session.ts";
import { toState } from "./state.ts";

export interface Created {
  id: string;
  properties: JsonObject;
}

/** How often and how long, in milliseconds, a Patch resource waits for its object to appear. */
const patchTries = 10;
const patchPauseMs = 1000;

/** What only the real creation settles; a dry run makes these values up. */
function withUnknowns(dry: JsonObject, inputs: JsonObject): JsonObject {
  const invented = { uid: unknown, creationTimestamp: unknown, resourceVersion: unknown };
  const object = without(withMetadata(dry, invented), "status");
  if (object["kind"] !== "Service" || at(inputs, "spec", "clusterIP") !== undefined) return object;
  return changed(object, ["spec"], (spec) => ({
    ...spec,
    clusterIP: unknown,
    clusterIPs: unknown,
  }));
}

/** A name that is surely free, for the dry run of an object whose predecessor still has the name. */
function previewName(name: string): string {
  return `${name.slice(0, 40)}-preview`;
}

/** A refusal of the made-up name itself: some kinds' names follow rules of their own. */
function refusesName(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.status === 422 &&
    error.causes.some(({ field }) => field.startsWith("metadata.name"))
  );
}

async function dryRun(
  call: CreateCall,
  inputs: JsonObject,
  session: Session,
  fieldManager: string,
): Promise<JsonObject> {
  const { cluster } = session;
  const object = await wireForm(inputs, cluster);
  const options = { fieldManager, force: true, dryRun: true, warn: session.warner(call.urn) };
  if (isServerNamed(object)) return cluster.create(object, options);
  const name = textAt(object, "metadata", "name") ?? "";
  const taken = (await cluster.find(identityOf(object))) !== undefined;
  if (!taken) return apply(object, cluster, options);
  try {
    const other = withMetadata(object, { name: previewName(name) });
    return withMetadata(await apply(other, cluster, options), { name });
  } catch (error) {
    if (refusesName(error)) return inputs;
    throw error;
  }
}

/** Refusals that say nothing about the object itself: they must not fail a preview. */
function isUncertain(error: unknown): boolean {
  if (isNamespaceMissing(error) || isImmutable(error)) return true;
  if (!(error instanceof ApiError)) return false;
  return error.status === 403 || error.message.includes("does not support dry run");
}

async function preview(call: CreateCall, session: Session): Promise<Created> {
  const inputs = plainObject(call.inputs);
  const { apiVersion, kind, patch } = resourceType(call, inputs, session.official);
  const asGiven = { id: "", properties: call.inputs };
  if (patch || containsUnknown(inputs)) return asGiven;
  if (!(await session.cluster.hasKind(apiVersion, kind))) return asGiven;
  const fieldManager = fieldManagerOf(call.urn, inputs, undefined);
  try {
    const dry = await dryRun(call, inputs, session, fieldManager);
    const known = { fieldManager, initialApiVersion: apiVersion };
    const properties = toState(withUnknowns(dry, inputs), call.inputs, known);
    return { id: "", properties: without(properties, "__fieldManager") };
  } catch (error) {
    if (isUncertain(error)) return asGiven;
    throw error;
  }
}

function refuseExisting(object: JsonObject): never {
  throw new PluginError(
    grpc.status.ALREADY_EXISTS,
    `resource ${qualifiedName(object)} was not successfully created by the Kubernetes API server: ` +
      `${textAt(object, "kind") ?? "object"} "${qualifiedName(object)}" already exists. ` +
      "Import it (pulumi import), use a Patch resource, delete it, or set upsertExistingObjects on the provider.",
  );
}

/** A Patch resource changes an object that something else makes, perhaps only just now. */
async function existing(object: JsonObject, session: Session): Promise<void> {
  for (let attempt = 0; attempt < patchTries; attempt += 1) {
    if ((await session.cluster.find(identityOf(object))) !== undefined) return;
    await sleep(patchPauseMs, undefined, { signal: session.signal });
  }
  throw new PluginError(
    grpc.status.NOT_FOUND,
    `${textAt(object, "kind") ?? "object"} "${qualifiedName(object)}" does not exist; a Patch resource changes an existing object`,
  );
}

/**
 * The manager under which this provider made an object that the state does not know (an update was killed). Going on
 * under its name keeps the object's fields in one hand; a new name would be in conflict with the old one for ever.
 */
function formerManager(live: JsonObject | undefined): string | undefined {
  const managers = listAt(live, "metadata", "managedFields")
    .filter((entry) => textAt(entry, "operation") === "Apply")
    .map((entry) => textAt(entry, "manager") ?? "");
  return managers.find((name) => /^pulumi-kubernetes-[0-9a-f]{8}$/.test(name));
}

/** Sees to it that the object may be applied; says under which name if it is an adopted one. */
async function admit(
  object: JsonObject,
  patch: boolean,
  session: Session,
): Promise<string | undefined> {
  if (patch) {
    await existing(object, session);
    return undefined;
  }
  const live = await session.cluster.find(identityOf(object));
  if (live !== undefined && !session.options.upsert) refuseExisting(object);
  return formerManager(live);
}

async function send(
  call: CreateCall,
  inputs: JsonObject,
  session: Session,
): Promise<{ live: JsonObject; fieldManager: string }> {
  const { cluster, options } = session;
  const { patch } = resourceType(call, inputs, session.official);
  const object = await wireForm(inputs, cluster);
  const warn = session.warner(call.urn);
  if (isServerNamed(object)) {
    const fieldManager = fieldManagerOf(call.urn, inputs, undefined);
    const live = await cluster.create(object, { fieldManager, dryRun: false, warn });
    return { live, fieldManager };
  }
  const fieldManager = fieldManagerOf(call.urn, inputs, await admit(object, patch, session));
  const force = isForced(inputs, options, false, undefined);
  const live = await apply(object, cluster, { fieldManager, force, dryRun: false, warn });
  return { live, fieldManager };
}

/** Creates an object and waits until it is ready. */
export async function create(call: CreateCall, session: Session): Promise<Created> {
  if (call.preview) return preview(call, session);
  const inputs = plainObject(call.inputs);
  const { cluster, engine, signal } = session;
  const notify = (message: string): void => {
    engine.status(call.urn, message);
  };
  const { live, fieldManager } = await retryOrdering(
    () => send(call, inputs, session),
    notify,
    signal,
  );
  if (live["kind"] === "CustomResourceDefinition") cluster.forgetKinds();
  const { urn, timeoutSeconds } = call;
  const waiting = { cluster, engine, urn, inputs, timeoutSeconds, signal };
  const { object, reasons } = await awaitReady(live, waiting);
  const known = { fieldManager, initialApiVersion: textAt(inputs, "apiVersion") ?? "" };
  const id = qualifiedName(object);
  const properties = toState(object, call.inputs, known);
  if (reasons.length === 0) return { id, properties };
  const head = `resource ${id} was successfully created, but the Kubernetes API server reported that it failed to fully initialize or become live:`;
  throw new InitFailed({
    id,
    properties,
    reasons: [`${head} ${reasons[0] ?? ""}`, ...reasons.slice(1)],
  });
}
