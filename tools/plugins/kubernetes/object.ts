import { changed, objectAt, scalarText, textAt, without, type JsonObject } from "../kit/json.ts";

/** Annotations that steer the provider; the official one has the same. */
export const annotations = {
  autonamed: "pulumi.com/autonamed",
  skipAwait: "pulumi.com/skipAwait",
  timeoutSeconds: "pulumi.com/timeoutSeconds",
  waitFor: "pulumi.com/waitFor",
  patchForce: "pulumi.com/patchForce",
  patchFieldManager: "pulumi.com/patchFieldManager",
  replaceUnready: "pulumi.com/replaceUnready",
  deletionPropagation: "pulumi.com/deletionPropagationPolicy",
} as const;

/** Metadata that the server alone writes. */
const serverMetadata = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
];

export function annotation(object: JsonObject, name: string): string | undefined {
  return textAt(object, "metadata", "annotations", name);
}

export function hasTrueAnnotation(object: JsonObject, name: string): boolean {
  return annotation(object, name) === "true";
}

export function withAnnotation(object: JsonObject, name: string, value: string): JsonObject {
  return changed(object, ["metadata", "annotations"], (all) => ({ ...all, [name]: value }));
}

export function withMetadata(object: JsonObject, fields: JsonObject): JsonObject {
  return changed(object, ["metadata"], (metadata) => ({ ...metadata, ...fields }));
}

export function withoutNamespace(object: JsonObject): JsonObject {
  return changed(object, ["metadata"], (metadata) => without(metadata, "namespace"));
}

export function withoutServerMetadata(object: JsonObject): JsonObject {
  return changed(object, ["metadata"], (metadata) => without(metadata, ...serverMetadata));
}

/** What of a live object is kept: all but the bookkeeping of its field managers. */
export function withoutManagedFields(object: JsonObject): JsonObject {
  return changed(object, ["metadata"], (metadata) => without(metadata, "managedFields"));
}

export function isSecretKind(object: JsonObject): boolean {
  return object["kind"] === "Secret" && object["apiVersion"] === "v1";
}

/** "namespace/name", or the name alone: the resource's id, and how messages call it. */
export function qualifiedName(object: JsonObject): string {
  const name = textAt(object, "metadata", "name") ?? "";
  const namespace = textAt(object, "metadata", "namespace") ?? "";
  return namespace === "" ? name : `${namespace}/${name}`;
}

export function parseId(id: string): { namespace: string | undefined; name: string } {
  const slash = id.indexOf("/");
  return slash < 0
    ? { namespace: undefined, name: id }
    : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}

/** A Secret's stringData is a convenience for writing: the server keeps it, encoded, in data. */
export function encodeStringData(object: JsonObject): JsonObject {
  const stringData = objectAt(object, "stringData");
  if (!isSecretKind(object) || stringData === undefined) return object;
  const encoded = Object.entries(stringData).map(([key, value]): [string, string] => [
    key,
    Buffer.from(scalarText(value)).toString("base64"),
  ]);
  const data = { ...objectAt(object, "data"), ...Object.fromEntries(encoded) };
  return { ...without(object, "stringData"), data };
}

/** A live Secret seen the way its inputs were written, with the same keys under stringData. */
export function decodeStringData(live: JsonObject, inputs: JsonObject): JsonObject {
  const wanted = objectAt(inputs, "stringData");
  if (!isSecretKind(live) || wanted === undefined) return live;
  const stringData: JsonObject = {};
  for (const key of Object.keys(wanted)) {
    const encoded = textAt(live, "data", key);
    if (encoded !== undefined) stringData[key] = Buffer.from(encoded, "base64").toString("utf8");
  }
  return { ...live, stringData };
}
