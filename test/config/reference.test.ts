import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Value } from "typebox/value";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { renderReference, renderSample } from "../../config/reference.ts";
import { schemaNode } from "../../config/schema-tree.ts";
import { ConfigSchema } from "../../config/schema.ts";
import { readEntries } from "../../config/load.ts";
import { stackEntries } from "../support/stack.ts";

const root = join(import.meta.dirname, "../..");

test("docs/configuration.md is what the schema renders (else: npm run golden:update)", () => {
  const committed = readFileSync(join(root, "docs/configuration.md"), "utf8");
  expect(committed).toBe(renderReference(ConfigSchema, "framewright"));
});

test("the sample stack file states exactly the defaults", () => {
  const sample = parse(renderSample(ConfigSchema, "framewright")) as {
    config: Record<string, unknown>;
  };
  const named = Object.fromEntries(
    Object.entries(sample.config).map(([key, value]) => [key.replace("framewright:", ""), value]),
  );
  expect(named).toEqual(Value.Default(ConfigSchema, {}));
});

function leavesWithoutDescription(schema: unknown, path: string): string[] {
  const node = schemaNode(schema);
  const here = node?.description === undefined && path !== "" ? [path] : [];
  return Object.entries(node?.properties ?? {}).reduce<string[]>(
    (found, [key, child]) => [...found, ...leavesWithoutDescription(child, `${path}.${key}`)],
    here,
  );
}

test("every key of the schema has a description", () => {
  expect(leavesWithoutDescription(ConfigSchema, "")).toEqual([]);
});

test("Pulumi.yaml declares exactly the scalar keys, as the schema describes them", () => {
  const project = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { config: unknown };
  const scalars = Object.entries(ConfigSchema.properties)
    .map(([key, property]) => [key, schemaNode(property)] as const)
    .filter(([, node]) => node?.properties === undefined)
    .map(([key, node]) => [
      `framewright:${key}`,
      {
        type: node?.type ?? "string",
        default: node?.default,
        description: node?.description,
      },
    ]);
  expect(project.config).toEqual(Object.fromEntries(scalars));
});

test("Pulumi.local.yaml holds only keys that exist", () => {
  const entries = readEntries("framewright", stackEntries("Pulumi.local.yaml"));
  expect(Value.Errors(ConfigSchema, Value.Default(ConfigSchema, entries))).toEqual([]);
});
