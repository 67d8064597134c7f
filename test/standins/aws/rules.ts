import {
  isObject,
  objectAt,
  parseJson,
  textAt,
  type JsonObject,
} from "../../../tools/plugins/kit/json.ts";
import type { Failure } from "../../../tools/plugins/kit/provider.ts";

/** What the provider checks before it asks AWS, shared by several resource types. */

export function failure(property: string, reason: string): Failure {
  return { property, reason };
}

/** A property that is set and does not match. */
export function mismatch(
  inputs: JsonObject,
  property: string,
  rule: { pattern: RegExp; reason: string },
): Failure[] {
  const value = textAt(inputs, property);
  if (value === undefined || rule.pattern.test(value)) return [];
  return [failure(property, `"${value}" ${rule.reason}`)];
}

export function jsonProblems(inputs: JsonObject, property: string, maxLength: number): Failure[] {
  const text = textAt(inputs, property);
  if (text === undefined) return [];
  try {
    if (!isObject(parseJson(text))) return [failure(property, "is not a JSON object")];
  } catch (error) {
    return [failure(property, `contains an invalid JSON: ${String(error)}`)];
  }
  const length = text.replaceAll(/\s/g, "").length;
  if (length <= maxLength) return [];
  return [failure(property, `has ${length} characters, ${maxLength} are allowed`)];
}

/** General limits of AWS's tags; IAM's and EKS's are the same. */
const maxTags = 50;
const tagCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

function tagProblem(key: string, value: string): string | undefined {
  if (key.length < 1 || key.length > 128) return "keys have 1 to 128 characters";
  if (value.length > 256) return "values have up to 256 characters";
  if (key.startsWith("aws:")) return "keys must not begin with aws:";
  if (tagCharacters.test(key) && tagCharacters.test(value)) return undefined;
  return "keys and values take letters, digits, spaces and _.:/=+-@ alone";
}

export function tagProblems(inputs: JsonObject): Failure[] {
  const tags = Object.entries(objectAt(inputs, "tags") ?? {});
  const many =
    tags.length > maxTags ? [failure("tags", `${tags.length} tags, 50 are allowed`)] : [];
  const wrong = tags.flatMap(([key, value]) => {
    const reason = typeof value === "string" ? tagProblem(key, value) : undefined;
    return reason === undefined ? [] : [failure(`tags["${key}"]`, reason)];
  });
  return [...many, ...wrong];
}

/** Inputs that leave a part of a name to the cloud; node groups alone have theirs here. */
const prefixes = ["namePrefix", "bucketPrefix", "identifierPrefix"];

export function prefixProblems(inputs: JsonObject): Failure[] {
  return prefixes
    .filter((prefix) => inputs[prefix] !== undefined)
    .map((prefix) => failure(prefix, "the stand-in for aws lacks it"));
}
