import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkCode } from "../../../tools/check/check-code.ts";

const eslintConfig = (rule: string): string => `
import { parser, plugin } from ${JSON.stringify(import.meta.resolve("typescript-eslint"))};
export default [{
  files: ["**/*.ts"],
  languageOptions: { parser, parserOptions: { projectService: true } },
  plugins: { "@typescript-eslint": plugin },
  rules: { "@typescript-eslint/${rule}": "error" },
}];
`;

const tsconfig = {
  compilerOptions: { target: "es2017", lib: ["es2017"], types: [], strict: true, noEmit: true },
  include: ["*.ts"],
};

const sync = "export function save(): string { return 'saved'; }\n";
const later = "export async function save(): Promise<string> { return await 'saved'; }\n";

let folder: string;
function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "check-code-")));
  mkdirSync(join(folder, "kept"));
  write({
    "package.json": '{ "type": "module" }',
    "eslint.config.js": eslintConfig("no-floating-promises"),
    "tsconfig.json": JSON.stringify(tsconfig),
    "save.ts": sync,
    "caller.ts": 'import { save } from "./save";\nsave();\n',
    "other.ts": "export const other = 1;\n",
  });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function run() {
  const { ok, report, linted } = await checkCode(folder, join(folder, "kept"));
  return { ok, report, linted: linted.map((file) => basename(file)).toSorted() };
}

const all = ["caller.ts", "other.ts", "save.ts"];

it("looks at every file the first time, and at none if nothing has changed since all passed", async () => {
  expect(await run()).toEqual({ ok: true, report: "", linted: all });
  expect(await run()).toEqual({ ok: true, report: "", linted: [] });
});

it("looks again at a file of which only a type that it uses has changed, until it is right", async () => {
  await run();
  write({ "save.ts": later });
  const wrong = await run();
  expect(wrong).toMatchObject({ ok: false, linted: ["caller.ts", "save.ts"] });
  expect(wrong.report).toMatch(/caller\.ts[^]*2:1 +error +Promises must be awaited/);
  expect(await run()).toEqual({ ...wrong, linted: ["caller.ts"] });
  write({ "save.ts": sync });
  expect(await run()).toMatchObject({ ok: true, report: "" });
});

it("reports an error of types each time, also of a file that has not changed since", async () => {
  write({ "other.ts": "export const other: string = 1;\n" });
  const error = /other\.ts\(1,14\): error TS2322: Type 'number' is not assignable to type 'string'/;
  expect(await run()).toMatchObject({ ok: false, report: expect.stringMatching(error) as string });
  const again = await run();
  expect(again).toMatchObject({ ok: false, linted: [] });
  expect(again.report).toMatch(error);
});

it("looks at every file again when the rules have changed", async () => {
  await run();
  write({ "eslint.config.js": eslintConfig("require-await"), "save.ts": later });
  expect(await run()).toMatchObject({ ok: true, linted: all });
});
