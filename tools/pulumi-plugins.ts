import { lookup } from "node:dns/promises";
import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { binFolder, pulumiHome, root } from "./paths.ts";
import { installedVersion } from "./plugins/kit/version.ts";
import { pulumi } from "./stack.ts";

export interface Plugin {
  readonly kind: "resource" | "language";
  readonly name: string;
  /** Of the SDK that the program uses. */
  readonly version: string;
  /** The executable, where the plugin is not downloaded. */
  readonly program: string;
}

/** A plugin of which a folder has the executable. */
export function pluginOf(kind: Plugin["kind"], name: string, folder: string): Plugin {
  const version = installedVersion(`@pulumi/${kind === "language" ? "pulumi" : name}`);
  return { kind, name, version, program: join(folder, `pulumi-${kind}-${name}`) };
}

/** What the program needs on a cluster that is there. */
export function programPlugins(binaries: string): readonly Plugin[] {
  const standIns = join(root, "tools/plugins/bin");
  return [
    // In a folder of its own: the engine warns of plugins on PATH.
    pluginOf("resource", "kubernetes", join(binaries, "plugins")),
    pluginOf("resource", "random", standIns),
    // The official CLI brings its language host along in its own folder, where it goes before this one.
    pluginOf("language", "nodejs", standIns),
  ];
}

/** Where the engine looks for a plugin. */
function placeIn(home: string, { kind, name, version }: Plugin): string {
  return join(home, "plugins", `${kind}-${name}-v${version}`, `pulumi-${kind}-${name}`);
}

function link(file: string, target: string): void {
  rmSync(file, { force: true });
  mkdirSync(dirname(file), { recursive: true });
  symlinkSync(target, file);
}

/** Puts executables where an engine with this home looks for its plugins. */
export function linkPlugins(home: string, plugins: readonly Plugin[]): void {
  for (const plugin of plugins) link(placeIn(home, plugin), plugin.program);
}

async function downloadsReachable(): Promise<boolean> {
  try {
    await lookup("get.pulumi.com");
    return true;
  } catch {
    return false;
  }
}

/** A proxy may resolve the name and still refuse the download. */
async function download({ kind, name, version }: Plugin): Promise<void> {
  try {
    await pulumi(["plugin", "install", kind, name, version], { timeoutMs: 120_000 });
  } catch {
    return; // The caller sees that it is not there.
  }
}

function isDownloaded(plugin: Plugin): boolean {
  const file = placeIn(pulumiHome, plugin);
  return existsSync(file) && !lstatSync(file).isSymbolicLink();
}

/** Downloads the official plugins where that works. Returns those that have to be built or stood in for. */
export async function downloadPlugins(): Promise<readonly Plugin[]> {
  const plugins = programPlugins(binFolder);
  const absent = plugins.filter(
    (plugin) => plugin.kind === "resource" && !existsSync(dirname(placeIn(pulumiHome, plugin))),
  );
  if (absent.length > 0 && (await downloadsReachable())) {
    for (const plugin of absent) await download(plugin);
  }
  for (const plugin of plugins.filter(({ name }) => name === "kubernetes").filter(isDownloaded)) {
    link(plugin.program, placeIn(pulumiHome, plugin));
  }
  return plugins.filter((plugin) => !isDownloaded(plugin));
}

/**
 * Has the provider for Kubernetes built if it could not be downloaded; the other plugins have stand-ins.
 *
 * @param build says what it builds in the caller's way
 */
export async function buildProvider(
  missing: readonly Plugin[],
  build: (name: "provider") => Promise<unknown>,
): Promise<void> {
  if (missing.some(({ name }) => name === "kubernetes")) await build("provider");
}
