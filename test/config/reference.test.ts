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
import { eksEntries, gkeEntries } from "./support.ts";

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
  const properties = node?.properties ?? schemaNode(node?.items)?.properties;
  return Object.entries(properties ?? {}).reduce<string[]>(
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

/** Takes the commented lines of a section in, one level. */
function takenIn(sample: string, key: string): string {
  const lines = sample.split("\n");
  const from = lines.indexOf(`  # framewright:${key}:`);
  const length = lines.slice(from + 1).findIndex((line) => !line.startsWith("  #   "));
  const block = lines.slice(from, from + 1 + length).map((line) => line.replace("  # ", "  "));
  return ["config:", ...block].join("\n");
}

test.each([
  ["gke", gkeEntries.gke, ["project", "region", "zones"]],
  ["eks", eksEntries.eks, ["accountId", "region", "zones"]],
] as const)(
  "section %s of the sample can be taken in, and states the defaults",
  (key, entries, required) => {
    const text = takenIn(renderSample(ConfigSchema, "framewright"), key);
    const sample = parse(text) as { config: Record<string, unknown> };
    const blank = Object.fromEntries(required.map((name) => [name, null]));
    const listed = key === "gke" ? { authorizedNetworks: [] } : { publicAccessCidrs: [] };
    const complete = Value.Default(ConfigSchema, { [key]: structuredClone(entries) }) as Record<
      string,
      object
    >;
    expect(sample.config).toEqual({
      [`framewright:${key}`]: { ...complete[key], ...listed, ...blank },
    });
  },
);

test("a list of objects shows one of them, commented out, with its choices", () => {
  const sample = renderSample(ConfigSchema, "framewright");
  const lines = sample.slice(sample.indexOf("    # pools:")).split("\n");
  expect(lines.slice(0, 10).map((line) => line.trimEnd())).toEqual([
    "    # pools:",
    "    #   - # Name of the pool; renaming replaces its nodes; must be set",
    "    #     name:",
    "    #     # GPU of each node; config/gpu-catalogue.ts lists what it can do; one of a100, v100, t4, l4, a10g; must be set",
    "    #     gpu:",
    "    #     # Machine type; unset means the smallest one of the catalogue; unset by default",
    "    #     # machine:",
    "    #     # Pods that share one GPU; 1 means no sharing; 1 to 48",
    "    #     slicesPerGpu: 1",
    "    #     # Whether nodes are spot capacity: cheaper, and the cloud may take them back",
  ]);
});
