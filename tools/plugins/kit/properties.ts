import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { isObject, toJsonObject, type Json, type JsonObject } from "./json.ts";

/** Key and values by which Pulumi's wire format marks special values (sdk/go/common/resource/sig). */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const assetSignatures = ["c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"];

/** What stands for a value that is not known yet (a preview); the engine has one mark per type. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknowns = new Set([
  unknown,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Reads a property bag as it is, secrets still wrapped. */
export function readProperties(properties: Struct | undefined): JsonObject {
  return properties === undefined ? {} : toJsonObject(properties.toJavaScript());
}

export function writeProperties(properties: JsonObject): Struct {
  return structPb.Struct.fromJavaScript(properties);
}

export function secret(value: Json): JsonObject {
  return isSecret(value) ? value : { [signatureKey]: secretSignature, value };
}

export function isSecret(value: Json | undefined): value is JsonObject {
  return isObject(value) && value[signatureKey] === secretSignature;
}

export function isUnknown(value: Json | undefined): boolean {
  return typeof value === "string" && unknowns.has(value);
}

function contains(value: Json | undefined, test: (value: Json | undefined) => boolean): boolean {
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((item) => contains(item, test));
  return isObject(value) && Object.values(value).some((item) => contains(item, test));
}

export function containsSecret(value: Json | undefined): boolean {
  return contains(value, isSecret);
}

export function containsUnknown(value: Json | undefined): boolean {
  return contains(value, isUnknown);
}

export function containsAsset(value: Json | undefined): boolean {
  return contains(value, (inner) => {
    const signature = isObject(inner) ? inner[signatureKey] : undefined;
    return typeof signature === "string" && assetSignatures.includes(signature);
  });
}

/** The values alone: secrets unwrapped, keys without a value left out. */
export function plain(value: Json): Json {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  if (isSecret(value)) return plain(value["value"] ?? null);
  return plainObject(value);
}

export function plainObject(object: JsonObject): JsonObject {
  const entries = Object.entries(object).flatMap(([key, inner]): [string, Json][] =>
    inner === null ? [] : [[key, plain(inner)]],
  );
  return Object.fromEntries(entries.filter(([, inner]) => inner !== null));
}

/**
 * Copies secretness from one bag to another: where both hold an object it goes deeper, elsewhere a secret
 * anywhere in the source makes the whole value of the same key secret (lists may be reordered by a server).
 */
export function withSecretsOf(target: JsonObject, source: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(target).map(([key, value]): [string, Json] => {
      const origin = source[key];
      if (isSecret(value) || !containsSecret(origin)) return [key, value];
      const deeper = isObject(value) && isObject(origin) && !isSecret(origin);
      return [key, deeper ? withSecretsOf(value, origin) : secret(value)];
    }),
  );
}
