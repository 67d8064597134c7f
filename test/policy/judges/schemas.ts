import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

type Json = Readonly<Record<string, unknown>>;

interface Definition extends Json {
  readonly properties?: Json;
  readonly "x-kubernetes-group-version-kind"?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
}

/** What an API server tells of its kinds at /openapi/v2. */
export interface OpenApi {
  readonly definitions: Readonly<Record<string, Definition>>;
}

/** Both are written as a string or as a number, which the description of version 2 has no words for. */
const textOrNumber = [".IntOrString", ".Quantity"];

/** A definition that refuses fields which it does not have, as strict decoding does. */
function strict(name: string, definition: Definition): Json {
  if (textOrNumber.some((end) => name.endsWith(end))) {
    return { oneOf: [{ type: "string" }, { type: "number" }] };
  }
  return definition.properties === undefined
    ? definition
    : { ...definition, additionalProperties: false };
}

function referencesOf(value: unknown): string[] {
  const found = JSON.stringify(value).matchAll(/"#\/definitions\/([^"]+)"/g);
  return [...found].map(([, name = ""]) => name);
}

/** A definition and all that it is made of. */
function closure({ definitions }: OpenApi, root: string): Readonly<Record<string, Json>> {
  const found: Record<string, Json> = {};
  const waiting = [root];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const definition = definitions[name];
    if (definition === undefined || name in found) continue;
    found[name] = strict(name, definition);
    waiting.push(...referencesOf(definition));
  }
  return found;
}

/** Writes a JSON schema for each kind, at the place where kubeconform's template looks for it; returns the template. */
export function writeSchemas(folder: string, api: OpenApi): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, definition] of Object.entries(api.definitions)) {
    const [first, ...more] = definition["x-kubernetes-group-version-kind"] ?? [];
    // What has several is an option of requests, no object.
    if (first === undefined || more.length > 0) continue;
    const [group = ""] = first.group.split(".");
    const suffix = [group, first.version].filter((part) => part !== "").join("-");
    const schema = {
      $schema: "http://json-schema.org/draft-07/schema#",
      $ref: `#/definitions/${name}`,
      definitions: closure(api, name),
    };
    const file = `${first.kind.toLowerCase()}-${suffix}.json`;
    writeFileSync(join(folder, file), JSON.stringify(schema));
  }
  return join(folder, "{{ .ResourceKind }}{{ .KindSuffix }}.json");
}
