import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ESLint } from "eslint";
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import type ts from "typescript";
import { affectedFiles, configOf, typedProgram, typeErrors } from "./typed-program.ts";

const State = Type.Object({
  settings: Type.String({ description: "Hash of what decides about every file" }),
  passed: Type.String({ description: "Hash of everything, if nothing was wrong with it" }),
  failed: Type.Array(Type.String({ description: "A file that ESLint had something to say of" })),
});
type State = Static<typeof State>;

const nothing: State = { settings: "", passed: "", failed: [] };

export interface CodeOutcome {
  readonly ok: boolean;
  readonly report: string;
  /** Files that ESLint looked at. */
  readonly linted: readonly string[];
}

function hashOf(files: readonly string[]): string {
  const hash = createHash("sha256").update(process.version);
  for (const file of files) hash.update(file).update(existsSync(file) ? readFileSync(file) : "");
  return hash.digest("hex");
}

function readState(file: string): State {
  if (!existsSync(file)) return nothing;
  const state: unknown = JSON.parse(readFileSync(file, "utf8"));
  return Value.Check(State, state) ? state : nothing;
}

async function lint(folder: string, program: ts.Program, files: readonly string[]) {
  const parserOptions = { projectService: false, programs: [program] };
  const eslint = new ESLint({
    cwd: folder,
    warnIgnored: false,
    overrideConfig: { languageOptions: { parserOptions } },
  });
  const results = files.length === 0 ? [] : await eslint.lintFiles([...files]);
  const formatter = await eslint.loadFormatter("stylish");
  return {
    report: await formatter.format(results),
    failed: results.filter(({ messages }) => messages.length > 0).map(({ filePath }) => filePath),
  };
}

/**
 * tsc and ESLint over one program: what the one finds out about a type, the other need not find out again. What it
 * keeps in the folder `kept` is right for ESLint's rules about types too: a file is looked at again when a type that it
 * sees has changed, even if the file has not.
 */
export async function checkCode(folder: string, kept: string): Promise<CodeOutcome> {
  mkdirSync(kept, { recursive: true });
  const stateFile = join(kept, "code.json");
  const buildInfo = join(kept, "code.tsbuildinfo");
  const config = configOf(folder);
  const before = readState(stateFile);

  const settingFiles = ["eslint.config.js", "tsconfig.json", "node_modules/.package-lock.json"];
  const settings = hashOf(settingFiles.map((file) => join(folder, file)));
  const everything = settings + hashOf(config.fileNames);
  if (before.passed === everything) return { ok: true, report: "", linted: [] };
  if (before.settings !== settings) rmSync(buildInfo, { force: true });

  const program = typedProgram(config, buildInfo);
  const affected = affectedFiles(program);
  const types = typeErrors(program, folder);
  const linted = config.fileNames.filter(
    (name) => affected.has(name) || before.failed.includes(name),
  );
  const { report, failed } = await lint(folder, program.getProgram(), linted);

  const ok = types === "" && failed.length === 0;
  // Both at the end, in this order: a run that was stopped must not pass for one that has looked at its files.
  writeFileSync(stateFile, JSON.stringify({ settings, failed, passed: ok ? everything : "" }));
  program.emit();
  return { ok, report: types + report, linted };
}
