import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = join(import.meta.dirname, "../../..");

const Report = Type.Object({
  diagnostics: Type.Array(Type.Object({ code: Type.String(), filename: Type.String() })),
});

interface Case {
  readonly code: string;
  readonly file?: string;
  /** Of the linter, or the number of an error of tsc. Nothing is found where it is left out. */
  readonly rule?: string;
}

const onLines = (count: number): string => `export const all = [\n${"  1,\n".repeat(count)}];\n`;
const usesEnvironment = 'export const a = process.env["A"];';
const asksTheCloud =
  'export function f(cloud: string): number {\n  switch (cloud) {\n    case "gke":\n      return 1;\n    default:\n      return 2;\n  }\n}\n';
const startsProcess = 'import { spawn } from "node:child_process";\nexport const start = spawn;';
const readsConfig =
  'import * as pulumi from "@pulumi/pulumi";\nexport const config = new pulumi.Config();';

const cases: Readonly<Record<string, Case>> = {
  "a type error": {
    code: 'export const a: number = "text";',
    rule: "TS2322",
  },
  "an expected error that is none": {
    code: "// @ts-expect-error because of nothing at all\nexport const a = 1;",
    rule: "TS2578",
  },
  "a promise that nobody waits for": {
    code: "export function f(work: () => Promise<void>): void {\n  work();\n}",
    rule: "typescript(no-floating-promises)",
  },
  "a promise where none is expected": {
    code: "export function f(work: () => Promise<void>): void {\n  [1].forEach(async () => {\n    await work();\n  });\n}",
    rule: "typescript(no-misused-promises)",
  },
  "a value in a text that may be undefined": {
    code: "export const f = (name?: string): string => `${name}`;",
    rule: "typescript(restrict-template-expressions)",
  },
  "an object made into text": {
    code: "export const f = (value: { a: number }): string => String(value);",
    rule: "typescript(no-base-to-string)",
  },
  "a switch without a case": {
    code: 'export function f(kind: "a" | "b"): number {\n  switch (kind) {\n    case "a":\n      return 1;\n  }\n  return 2;\n}',
    rule: "typescript(switch-exhaustiveness-check)",
  },
  "a type assertion": {
    code: "export const f = (value: unknown): string => value as string;",
    rule: "typescript(consistent-type-assertions)",
  },
  "a non-null assertion": {
    code: "export const f = (value?: string): string => value!;",
    rule: "typescript(no-non-null-assertion)",
  },
  "an any": {
    code: "export const f = (value: any): boolean => value === 1;",
    rule: "typescript(no-explicit-any)",
  },
  "an any that is returned": {
    code: 'export const f = (): number => JSON.parse("1");',
    rule: "typescript(no-unsafe-return)",
  },
  "an any that is assigned": {
    code: 'export const a: number = JSON.parse("1");',
    rule: "typescript(no-unsafe-assignment)",
  },
  "an any that is handed over": {
    code: 'export const f = (g: (a: number) => void): void => {\n  g(JSON.parse("1"));\n};',
    rule: "typescript(no-unsafe-argument)",
  },
  "a condition that is always true": {
    code: "export const f = (a: string): number => (a === undefined ? 1 : 2);",
    rule: "typescript(no-unnecessary-condition)",
  },
  "a thrown text": {
    code: 'export function f(): never {\n  throw "text";\n}',
    rule: "typescript(only-throw-error)",
  },
  "an unused variable, whatever its name": {
    code: "export function f(): void {\n  const _a = 1;\n}",
    rule: "eslint(no-unused-vars)",
  },
  "a loose comparison": {
    code: "export const f = (a: number, b: number): boolean => a == b;",
    rule: "eslint(eqeqeq)",
  },
  "a changed parameter": {
    code: "export function f(a: number): number {\n  a += 1;\n  return a;\n}",
    rule: "eslint(no-param-reassign)",
  },
  "a fifth parameter": {
    code: "export const f = (a: 1, b: 1, c: 1, d: 1, e: 1): unknown => [a, b, c, d, e];",
    rule: "eslint(max-params)",
  },
  "a long file": { code: onLines(300), rule: "eslint(max-lines)" },
  "a long function": {
    code: `export function f(): unknown {\n  ${onLines(60).replace("export ", "")}\n  return all;\n}`,
    rule: "eslint(max-lines-per-function)",
  },
  "the environment in a program": { code: usesEnvironment, rule: "one-place(environment)" },
  "the environment in env.ts": { code: usesEnvironment, file: "api/env.ts" },
  "the environment, imported": {
    code: 'import { env } from "node:process";\nexport const a = env["A"];',
    rule: "one-place(environment)",
  },
  "stack config in a component": { code: readsConfig, rule: "one-place(stack-config)" },
  "stack config in config/load.ts": { code: readsConfig, file: "config/load.ts" },
  "a switch on the cloud": { code: asksTheCloud, rule: "one-place(cloud)" },
  "the switch on the cloud": { code: asksTheCloud, file: "infra/index.ts" },
  "a process started by the API": {
    code: startsProcess,
    file: "api/start.ts",
    rule: "eslint(no-restricted-imports)",
  },
  "the one place for media processes": {
    code: startsProcess,
    file: "worker/src/media/ffmpeg.ts",
  },
};

const fileOf = (name: string): string =>
  cases[name]?.file ?? `tools/${name.replaceAll(/\W+/g, "-")}.ts`;

/** Of tsc. */
const typeError = /^(.+)\(\d+,\d+\): error (TS\d+):/gm;

/** The rules that were broken, by file. */
const found = new Map<string, string[]>();

function note(file: string, rule: string): void {
  found.set(file, [...(found.get(file) ?? []), rule]);
}

const folder = mkdtempSync(join(tmpdir(), "lint-"));

beforeAll(() => {
  for (const name of [".oxlintrc.json", "tsconfig.json", "package.json", "tools/lint"]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [name, { code }] of Object.entries(cases)) {
    mkdirSync(dirname(join(folder, fileOf(name))), { recursive: true });
    writeFileSync(join(folder, fileOf(name)), code);
  }
  const folders = ["api", "config", "infra", "tools", "worker"];
  const options = { cwd: folder, encoding: "utf8" } as const;
  const linter = spawnSync("oxlint", ["--format", "json", ...folders], options);
  for (const { filename, code } of Value.Parse(Report, JSON.parse(linter.stdout)).diagnostics) {
    note(filename, code);
  }
  const types = spawnSync("node_modules/typescript-native/bin/tsc", ["--pretty", "false"], options);
  for (const [, file = "", code = ""] of types.stdout.matchAll(typeError)) note(file, code);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

it.each(Object.entries(cases))("%s", (name, { rule }) => {
  expect(found.get(fileOf(name)) ?? []).toEqual(rule === undefined ? [] : [rule]);
});
