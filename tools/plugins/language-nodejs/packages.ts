import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { isObject, objectAt, parseJson, textAt, type JsonObject } from "../kit/json.ts";

export interface InstalledPackage {
  name: string;
  version: string;
  manifest: JsonObject;
  directory: string;
}

export interface RequiredPlugin {
  name: string;
  version: string;
  server: string;
}

function readManifest(directory: string): JsonObject | undefined {
  const file = path.join(directory, "package.json");
  if (!existsSync(file)) return undefined;
  const manifest = parseJson(readFileSync(file, "utf8"));
  return isObject(manifest) ? manifest : undefined;
}

/** A folder and all above it, the order in which Node looks for node_modules. */
function upwards(directory: string): string[] {
  const parent = path.dirname(directory);
  return parent === directory ? [directory] : [directory, ...upwards(parent)];
}

function findPackage(name: string, from: string): InstalledPackage | undefined {
  for (const folder of upwards(from)) {
    const directory = path.join(folder, "node_modules", name);
    const manifest = readManifest(directory);
    if (manifest !== undefined) {
      return { name, version: textAt(manifest, "version") ?? "", manifest, directory };
    }
  }
  return undefined;
}

function dependencyNames(manifest: JsonObject, sections: readonly string[]): string[] {
  return sections.flatMap((section) => Object.keys(objectAt(manifest, section) ?? {}));
}

/** The packages a program has installed: those it names itself, then, if asked, all that they need. */
export function installedPackages(
  programDirectory: string,
  transitive: boolean,
): InstalledPackage[] {
  const own = upwards(programDirectory).find((folder) => readManifest(folder) !== undefined);
  const manifest = own === undefined ? undefined : readManifest(own);
  if (own === undefined || manifest === undefined) return [];
  const found = new Map<string, InstalledPackage>();
  const visit = (names: readonly string[], from: string): void => {
    for (const name of names) {
      const installed = findPackage(name, from);
      if (installed === undefined || found.has(installed.directory)) continue;
      found.set(installed.directory, installed);
      const sections = ["dependencies", "peerDependencies"];
      if (transitive) visit(dependencyNames(installed.manifest, sections), installed.directory);
    }
  };
  visit(dependencyNames(manifest, ["dependencies", "devDependencies"]), own);
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** The provider plugin that an SDK package declares in its package.json. */
function pluginOf(installed: InstalledPackage): RequiredPlugin | undefined {
  const declared = objectAt(installed.manifest, "pulumi");
  if (declared?.["resource"] !== true) return undefined;
  return {
    name: textAt(declared, "name") ?? installed.name.replace(/^@(pulumi\/)?/, ""),
    version: textAt(declared, "version") ?? installed.version,
    server: textAt(declared, "server") ?? "",
  };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether the engine would find a plugin without a download: on PATH or among the installed ones. */
function isPresent(plugin: RequiredPlugin, env: NodeJS.ProcessEnv): boolean {
  const binary = `pulumi-resource-${plugin.name}`;
  const onPath = (env["PATH"] ?? "")
    .split(path.delimiter)
    .some((folder) => folder !== "" && isExecutable(path.join(folder, binary)));
  const home = env["PULUMI_HOME"] ?? path.join(os.homedir(), ".pulumi");
  const installed = path.join(home, "plugins", `resource-${plugin.name}-v${plugin.version}`);
  return onPath || existsSync(installed);
}

/**
 * The plugins a program needs before it runs. One that is not present is left out: naming it would make the engine
 * download it although the program may never use it. If it does, the engine asks for it then, as for any other.
 */
export function requiredPlugins(
  programDirectory: string,
  env: NodeJS.ProcessEnv,
): RequiredPlugin[] {
  return installedPackages(programDirectory, true)
    .flatMap((installed) => pluginOf(installed) ?? [])
    .filter((plugin) => isPresent(plugin, env));
}
