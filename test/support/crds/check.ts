import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Type, type TSchema } from "typebox";
import { Errors } from "typebox/schema";
import { parseAs } from "../../../tools/parse.ts";

const File = Type.Object({ schemas: Type.Record(Type.String(), Type.Unknown()) });

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Refuses fields that the schema does not name, as the API server does for who asks it to (`fieldValidation=Strict`). */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (!isObject(value)) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, closed(one)]));
  const isClosed =
    isObject(value["properties"]) && value["x-kubernetes-preserve-unknown-fields"] !== true;
  return isClosed ? { additionalProperties: false, ...inner } : inner;
}

/** An object of the Kubernetes API. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** Schemas by `<group>/<version> <kind>`, as record.ts wrote them. */
function recordedSchemas(name: string): Readonly<Record<string, unknown>> {
  const text = readFileSync(join(import.meta.dirname, `${name}.json`), "utf8");
  return parseAs(File, JSON.parse(text), name).schemas;
}

/**
 * What the recorded schema of its kind says against an object. Metadata are Kubernetes' own and are not compared, and what a definition says in CEL
 * (`x-kubernetes-validations`) is left to a real API server.
 */
export function schemaProblems(name: string, object: KubernetesObject): string[] {
  const key = `${object.apiVersion} ${object.kind}`;
  const schema = recordedSchemas(name)[key];
  if (schema === undefined) return [`${name} has no ${key}`];
  const [, errors] = Errors(closed(schema) as TSchema, { ...object, metadata: {} });
  return errors.map(({ instancePath, message }) => `${instancePath} ${message}`);
}
