import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../../..");

/** Which plugins the tests of tools/plugins run against: the project's own, or the official ones found on PATH. */
export const official = process.env["FRAMEWRIGHT_PLUGINS"] === "official";

const own = [
  { kind: "language", name: "nodejs", sdk: "@pulumi/pulumi" },
  { kind: "resource", name: "kubernetes", sdk: "@pulumi/kubernetes" },
  { kind: "resource", name: "random", sdk: "@pulumi/random" },
] as const;

function versionOf(sdk: string): string {
  const text = readFileSync(path.join(root, "node_modules", sdk, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** Puts the project's plugins into a PULUMI_HOME; official ones are found on PATH or downloaded by the CLI. */
export function installPlugins(pulumiHome: string): void {
  if (official) return;
  for (const { kind, name, sdk } of own) {
    const folder = path.join(pulumiHome, "plugins", `${kind}-${name}-v${versionOf(sdk)}`);
    mkdirSync(folder, { recursive: true });
    const executable = `pulumi-${kind}-${name}`;
    symlinkSync(path.join(root, "tools/plugins/bin", executable), path.join(folder, executable));
  }
}

/** Path of a plugin's executable. */
export function pluginExecutable(name: string): string {
  if (!official) return path.join(root, "tools/plugins/bin", name);
  return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
}
