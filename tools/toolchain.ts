import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { basename, join } from "node:path";
import { exec } from "./exec.ts";
import { modules, versions, type GoModule } from "./go-modules.ts";
import type { Part } from "./parts.ts";
import { binFolder, builtFolder, logFolder, pulumiHome, root } from "./paths.ts";
import { hashOf } from "./steps.ts";

export type ModuleName = keyof typeof modules;

function isModule(name: string): name is ModuleName {
  return Object.hasOwn(modules, name);
}

/** The modules that only these parts need. */
export function modulesOf(parts: readonly Part[]): ModuleName[] {
  return Object.keys(modules)
    .filter(isModule)
    .filter((name) => {
      const { part }: GoModule = modules[name];
      return part !== undefined && parts.includes(part);
    });
}

const env = { CGO_ENABLED: "0", GOFLAGS: "-buildvcs=false", GOTOOLCHAIN: "auto" };

function moduleFolder(module: GoModule): string {
  return join(root, "tools/go", module.folder);
}

function versionsOf(module: GoModule): Readonly<Record<string, string>> {
  return { ...versions, ...module.versions?.() };
}

function outputFolder(module: GoModule): string {
  const read = (file: string): string => readFileSync(join(moduleFolder(module), file), "utf8");
  const key = hashOf(
    read("go.mod"),
    read("go.sum"),
    JSON.stringify(versionsOf(module)),
    JSON.stringify(module.binaries),
    process.arch,
    ...(module.notInlined === undefined ? [] : [module.notInlined]),
    ...(module.tags ?? []),
    ...(module.beside === undefined ? [] : [module.beside.folder, module.beside.madeBy]),
  );
  return join(builtFolder, key);
}

/** Where a Go module that one of ours needs is unpacked. */
async function unpackedModule(name: string, cwd: string): Promise<string> {
  await exec("go", ["mod", "download", name], { cwd, env });
  return (await exec("go", ["list", "-m", "-f", "{{.Dir}}", name], { cwd, env })).trim();
}

/** The folder in which a module's command is built, under the versions that the module pins. */
async function commandFolder(
  module: GoModule,
  { module: name, make }: NonNullable<GoModule["command"]>,
  folder: string,
): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of ["go.mod", "go.sum"]) {
    cpSync(join(moduleFolder(module), file), join(folder, file));
  }
  make(await unpackedModule(name, folder), folder);
  return folder;
}

/** Go names a program after the last part of its package, which several packages may have in common. */
function nameBinaries({ binaries }: GoModule, folder: string): void {
  for (const [name, path] of Object.entries(binaries)) {
    const built = join(folder, basename(path.replace(/\/v\d+$/, "")));
    if (path !== "." && !existsSync(join(folder, name))) renameSync(built, join(folder, name));
  }
}

async function buildModule(module: GoModule, folder: string, log: string): Promise<void> {
  const { command, crds, beside } = module;
  const source = `${folder}.source`;
  const cwd =
    command === undefined ? moduleFolder(module) : await commandFolder(module, command, source);
  const flags = Object.entries(versionsOf(module)).map(([name, value]) => `-X ${name}=${value}`);
  const part = `${folder}.part`;
  mkdirSync(part, { recursive: true });
  const ldflags = ["-s -w", ...flags].join(" ");
  const args = ["build", "-mod=readonly", "-trimpath", "-ldflags", ldflags, "-o", `${part}/`];
  if (module.tags !== undefined) args.push(`-tags=${module.tags.join(",")}`);
  if (module.notInlined !== undefined) args.push(`-gcflags=${module.notInlined}=-l`);
  // One call for all, so that they link side by side.
  await exec("go", [...args, ...Object.values(module.binaries)], { cwd, env, log });
  nameBinaries(module, part);
  if (crds !== undefined) {
    const from = join(await unpackedModule(crds.module, cwd), crds.folder);
    cpSync(from, join(part, "crds"), { recursive: true });
  }
  if (beside !== undefined) {
    const from = await unpackedModule(beside.module, cwd);
    await beside.make(from, join(part, beside.folder), `${log}.beside`);
  }
  rmSync(source, { recursive: true, force: true });
  renameSync(part, folder);
}

async function requireGo(): Promise<void> {
  try {
    await exec("go", ["version"]);
  } catch {
    throw new Error(
      "Go is not on PATH. The Kubernetes binaries are built from Go modules: install Go 1.26 or later.",
    );
  }
}

/**
 * Builds what is missing of a module into the cache and links it into the clone. True when it built.
 *
 * @param beforeBuild told before something is built, which takes minutes
 */
export async function buildTools(
  name: ModuleName,
  beforeBuild: () => void = () => undefined,
): Promise<boolean> {
  const module: GoModule = modules[name];
  const folder = outputFolder(module);
  const missing = !existsSync(folder);
  if (missing) {
    await requireGo();
    beforeBuild();
    await buildModule(module, folder, join(logFolder, `build-${name}.log`));
  }
  const links = join(binFolder, module.linkedIn ?? "");
  mkdirSync(links, { recursive: true });
  for (const binary of Object.keys(module.binaries)) {
    const link = join(links, binary);
    rmSync(link, { force: true });
    symlinkSync(join(folder, binary), link);
  }
  return missing;
}

/** The version of a `pulumi` that the machine already has, when it fits this program. */
export async function pulumiOnPath(): Promise<string | undefined> {
  // Otherwise the question alone would make a folder in the user's home.
  const env = { PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" };
  try {
    const [, minor] = /^v3\.(\d+)\./.exec(await exec("pulumi", ["version"], { env })) ?? [];
    return minor !== undefined && Number(minor) >= 250 ? `3.${minor}` : undefined;
  } catch {
    return undefined;
  }
}

/** Calico's custom resource definitions, as its Go module ships them. */
export const calicoCrdFolder = join(outputFolder(modules.calico), "crds");
