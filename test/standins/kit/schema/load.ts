import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { installedVersion } from "../../../../tools/plugins/kit/version.ts";
import { own } from "../../../../tools/paths.ts";
import { once } from "../../../support/once.ts";
import { writeAtomically } from "../cloud-folder.ts";
import type { SdkSchema } from "./sdk-schema.ts";

/** Raised when the parser changes, so that nobody reads what an older one wrote. */
const format = 1;

/** The file is ours: written by {@link loadSchema}, and named after all that it depends on. */
function isSchema(value: unknown): value is SdkSchema {
  return typeof value === "object" && value !== null && "resources" in value && "types" in value;
}

function cached(file: string): SdkSchema | undefined {
  if (!existsSync(file)) return undefined;
  const value: unknown = JSON.parse(readFileSync(file, "utf8"));
  return isSchema(value) ? value : undefined;
}

/**
 * The schema of some resource types of an SDK package. Parsing the SDK takes seconds, so that the result is kept
 * under .framewright/standins, and by each process.
 */
export const loadSchema = once(readOrParse);

async function readOrParse(packageName: string, tokens: readonly string[]): Promise<SdkSchema> {
  const sorted = tokens.toSorted();
  const digest = createHash("sha256")
    .update(JSON.stringify([format, sorted]))
    .digest("hex");
  const base = `${packageName.replaceAll("/", "-").replace("@", "")}@${installedVersion(packageName)}`;
  const file = path.join(own, "standins", `${base}-${digest.slice(0, 8)}.json`);
  const known = cached(file);
  if (known !== undefined) return known;
  const manifest = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
  // The compiler is large, and only needed where nothing is kept yet.
  const { parseSdk } = await import("./parse.ts");
  const schema = parseSdk(path.dirname(manifest), sorted);
  writeAtomically(file, JSON.stringify(schema));
  return schema;
}
