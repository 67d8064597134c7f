import { InitFailed } from "../kit/errors.ts";
import { textAt, without, type JsonObject } from "../kit/json.ts";
import { containsUnknown, plainObject } from "../kit/properties.ts";
import type { UpdateCall } from "../kit/provider.ts";
import { apply, fieldManagerOf, isForced, keepIgnored, wireForm } from "./apply.ts";
import { awaitReady } from "./await/ready.ts";
import { ApiError } from "./client/api-error.ts";
import { identityOf } from "./client/cluster.ts";
import { resourceType } from "./kind.ts";
import { parseId, qualifiedName, withMetadata } from "./object.ts";
import type { Session } from "./session.ts";
import { fromState, toState } from "./state.ts";

/** Gives up the fields of a manager: an apply with nothing in it owns nothing. */
export async function relinquish(
  object: JsonObject,
  session: Session,
  fieldManager: string,
): Promise<void> {
  const { apiVersion, kind, namespace, name } = identityOf(object);
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const options = { fieldManager, force: true, dryRun: false };
  await apply({ apiVersion, kind, metadata }, session.cluster, options);
}

async function send(
  call: UpdateCall,
  inputs: JsonObject,
  session: Session,
): Promise<{ live: JsonObject; fieldManager: string }> {
  const { cluster, options } = session;
  const known = fromState(call.olds).fieldManager;
  const fieldManager = fieldManagerOf(call.urn, inputs, known);
  const object = withMetadata(await wireForm(inputs, cluster), { name: parseId(call.id).name });
  const needsLive = call.preview || call.ignoreChanges.length > 0;
  const before = needsLive ? await cluster.find(identityOf(object)) : undefined;
  const kept =
    before === undefined ? object : keepIgnored(object, before, call.ignoreChanges, fieldManager);
  const force = isForced(inputs, options, call.preview, before);
  const warn = session.warner(call.urn);
  const live = await apply(kept, cluster, { fieldManager, force, dryRun: call.preview, warn });
  if (!call.preview && known !== undefined && known !== fieldManager) {
    await relinquish(object, session, known);
  }
  return { live, fieldManager };
}

async function preview(
  call: UpdateCall,
  inputs: JsonObject,
  session: Session,
): Promise<JsonObject> {
  const { apiVersion, kind } = resourceType(call, inputs, session.official);
  if (containsUnknown(inputs) || !(await session.cluster.hasKind(apiVersion, kind)))
    return call.news;
  try {
    const { live, fieldManager } = await send(call, inputs, session);
    const initialApiVersion = fromState(call.olds).initialApiVersion ?? apiVersion;
    return toState(without(live, "status"), call.news, { initialApiVersion, fieldManager });
  } catch (error) {
    // Who may not try may still be allowed to do; the update itself will tell.
    if (error instanceof ApiError && error.status === 403) return call.news;
    throw error;
  }
}

function refusal(error: unknown, call: UpdateCall, kind: string): unknown {
  if (!(error instanceof ApiError)) return error;
  const message = `update of ${kind} "${call.id}" was refused by the Kubernetes API server: ${error.message}`;
  return new Error(message, { cause: error });
}

async function run(call: UpdateCall, inputs: JsonObject, session: Session): Promise<JsonObject> {
  const { cluster, engine, signal } = session;
  const { apiVersion, kind } = resourceType(call, inputs, session.official);
  const { live, fieldManager } = await send(call, inputs, session);
  if (kind === "CustomResourceDefinition") cluster.forgetKinds();
  const { urn, timeoutSeconds } = call;
  const waiting = { cluster, engine, urn, inputs, timeoutSeconds, signal };
  const { object, reasons } = await awaitReady(live, waiting);
  const initialApiVersion = fromState(call.olds).initialApiVersion ?? apiVersion;
  const properties = toState(object, call.news, { initialApiVersion, fieldManager });
  if (reasons.length === 0) return properties;
  const head = `the Kubernetes API server reported that "${qualifiedName(object)}" failed to fully initialize or become live:`;
  throw new InitFailed({
    id: call.id,
    properties,
    reasons: [`${head} ${reasons[0] ?? ""}`, ...reasons.slice(1)],
  });
}

/** Updates an object in place and waits until the change has taken effect. */
export async function update(call: UpdateCall, session: Session): Promise<JsonObject> {
  const inputs = plainObject(call.news);
  try {
    return await (call.preview ? preview : run)(call, inputs, session);
  } catch (error) {
    throw refusal(error, call, textAt(inputs, "kind") ?? "object");
  }
}
