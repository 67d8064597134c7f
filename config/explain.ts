import type { TSchema } from "typebox";
import { Settings } from "typebox/system";
import { Value } from "typebox/value";
import { nearest } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import { describe, isRecord, schemaAt, type SchemaNode } from "./schema-tree.ts";

type Fault = ReturnType<typeof Value.Errors>[number];

function keysOf(pointer: string): string[] {
  return pointer.split("/").slice(1);
}

/** `/workers/cpu/tiers/0` → `workers.cpu.tiers[0]`. */
function pathOf(keys: readonly string[]): string {
  return keys
    .map((key) => (/^[0-9]+$/.test(key) ? `[${key}]` : `.${key}`))
    .join("")
    .replace(/^\./, "");
}

function valueAt(root: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((node, key) => {
    if (Array.isArray(node)) return node[Number(key)];
    return isRecord(node) ? node[key] : undefined;
  }, root);
}

function unknownKey(schema: TSchema, keys: readonly string[], key: string): Problem {
  const known = Object.keys(schemaAt(schema, keys)?.properties ?? {});
  const meant = nearest(key, known);
  return {
    path: pathOf([...keys, key]),
    problem: "is not a key that exists",
    remedy:
      meant === undefined
        ? `use one of ${known.join(", ")}`
        : `did you mean "${meant}"? If not, remove it`,
  };
}

function missingKey(schema: TSchema, keys: readonly string[], key: string): Problem {
  return {
    path: pathOf([...keys, key]),
    problem: "is missing",
    remedy: `set it: ${describe(schemaAt(schema, [...keys, key]))}`,
  };
}

function limitOf({ params }: Fault): string {
  return "limit" in params ? String(params.limit) : "";
}

/** What a value must be, by the schema keyword that refused it. */
const demands: Partial<Record<Fault["keyword"], (fault: Fault) => string>> = {
  type: ({ params }) => `must be of type ${"type" in params ? String(params.type) : "declared"}`,
  minimum: (fault) => `must be at least ${limitOf(fault)}`,
  maximum: (fault) => `must be at most ${limitOf(fault)}`,
  minItems: (fault) =>
    limitOf(fault) === "1" ? "must not be empty" : `must have at least ${limitOf(fault)} entries`,
  maxItems: (fault) => `must have at most ${limitOf(fault)} entries`,
  minLength: () => "must not be empty",
  uniqueItems: () => "must not repeat an entry",
  pattern: () => "is not written as expected",
};

function remedyFor(fault: Fault, value: unknown, node: SchemaNode | undefined): string {
  const unquoted = fault.keyword === "type" && node?.type === "string" && typeof value === "number";
  return unquoted ? `write "${value}" in quotes; ${describe(node)}` : describe(node);
}

function explainOne(schema: TSchema, root: unknown, fault: Fault): Problem[] {
  const keys = keysOf(fault.instancePath);
  if (fault.keyword === "additionalProperties") {
    return fault.params.additionalProperties.map((key) => unknownKey(schema, keys, key));
  }
  if (fault.keyword === "required") {
    return fault.params.requiredProperties.map((key) => missingKey(schema, keys, key));
  }
  const value = valueAt(root, keys);
  const node = schemaAt(schema, keys);
  const options = node?.options ?? [];
  const demand = demands[fault.keyword]?.(fault) ?? fault.message;
  const seen = `(it is ${JSON.stringify(value)})`;
  return [
    {
      path: pathOf(keys),
      problem:
        fault.keyword === "enum"
          ? `must be one of ${options.join(", ")} ${seen}`
          : `${demand} ${seen}`,
      remedy: remedyFor(fault, value, node),
    },
  ];
}

/** Faults that only restate another one: the inside of an unknown key. */
function restates(fault: Fault): boolean {
  return fault.keyword === "boolean";
}

/** All of them: TypeBox stops at eight by default. */
function allErrors(schema: TSchema, root: unknown): Fault[] {
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: 1000 });
  try {
    return Value.Errors(schema, root);
  } finally {
    Settings.Set({ maxErrors });
  }
}

/** What a value has wrong against the schema, in the user's words. */
export function explain(schema: TSchema, root: unknown): Problem[] {
  return allErrors(schema, root)
    .filter((fault) => !restates(fault))
    .flatMap((fault) => explainOne(schema, root, fault));
}
