import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { installedVersion } from "./kit/version.ts";

/** Every stand-in: its kind and name in the engine's terms, and the SDK package whose version it claims. */
const plugins = [
  { kind: "language", name: "nodejs", sdk: "@pulumi/pulumi" },
  { kind: "resource", name: "kubernetes", sdk: "@pulumi/kubernetes" },
  { kind: "resource", name: "random", sdk: "@pulumi/random" },
] as const;

/** Folder with the executables; with it on PATH the engine finds them too, but warns about each. */
export const pluginBin = path.join(import.meta.dirname, "bin");

/** Puts the stand-ins among the installed plugins of a PULUMI_HOME, where the engine looks without a warning. */
export function linkPlugins(pulumiHome: string): void {
  for (const { kind, name, sdk } of plugins) {
    const folder = path.join(pulumiHome, "plugins", `${kind}-${name}-v${installedVersion(sdk)}`);
    const executable = `pulumi-${kind}-${name}`;
    mkdirSync(folder, { recursive: true });
    rmSync(path.join(folder, executable), { force: true });
    symlinkSync(path.join(pluginBin, executable), path.join(folder, executable));
  }
}
