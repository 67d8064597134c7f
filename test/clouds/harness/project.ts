import { copyFileSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../tools/paths.ts";
import type { StackSource } from "./stacks.ts";

/** What a project needs beside its stack files. Links: modules resolve to the clone's own. */
const shared = ["index.ts", "package.json", "node_modules"];

/** Makes a folder a project of the real program, with a stack file of its own to edit; returns that file. */
export function layProject(folder: string, { stack, file }: StackSource): string {
  mkdirSync(folder, { recursive: true });
  for (const name of shared) symlinkSync(join(root, name), join(folder, name));
  copyFileSync(join(root, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
  const stackFile = join(folder, `Pulumi.${stack}.yaml`);
  copyFileSync(join(root, file), stackFile);
  return stackFile;
}
