import { textAt, type JsonObject } from "../kit/json.ts";
import { containsUnknown, plainObject } from "../kit/properties.ts";
import type { Change, DiffCall, Difference } from "../kit/provider.ts";
import { isImmutable, NoSuchKind, type ApiError } from "./client/api-error.ts";
import { identityOf } from "./client/cluster.ts";
import {
  compare,
  isUnder,
  parsePath,
  pathText,
  toChanges,
  touches,
  type Entry,
} from "./compare.ts";
import { forceNewFields, forceNewPatchFields } from "./force-new.ts";
import { resourceType } from "./kind.ts";
import { isAutonamed, isServerNamed } from "./naming.ts";
import {
  annotations,
  encodeStringData,
  hasTrueAnnotation,
  parseId,
  withMetadata,
  withoutNamespace,
} from "./object.ts";
import { fromState } from "./state.ts";
import type { Session } from "./session.ts";
import { jobVerdict } from "./await/workloads.ts";

/** A namespace given to a cluster-wide kind means nothing and must not count as a difference. */
async function comparable(object: JsonObject, session: Session): Promise<JsonObject> {
  const { apiVersion, kind } = identityOf(object);
  try {
    const { namespaced } = await session.cluster.resource(apiVersion, kind);
    return namespaced ? object : withoutNamespace(object);
  } catch (error) {
    if (error instanceof NoSuchKind) return object;
    throw error;
  }
}

function isReplacement(changes: ReadonlyMap<string, Change>): boolean {
  return [...changes.values()].some((change) => change.endsWith("-replace"));
}

/** Which entries the server's refusal is about: those under a field that it names, else all. */
function refusedFields(error: ApiError, entries: readonly Entry[]): string[] {
  const fields = error.causes
    .map((cause) => cause.field.replaceAll(/\[[^\]]*\]/g, ""))
    .filter((field) => entries.some(({ path }) => touches(path, field)));
  return fields.length > 0 ? fields : entries.map(({ path }) => path.join("."));
}

/** Asks the server whether it would take the change in place. */
async function refusedByServer(
  call: DiffCall,
  news: JsonObject,
  entries: readonly Entry[],
  session: Session,
): Promise<string[]> {
  const { name } = parseId(call.id);
  const object = encodeStringData(withMetadata(news, { name }));
  const fieldManager = fromState(call.olds).fieldManager ?? "pulumi-kubernetes";
  try {
    await session.cluster.apply(object, { fieldManager, force: true, dryRun: true });
  } catch (error) {
    // Any other refusal will be told, with its resource, by the update's own preview.
    if (isImmutable(error)) return refusedFields(error, entries);
  }
  return [];
}

/** A Job with the annotation replaceUnready is made anew as long as it has not completed. */
async function replacesUnready(
  call: DiffCall,
  news: JsonObject,
  session: Session,
): Promise<boolean> {
  if (!hasTrueAnnotation(news, annotations.replaceUnready) || news["kind"] !== "Job") return false;
  const { name } = parseId(call.id);
  const live = await session.cluster.find(identityOf(withMetadata(news, { name })));
  return live !== undefined && jobVerdict(live).state !== "ready";
}

function ignored(entries: readonly Entry[], ignoreChanges: readonly string[]): Entry[] {
  const parents = ignoreChanges.map(parsePath);
  return entries.filter(({ path }) => !parents.some((parent) => isUnder(path, parent)));
}

/** Deleting first is needed where old and new object would have the same, given name. */
function sharesName(old: JsonObject, now: JsonObject): boolean {
  if (isAutonamed(now) || isServerNamed(now)) return false;
  const [a, b] = [identityOf(old), identityOf(now)];
  return a.name === b.name && a.namespace === b.namespace && a.kind === b.kind;
}

/** What a change of the inputs means for the object: nothing, an update in place, or a new object. */
export async function diff(call: DiffCall, session: Session): Promise<Difference> {
  const olds = await comparable(plainObject(call.oldInputs), session);
  const news = await comparable(plainObject(call.news), session);
  const { patch } = resourceType(call, news, session.official);
  const entries = ignored(compare(olds, news), call.ignoreChanges);
  const fields = patch ? forceNewPatchFields : forceNewFields(news, session.options);
  const kindChanged = textAt(olds, "kind") !== textAt(news, "kind") ? ["kind"] : [];
  let changes = toChanges(entries, [...fields, ...kindChanged]);
  if (entries.length > 0 && !patch && !isReplacement(changes) && !containsUnknown(news)) {
    changes = toChanges(entries, await refusedByServer(call, news, entries, session));
  }
  if (await replacesUnready(call, news, session)) {
    changes.set(
      pathText(["metadata", "annotations", annotations.replaceUnready]),
      "update-replace",
    );
  }
  return { changes, deleteBeforeReplace: isReplacement(changes) && sharesName(olds, news) };
}
