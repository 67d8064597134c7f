import { nearest } from "../../../../config/nearest.ts";
import {
  isObject,
  type Json,
  type JsonObject,
  type Path,
} from "../../../../tools/plugins/kit/json.ts";
import { containsAsset, isUnknown } from "../../../../tools/plugins/kit/properties.ts";
import type { Failure } from "../../../../tools/plugins/kit/provider.ts";
import { pathText } from "../compare.ts";
import type { Fields, FieldType, SdkSchema } from "./sdk-schema.ts";

type Types = SdkSchema["types"];

/** Keys that Pulumi keeps for itself, as `__defaults`. */
function isOwn(key: string): boolean {
  return key.startsWith("__");
}

function failure(path: Path, reason: string): Failure {
  return { property: pathText(path), reason };
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return "list";
  return value === null ? "null" : typeof value;
}

function mismatch(value: Json, wanted: string, path: Path): Failure[] {
  return [failure(path, `expected ${wanted}, got ${kindOf(value)}: ${JSON.stringify(value)}`)];
}

type Composite = Exclude<FieldType, string>;

function checkObject(value: JsonObject, type: Composite, types: Types, path: Path): Failure[] {
  if ("map" in type) {
    return Object.entries(value).flatMap(([key, inner]) =>
      checkType(inner, type.map, types, [...path, key]),
    );
  }
  const fields = "ref" in type ? types[type.ref] : undefined;
  return fields === undefined ? [] : checkFields(value, fields, types, path);
}

function checkComposite(value: Json, type: Composite, types: Types, path: Path): Failure[] {
  if ("oneOf" in type) {
    const tries = type.oneOf.map((one) => checkType(value, one, types, path));
    return tries.find((failures) => failures.length === 0) ?? tries[0] ?? [];
  }
  if (!("list" in type)) {
    return isObject(value)
      ? checkObject(value, type, types, path)
      : mismatch(value, "object", path);
  }
  if (!Array.isArray(value)) return mismatch(value, "list", path);
  return value.flatMap((item, index) => checkType(item, type.list, types, [...path, index]));
}

function checkType(value: Json, type: FieldType, types: Types, path: Path): Failure[] {
  if (type === "any" || isUnknown(value) || containsAsset(value)) return [];
  if (typeof type !== "string") return checkComposite(value, type, types, path);
  return typeof value === type ? [] : mismatch(value, type, path);
}

function unknownField(key: string, fields: Fields, path: Path): Failure {
  const meant = nearest(key, Object.keys(fields));
  const hint = meant === undefined ? "" : `; did you mean "${meant}"?`;
  return failure([...path, key], `unknown field${hint}`);
}

/** Checks an object, in plain values, against the fields that the SDK declares. */
export function checkFields(
  object: JsonObject,
  fields: Fields,
  types: Types,
  path: Path = [],
): Failure[] {
  const given = Object.entries(object).filter(([key]) => !isOwn(key));
  const missing = Object.entries(fields)
    .filter(([key, { required }]) => required && object[key] === undefined)
    .map(([key]) => failure([...path, key], "missing required property"));
  const wrong = given.flatMap(([key, value]) => {
    const field = fields[key];
    if (field === undefined) return [unknownField(key, fields, path)];
    return checkType(value, field.type, types, [...path, key]);
  });
  return [...missing, ...wrong];
}
