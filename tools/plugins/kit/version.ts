import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { parseJson, textAt } from "./json.ts";

/**
 * Version of an installed package, as seen from this folder. A stand-in claims the version of the SDK it serves:
 * the engine compares the two.
 */
export function installedVersion(packageName: string): string {
  const file = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
  const version = textAt(parseJson(readFileSync(file, "utf8")), "version");
  if (version === undefined) throw new Error(`${file} has no version`);
  return version;
}
