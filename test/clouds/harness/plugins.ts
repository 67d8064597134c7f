import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../tools/paths.ts";

const ours = join(root, "tools/plugins/bin");

/** The executables that stand in for clouds; kubeconfigs find their credential plugins here as well. */
export const standInBin = join(root, "test/standins/bin");

const plugins = [
  { kind: "language", name: "nodejs", sdk: "pulumi", bin: ours },
  { kind: "resource", name: "kubernetes", sdk: "kubernetes", bin: ours },
  { kind: "resource", name: "random", sdk: "random", bin: ours },
  { kind: "resource", name: "gcp", sdk: "gcp", bin: standInBin },
  { kind: "resource", name: "aws", sdk: "aws", bin: standInBin },
  { kind: "resource", name: "eks", sdk: "eks", bin: standInBin },
] as const;

function versionOf(sdk: string): string {
  const text = readFileSync(join(root, "node_modules/@pulumi", sdk, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** Puts every plugin of the program where the engine looks for it, in the version that the program asks for. */
export function installPlugins(pulumiHome: string): void {
  for (const { kind, name, sdk, bin } of plugins) {
    const folder = join(pulumiHome, "plugins", `${kind}-${name}-v${versionOf(sdk)}`);
    mkdirSync(folder, { recursive: true });
    const executable = `pulumi-${kind}-${name}`;
    symlinkSync(join(bin, executable), join(folder, executable));
  }
}
