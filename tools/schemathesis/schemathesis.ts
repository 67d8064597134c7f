import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { exec, succeeds } from "../exec.ts";
import { installPackages } from "../packages.ts";
import { cache, logFolder } from "../paths.ts";
import { hashOf, writeWhole } from "../steps.ts";

const requirements = join(import.meta.dirname, "requirements.txt");

/** What it is to expect of our API. */
export const schemathesisConfig = join(import.meta.dirname, "schemathesis.toml");

/** A new list of packages is installed beside the one before, which another clone may still use. */
const folder = join(cache, "schemathesis", hashOf(readFileSync(requirements, "utf8")));

/** Sends an API what its OpenAPI document allows and forbids, and compares the answers with the document. */
export const schemathesis = join(folder, "bin", "schemathesis");

/** The scripts of an environment name its folder, so that it can't be made elsewhere and moved: this comes last. */
const complete = join(folder, "complete");

/** Installs Schemathesis from wheels with the checksums of the list. Returns false when it is there. */
export async function installSchemathesis(): Promise<boolean> {
  if (existsSync(complete)) return false;
  if (!(await succeeds("python3", ["-c", "import ensurepip, venv"]))) {
    await installPackages({ python3: "python3", "python3-venv": "python3-venv" });
  }
  rmSync(folder, { recursive: true, force: true });
  const log = join(logFolder, "schemathesis.log");
  await exec("python3", ["-m", "venv", folder], { log });
  const install = ["install", "--require-hashes", "--only-binary", ":all:", "-r", requirements];
  await exec(join(folder, "bin", "pip"), ["--disable-pip-version-check", ...install], { log });
  writeWhole(complete, "");
  return true;
}
