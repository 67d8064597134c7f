import { setTimeout as sleep } from "node:timers/promises";
import {
  at,
  changed,
  isObject,
  listAt,
  objectAt,
  textAt,
  type Json,
  type JsonObject,
} from "../kit/json.ts";
import { messageOf } from "../kit/errors.ts";
import { ApiError, isNamespaceMissing, NoSuchKind } from "./client/api-error.ts";
import type { ApplyOptions, Cluster } from "./client/cluster.ts";
import { parsePath } from "./compare.ts";
import {
  annotation,
  annotations,
  encodeStringData,
  hasTrueAnnotation,
  withoutNamespace,
} from "./object.ts";
import { newFieldManager } from "./naming.ts";
import type { ProviderOptions } from "./options.ts";

const conflictHelp =
  "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/";

/** Managers under which tools wrote objects before server-side apply; their fields may be taken over in a preview. */
const legacyManagers = new Set([
  "kubectl",
  "before-first-apply",
  "pulumi-kubernetes",
  "pulumi-resource-kubernetes",
]);

/** The name under which a resource's fields are owned: by annotation, from the state, else a new one. */
export function fieldManagerOf(urn: string, inputs: JsonObject, known: string | undefined): string {
  return annotation(inputs, annotations.patchFieldManager) ?? known ?? newFieldManager(urn);
}

/** Whether to take fields over from other managers instead of failing with a conflict. */
export function isForced(
  inputs: JsonObject,
  options: ProviderOptions,
  preview: boolean,
  live: JsonObject | undefined,
): boolean {
  if (options.patchForce || hasTrueAnnotation(inputs, annotations.patchForce)) return true;
  if (!preview || live === undefined) return false;
  return listAt(live, "metadata", "managedFields").some(
    (entry) =>
      textAt(entry, "operation") === "Update" && legacyManagers.has(textAt(entry, "manager") ?? ""),
  );
}

function explainConflict(error: unknown, fieldManager: string): unknown {
  if (!(error instanceof ApiError) || error.status !== 409) return error;
  return new Error(
    `Server-Side Apply field conflict detected. See ${conflictHelp} for troubleshooting help.\n` +
      `The resource managed by field manager "${fieldManager}" had an apply conflict: ${error.message}`,
    { cause: error },
  );
}

/** The object as it goes over the wire: a Secret's data encoded, no namespace on a cluster-wide kind. */
export async function wireForm(inputs: JsonObject, cluster: Cluster): Promise<JsonObject> {
  const apiVersion = textAt(inputs, "apiVersion") ?? "";
  const { namespaced } = await cluster.resource(apiVersion, textAt(inputs, "kind") ?? "");
  return encodeStringData(namespaced ? inputs : withoutNamespace(inputs));
}

export async function apply(
  object: JsonObject,
  cluster: Cluster,
  options: ApplyOptions,
): Promise<JsonObject> {
  try {
    return await cluster.apply(object, options);
  } catch (error) {
    throw explainConflict(error, options.fieldManager);
  }
}

/** Tries for an object that is refused only because its namespace or its kind is being created at the same time. */
const orderingTries = 6;
const orderingPauseMs = 500;

export async function retryOrdering<Result>(
  action: () => Promise<Result>,
  notify: (message: string) => void,
  signal: AbortSignal,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action();
    } catch (error) {
      const passing = isNamespaceMissing(error) || error instanceof NoSuchKind;
      if (!passing || attempt >= orderingTries) throw error;
      notify(`Retry #${attempt.toString()}; creation failed: ${messageOf(error)}`);
      await sleep(orderingPauseMs * 2 ** attempt, undefined, { signal });
    }
  }
}

/** Whether a set of owned fields (fieldsV1) holds a path or something under it. */
function ownsPath(fields: Json | undefined, path: readonly (string | number)[]): boolean {
  let current = fields;
  for (const key of path) {
    if (!isObject(current)) return false;
    current = current[`f:${String(key)}`];
  }
  return current !== undefined;
}

/**
 * With ignoreChanges, fields that another manager owns are left out of the apply, and those that are ours are sent as
 * they are on the server: either way their value stays.
 */
export function keepIgnored(
  inputs: JsonObject,
  live: JsonObject,
  ignoreChanges: readonly string[],
  fieldManager: string,
): JsonObject {
  const managed = listAt(live, "metadata", "managedFields");
  return ignoreChanges.map(parsePath).reduce((object, path) => {
    const keys = path.filter((key) => typeof key === "string");
    const last = keys.at(-1);
    if (last === undefined || keys.length !== path.length) return object;
    const owners = managed.filter((entry) => ownsPath(objectAt(entry, "fieldsV1"), path));
    const names = owners.map((entry) => textAt(entry, "manager"));
    const theirs = names.length > 0 && !names.includes(fieldManager);
    const value = at(live, ...keys);
    if (!theirs && value === undefined) return object;
    return changed(object, keys.slice(0, -1), (parent) => {
      const rest = Object.entries(parent).filter(([key]) => key !== last);
      return Object.fromEntries(theirs || value === undefined ? rest : [...rest, [last, value]]);
    });
  }, inputs);
}
