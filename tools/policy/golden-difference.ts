import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { exec } from "../exec.ts";
import { parseAs } from "../parse.ts";
import { root } from "../paths.ts";
import { knownStacks } from "./stacks.ts";

/** One resource of a golden file that is not as before. */
export interface GoldenChange {
  readonly kind: "added" | "removed" | "changed";
  /** `<type>::<name>`, or what else a golden file has. */
  readonly what: string;
  /** Of a changed one: `spec.replicas: 2 → 3`. */
  readonly fields: readonly string[];
}

export interface GoldenDifference {
  readonly stack: string;
  readonly changes: readonly GoldenChange[];
}

const Golden = Type.Object({
  resources: Type.Record(Type.String(), Type.Unknown()),
  outputs: Type.Optional(Type.Unknown()),
  edges: Type.Optional(Type.Array(Type.String())),
});

/** Longest value that is shown whole. */
const longest = 60;

function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

/** Every leaf under its path. */
function leaves(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  const entries = Object.entries(value);
  if (entries.length === 0) return [[path, value]];
  return entries.flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}

function changedFields(before: unknown, after: unknown): string[] {
  const old = new Map(leaves(before));
  const now = new Map(leaves(after));
  const paths = [...new Set([...old.keys(), ...now.keys()])];
  return paths
    .filter((path) => JSON.stringify(old.get(path)) !== JSON.stringify(now.get(path)))
    .map((path) => `${path}: ${shown(old.get(path))} → ${shown(now.get(path))}`);
}

/** All that a golden file tells, by what it is. */
function entriesOf(text: string, file: string): ReadonlyMap<string, unknown> {
  const { resources, outputs, edges = [] } = parseAs(Golden, JSON.parse(text), file);
  return new Map([
    ...Object.entries(resources),
    ...(outputs === undefined ? [] : [["outputs", outputs] as const]),
    ...edges.map((edge) => [`edge ${edge}`, true] as const),
  ]);
}

/** What is different between two texts of a golden file. */
export function changesBetween(before: string, after: string, file: string): GoldenChange[] {
  const [old, now] = [entriesOf(before, file), entriesOf(after, file)];
  const names = [...new Set([...old.keys(), ...now.keys()])].toSorted();
  return names.flatMap((what): GoldenChange[] => {
    if (!old.has(what)) return [{ kind: "added", what, fields: [] }];
    if (!now.has(what)) return [{ kind: "removed", what, fields: [] }];
    const fields = changedFields(old.get(what), now.get(what));
    return fields.length === 0 ? [] : [{ kind: "changed", what, fields }];
  });
}

const nothing = JSON.stringify({ resources: {} });

async function textAt(commit: string, file: string): Promise<string> {
  const files = await exec("git", ["ls-tree", "--name-only", commit, "--", file], { cwd: root });
  if (files.trim() === "") return nothing;
  return exec("git", ["show", `${commit}:${file}`], { cwd: root });
}

/** What the golden files of the clone have that those of a commit had not, stack by stack. */
export async function goldenDifferences(base: string): Promise<GoldenDifference[]> {
  const commit = (await exec("git", ["rev-parse", "--verify", base], { cwd: root })).trim();
  return Promise.all(
    knownStacks.map(async ({ name }) => {
      const file = `test/golden/${name}.json`;
      const now = readFileSync(join(root, file), "utf8");
      return { stack: name, changes: changesBetween(await textAt(commit, file), now, file) };
    }),
  );
}
