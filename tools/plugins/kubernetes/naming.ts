import { createHash } from "node:crypto";
import { at, textAt, type JsonObject } from "../kit/json.ts";
import { isUnknown } from "../kit/properties.ts";
import { annotations, hasTrueAnnotation, withAnnotation, withMetadata } from "./object.ts";

/** Length of the random end of a made-up name, in hexadecimal digits. */
const suffixDigits = 8;

/** A name's random end: the same for the same seed, so that a planned name is kept. */
export function suffix(seed: Uint8Array): string {
  return createHash("sha256").update(seed).digest("hex").slice(0, suffixDigits);
}

export function isAutonamed(object: JsonObject): boolean {
  return hasTrueAnnotation(object, annotations.autonamed);
}

/** Whether the server makes up the name. */
export function isServerNamed(object: JsonObject): boolean {
  return (
    at(object, "metadata", "name") === undefined &&
    at(object, "metadata", "generateName") !== undefined
  );
}

/**
 * Gives an object without a name one: the name it had before if that was made up too, else "<logical name>-<random>".
 * Made-up names carry an annotation, since only such objects can be replaced before the old one is deleted.
 */
export function named(
  object: JsonObject,
  old: JsonObject,
  logicalName: string,
  seed: Uint8Array,
): JsonObject {
  const name = at(object, "metadata", "name");
  if (isUnknown(name) || (name !== undefined && name !== "") || isServerNamed(object))
    return object;
  const oldName = textAt(old, "metadata", "name");
  const chosen =
    oldName !== undefined && isAutonamed(old) ? oldName : `${logicalName}-${suffix(seed)}`;
  return withAnnotation(withMetadata(object, { name: chosen }), annotations.autonamed, "true");
}

/** Name of a field manager for a new resource; each resource has its own, as with the official provider. */
export function newFieldManager(urn: string): string {
  const seed = createHash("sha256").update(
    `${urn}\n${Date.now().toString()}\n${process.pid.toString()}`,
  );
  return `pulumi-kubernetes-${seed.digest("hex").slice(0, suffixDigits)}`;
}
