import { listAt, textAt, type Json, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { Failure } from "../../../tools/plugins/kit/provider.ts";
import type { Autoname, Draft, Row } from "../kit/row.ts";

/** The project of a resource: its own, or that of the provider. */
export function projectOf({ inputs, config }: Pick<Draft, "inputs" | "config">): string {
  const project = textAt(inputs, "project") ?? textAt(config, "project");
  if (project === undefined) throw new Error("project: required field is not set");
  return project;
}

export function regionOf({ inputs, config }: Pick<Draft, "inputs" | "config">): string {
  const region = textAt(inputs, "region") ?? textAt(config, "region");
  if (region === undefined) throw new Error("region: required field is not set");
  return region;
}

export function textOf(inputs: JsonObject, key: string): string {
  return textAt(inputs, key) ?? "";
}

/** The last part of an id or self link; a plain name is one already. */
export function lastPart(reference: string): string {
  return reference.split("/").at(-1) ?? reference;
}

export function texts(value: Json | undefined, ...path: string[]): string[] {
  return listAt(value, ...path).filter((item) => typeof item === "string");
}

export function computeLink(id: string): string {
  return `https://www.googleapis.com/compute/v1/${id}`;
}

/** RFC 1035 names, as most of Google's APIs want them. */
const namePattern = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

function nameProblems(inputs: JsonObject, { property, maxLength }: Autoname): Failure[] {
  const name = textAt(inputs, property) ?? "";
  if (name.length <= maxLength && namePattern.test(name)) return [];
  return [
    {
      property,
      reason: `"${name}" must match ${namePattern.source} and have at most ${maxLength} characters`,
    },
  ];
}

export function autonamed(maxLength: number, property = "name"): Autoname {
  return { property, maxLength, lowerCase: true };
}

/**
 * Version 9 of the provider gives every resource a deletionPolicy: PREVENT refuses, ABANDON makes the program
 * forget the resource and leaves it in the cloud.
 */
function preventedBy(outputs: JsonObject): string | undefined {
  return textAt(outputs, "deletionPolicy") === "PREVENT"
    ? 'cannot destroy the resource: deletion_policy is set to "PREVENT"'
    : undefined;
}

/** What all rows of Google's provider share. */
export function gcpRow(row: Row): Row {
  const { autoname } = row;
  return {
    ...row,
    replaces: [...row.replaces, "project", ...(autoname === undefined ? [] : [autoname.property])],
    problems: (inputs) => [
      ...(autoname === undefined ? [] : nameProblems(inputs, autoname)),
      ...(row.problems?.(inputs) ?? []),
    ],
    protection: (outputs) => row.protection?.(outputs) ?? preventedBy(outputs),
    abandons: (outputs) => textAt(outputs, "deletionPolicy") === "ABANDON",
  };
}
