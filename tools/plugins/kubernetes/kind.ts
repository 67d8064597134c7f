import type { Subject } from "../kit/provider.ts";
import { lacking } from "../kit/errors.ts";
import { textAt, type JsonObject } from "../kit/json.ts";

export interface ResourceType {
  apiVersion: string;
  kind: string;
  /** A *Patch resource: it owns some fields of an object that something else created. */
  patch: boolean;
}

/** Modules that are no kinds of the API but programs of the official provider. */
const programModules = /^(helm\.sh|kustomize|yaml)(\/|$)/;

/**
 * Takes a type such as "kubernetes:apps/v1:DeploymentPatch" apart. The inputs' own kind tells a Patch resource from a
 * kind whose name happens to end so; without inputs (import, get) the name alone has to.
 */
export function resourceType(subject: Subject, inputs: JsonObject, official: string): ResourceType {
  const [, module = "", name = ""] = subject.type.split(":");
  if (programModules.test(module)) throw lacking(`the resource ${subject.type}`, official);
  const apiVersion = module.replace(/^core\//, "");
  const kind = textAt(inputs, "kind");
  const patch = name.endsWith("Patch") && kind !== name && name.length > "Patch".length;
  const ofName = patch ? name.slice(0, -"Patch".length) : name;
  return { apiVersion: textAt(inputs, "apiVersion") ?? apiVersion, kind: kind ?? ofName, patch };
}
