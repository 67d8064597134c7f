import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { schemaAt } from "../../config/schema-tree.ts";
import { ConfigSchema } from "../../config/schema.ts";
import { renderSeeds, seedRows } from "./seeds/render.ts";
import type { SeedRow, Shown } from "./seeds/row.ts";

const root = join(import.meta.dirname, "../..");

interface Golden {
  readonly resources: Readonly<Record<string, unknown>>;
}

function goldenOf(name: string): Golden {
  return JSON.parse(readFileSync(join(import.meta.dirname, `${name}.json`), "utf8")) as Golden;
}

const goldens = new Map(seedRows.map(({ shown }) => [shown.golden, goldenOf(shown.golden)]));

function keysOf(path: string): string[] {
  return [...path.matchAll(/\[([^\]]+)\]|([^.]+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );
}

/** What the golden file has at a place. */
function valueAt({ golden, resource, path }: Shown): unknown {
  return keysOf(path).reduce<unknown>(
    (node, key) => (typeof node === "object" && node !== null ? Reflect.get(node, key) : undefined),
    goldens.get(golden)?.resources[resource],
  );
}

/** A list has the value as an entry, a text as a part; everything else is it. */
function shows(seen: unknown, value: unknown): void {
  if (Array.isArray(seen)) expect(seen).toContainEqual(value);
  else if (typeof seen === "string" && typeof value === "string" && seen.includes("\n"))
    expect(seen).toContain(value);
  else expect(seen).toEqual(value);
}

test.each(seedRows)("$seed: $figure", ({ shown }: SeedRow) => {
  expect(valueAt(shown)).toBeDefined();
  shows(valueAt(shown), shown.value);
});

test("every source is a key of the schema or a file of the program", () => {
  const unknown = seedRows.filter(({ source }) =>
    source.includes("/")
      ? !existsSync(join(root, source))
      : schemaAt(ConfigSchema, source.split(".")) === undefined,
  );
  expect(unknown.map(({ source }) => source)).toEqual([]);
});

test("no figure is stated twice", () => {
  const figures = seedRows.map(({ seed, figure }) => `${seed} ${figure}`);
  expect(figures.filter((figure, index) => figures.indexOf(figure) !== index)).toEqual([]);
});

test("docs/seeds.md is what the table renders (else: npm run golden:update)", () => {
  expect(readFileSync(join(root, "docs/seeds.md"), "utf8")).toBe(renderSeeds());
});
