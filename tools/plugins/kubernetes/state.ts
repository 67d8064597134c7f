import { objectAt, textAt, without, type Json, type JsonObject } from "../kit/json.ts";
import { containsSecret, plainObject, secret, withSecretsOf } from "../kit/properties.ts";
import { isSecretKind, withoutManagedFields } from "./object.ts";

/** Keys of a resource's outputs beside the live object; the official provider reads and writes the same. */
const inputsKey = "__inputs";
const fieldManagerKey = "__fieldManager";
const initialApiVersionKey = "__initialApiVersion";
const ownKeys = [inputsKey, fieldManagerKey, initialApiVersionKey];

export interface State {
  /** The object as the server last showed it, in plain values. */
  live: JsonObject;
  fieldManager: string | undefined;
  initialApiVersion: string | undefined;
}

/** All of a Secret's data is secret, whatever the program said of it. */
function withSecretData(object: JsonObject): JsonObject {
  if (object["kind"] !== "Secret") return object;
  return Object.fromEntries(
    Object.entries(object).map(([key, value]): [string, Json] =>
      key === "data" || key === "stringData" ? [key, secret(value)] : [key, value],
    ),
  );
}

/** Marks what is secret in an object that came from the server, after the inputs that led to it. */
export function markSecrets(object: JsonObject, inputs: JsonObject): JsonObject {
  return withSecretData(withSecretsOf(object, inputs));
}

/**
 * The last-applied annotation of kubectl holds a whole copy of the object: a copy of a secret must not hide there, nor
 * one of a program's secret values anywhere.
 */
function hideLastApplied(object: JsonObject, hide: boolean): JsonObject {
  const key = "kubectl.kubernetes.io/last-applied-configuration";
  const copy = textAt(object, "metadata", "annotations", key);
  const metadata = objectAt(object, "metadata");
  if (copy === undefined || metadata === undefined || !hide) return object;
  const annotations = { ...objectAt(metadata, "annotations"), [key]: secret(copy) };
  return { ...object, metadata: { ...metadata, annotations } };
}

/** The outputs of a resource: the live object, and beside it what a later step must know. */
export function toState(
  live: JsonObject,
  inputs: JsonObject,
  known: { fieldManager: string; initialApiVersion: string },
): JsonObject {
  const marked = markSecrets(withoutManagedFields(live), inputs);
  const shown = hideLastApplied(marked, isSecretKind(live) || containsSecret(inputs));
  return {
    ...shown,
    [inputsKey]: markSecrets(plainObject(inputs), inputs),
    [fieldManagerKey]: known.fieldManager,
    [initialApiVersionKey]: known.initialApiVersion,
  };
}

export function fromState(properties: JsonObject): State {
  const values = plainObject(properties);
  return {
    live: without(values, ...ownKeys),
    fieldManager: textAt(values, fieldManagerKey),
    initialApiVersion: textAt(values, initialApiVersionKey),
  };
}
