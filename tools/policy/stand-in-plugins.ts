import { join } from "node:path";
import { root } from "../paths.ts";
import { linkPlugins, pluginOf, programPlugins } from "../pulumi-plugins.ts";

/** The executables that stand in for clouds; kubeconfigs find their credential plugins here as well. */
export const standInBin = join(root, "test/standins/bin");

const clouds = ["gcp", "aws", "eks"] as const;

/** Puts every plugin of the program where the engine looks for it, clouds stood in for. */
export function installPlugins(pulumiHome: string, binaries: string): void {
  const standIns = clouds.map((name) => pluginOf("resource", name, standInBin));
  linkPlugins(pulumiHome, [...programPlugins(binaries), ...standIns]);
}
