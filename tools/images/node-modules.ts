import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { exec } from "../exec.ts";
import { root } from "../paths.ts";
import { writeWhole } from "../steps.ts";
import { contentHash, filesUnder } from "./content-hash.ts";
import { imagePaths } from "./image-paths.ts";
import { lockClosure, Lockfile } from "./lock-closure.ts";

/** Files of packages that only people, type checkers and debuggers read. Licences stay. */
const unread = ["*.md", "*.markdown", "*.map", "*.d.ts", "*.d.mts", "*.d.cts"];

/** Part of the key of what is kept: change it when the folder is laid out in another way. */
const keptAs = "nested";

const installArgs = [
  "ci",
  "--omit=dev",
  "--ignore-scripts",
  "--no-bin-links",
  "--no-audit",
  "--no-fund",
  "--prefer-offline",
] as const;

const Manifest = Type.Record(Type.String(), Type.Unknown());

function closureOf(workspace: string): ReturnType<typeof lockClosure> {
  const text = readFileSync(join(root, "package-lock.json"), "utf8");
  return lockClosure(Value.Parse(Lockfile, JSON.parse(text)), workspace);
}

/** Versions that package.json sets against what packages ask for: npm compares the lock with them. */
function overrides(): unknown {
  const manifest = Value.Parse(
    Manifest,
    JSON.parse(readFileSync(join(root, "package.json"), "utf8")),
  );
  return manifest["overrides"] ?? {};
}

/** What decides the node_modules of a workspace. */
export function moduleInputs(workspace: string): string[] {
  return [
    JSON.stringify(closureOf(workspace)),
    JSON.stringify(overrides()),
    ...installArgs,
    ...unread,
    process.arch,
    keptAs,
  ];
}

/** A project of the workspace and what it links to, and nothing else of ours. */
function writeProject(folder: string, closure: ReturnType<typeof closureOf>): void {
  const workspaces = Object.keys(closure).filter((path) => !path.includes("node_modules/"));
  const project = { name: "framewright", private: true, workspaces, overrides: overrides() };
  const packages = { "": project, ...closure };
  const lock = { name: project.name, lockfileVersion: 3, packages };
  writeWhole(join(folder, "package.json"), JSON.stringify(project));
  writeWhole(join(folder, "package-lock.json"), JSON.stringify({ ...lock, requires: true }));
  cpSync(join(root, ".npmrc"), join(folder, ".npmrc"));
  for (const path of workspaces) {
    const manifest = Value.Parse(
      Manifest,
      JSON.parse(readFileSync(join(root, path, "package.json"), "utf8")),
    );
    const kept = Object.entries(manifest).filter(([key]) => key !== "devDependencies");
    writeWhole(join(folder, path, "package.json"), JSON.stringify(Object.fromEntries(kept)));
  }
}

/** Leaves only the node_modules folders: the project's own files come into an image with its sources. */
function removeProject(folder: string): void {
  for (const file of filesUnder(folder)) rmSync(join(folder, file));
  rmSync(join(folder, ".npmrc"));
}

/** Puts the production node_modules of a workspace, each in its place, under `to`, installed once per content of the lockfile. */
export async function installModules(workspace: string, to: string, log: string): Promise<void> {
  const kept = join(imagePaths.modules, contentHash(moduleInputs(workspace)));
  if (!existsSync(kept)) {
    const work = `${kept}.part`;
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work, { recursive: true });
    writeProject(work, closureOf(workspace));
    await exec("npm", installArgs, { cwd: work, log });
    const names = unread.flatMap((pattern) => ["-o", "-name", pattern]).slice(1);
    await exec("find", [work, "-type", "f", "(", ...names, ")", "-delete"]);
    removeProject(work);
    renameSync(work, kept);
  }
  // Links in there are relative (../../contracts) and stay so: they point into /app of the image.
  await exec("cp", ["--archive", kept, to]);
}
