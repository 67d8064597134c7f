import { lookup } from "node:dns/promises";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { parseAs } from "./parse.ts";
import { root } from "./paths.ts";
import { pulumi, pulumiEnvironment } from "./stack.ts";
import { pulumiVersion } from "./toolchain.ts";

const PackageFile = Type.Object({ version: Type.String() });

/** A plugin must have the version of the SDK that the program uses. */
function sdkVersion(name: string): string {
  const file = join(root, "node_modules/@pulumi", name, "package.json");
  return parseAs(PackageFile, JSON.parse(readFileSync(file, "utf8")), file).version;
}

const plugins = [
  { kind: "resource", name: "kubernetes", version: sdkVersion("kubernetes") },
  { kind: "resource", name: "random", version: sdkVersion("random") },
  // The official CLI brings its language host along in its own folder, where it goes before this one.
  { kind: "language", name: "nodejs", version: pulumiVersion },
] as const;

type Plugin = (typeof plugins)[number];

function folderOf({ kind, name, version }: Plugin): string {
  return join(pulumiEnvironment.PULUMI_HOME, "plugins", `${kind}-${name}-v${version}`);
}

async function downloadsReachable(): Promise<boolean> {
  try {
    await lookup("get.pulumi.com");
    return true;
  } catch {
    return false;
  }
}

function linkStandIn(plugin: Plugin): void {
  const folder = folderOf(plugin);
  const program = `pulumi-${plugin.kind}-${plugin.name}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(root, "tools/plugins/bin", program), join(folder, program));
}

async function installOfficial({ kind, name, version }: Plugin): Promise<boolean> {
  if (kind === "language") return false;
  try {
    await pulumi(["plugin", "install", kind, name, version], { timeoutMs: 120_000 });
    return true;
  } catch {
    return false; // a proxy may resolve the name and still refuse the download
  }
}

/**
 * Puts the official providers where the CLI looks for them, or, where they can't be downloaded, this
 * project's stand-ins. Returns what was put there.
 */
export async function installPlugins(): Promise<"there" | "official" | "stand-ins"> {
  const missing = plugins.filter((plugin) => !existsSync(folderOf(plugin)));
  if (missing.length === 0) return "there";
  const reachable = await downloadsReachable();
  let official = true;
  for (const plugin of missing) {
    if (reachable && (await installOfficial(plugin))) continue;
    linkStandIn(plugin);
    official &&= plugin.kind === "language";
  }
  return official ? "official" : "stand-ins";
}
