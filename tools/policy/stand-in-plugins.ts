import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { parseAs } from "../parse.ts";
import { root } from "../paths.ts";

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

const PackageFile = Type.Object({ version: Type.String() });

/** Puts every plugin of the program where the engine looks for it, in the version that the program asks for. */
export function installPlugins(pulumiHome: string): void {
  for (const { kind, name, sdk, bin } of plugins) {
    const file = join(root, "node_modules/@pulumi", sdk, "package.json");
    const { version } = parseAs(PackageFile, JSON.parse(readFileSync(file, "utf8")), file);
    const folder = join(pulumiHome, "plugins", `${kind}-${name}-v${version}`);
    mkdirSync(folder, { recursive: true });
    const executable = `pulumi-${kind}-${name}`;
    symlinkSync(join(bin, executable), join(folder, executable));
  }
}
