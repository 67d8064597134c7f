import {
  isObject,
  textAt,
  without,
  type Json,
  type JsonObject,
} from "../../../tools/plugins/kit/json.ts";
import { plainObject, unknown } from "../../../tools/plugins/kit/properties.ts";
import type { Cloud, Draft, Row, Shaped } from "./row.ts";
import { resourceSchema, type Fields, type SdkSchema } from "./schema/sdk-schema.ts";

/** The inputs that the program gave, without what Pulumi keeps beside them. */
export function ownInputs(inputs: JsonObject): JsonObject {
  const plain = plainObject(inputs);
  return without(plain, ...Object.keys(plain).filter((key) => key.startsWith("__")));
}

/** `over` on top of `base`; objects are merged, anything else is replaced. */
export function merged(base: JsonObject, over: JsonObject): JsonObject {
  const entries = Object.entries(over).map(([key, value]): [string, Json] => {
    const under = base[key];
    return [key, isObject(value) && isObject(under) ? merged(under, value) : value];
  });
  return { ...base, ...Object.fromEntries(entries) };
}

export function filledIn(row: Row, inputs: JsonObject, config: JsonObject): JsonObject {
  const defaults =
    typeof row.defaults === "function" ? row.defaults(inputs, config) : (row.defaults ?? {});
  return merged(defaults, inputs);
}

export function physicalName(row: Row, draft: Draft, id: string): string {
  if (row.name !== undefined) return row.name(draft, id);
  const property = row.autoname?.property;
  return (property === undefined ? undefined : textAt(draft.inputs, property)) ?? id;
}

/** What of the old outputs stays when inputs that were there are gone. */
export function remaining(
  outputs: JsonObject,
  oldInputs: JsonObject,
  inputs: JsonObject,
): JsonObject {
  return without(outputs, ...Object.keys(oldInputs).filter((key) => !(key in inputs)));
}

export interface Shaper {
  readonly cloud: Cloud;
  readonly schema: SdkSchema;
  readonly type: string;
  readonly row: Row;
}

/** The outputs of a resource as the cloud shows it; `base` is what it showed before. */
export function actualOutputs(shaper: Shaper, shaped: Shaped, base: JsonObject): JsonObject {
  const { cloud, row, schema, type } = shaper;
  const common = cloud.common(shaped.inputs, shaped.config, resourceSchema(schema, type));
  return {
    ...base,
    ...shaped.inputs,
    ...common,
    ...(row.outputs?.(shaped) ?? {}),
  };
}

/** An object as a preview shows it: what nobody gives and the cloud will compute is unknown, at any depth. */
function withComputed(given: JsonObject, fields: Fields, types: SdkSchema["types"]): JsonObject {
  const entries = Object.entries(fields).flatMap(([key, { type, required }]): [string, Json][] => {
    const value = given[key];
    if (value === undefined) return required ? [[key, unknown]] : [];
    if (!isObject(value) || typeof type === "string" || !("ref" in type)) return [];
    return [[key, withComputed(value, types[type.ref] ?? {}, types)]];
  });
  return { ...given, ...Object.fromEntries(entries) };
}

/** The outputs of a new resource in a preview. */
export function plannedOutputs(shaper: Shaper, inputs: JsonObject, config: JsonObject): JsonObject {
  const { cloud, row, schema, type } = shaper;
  const declared = resourceSchema(schema, type);
  const filled = filledIn(row, inputs, config);
  const known = { ...filled, ...cloud.common(filled, config, declared) };
  return withComputed(known, declared.outputs, schema.types);
}
