import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { exec } from "../exec.ts";
import { step } from "../steps.ts";

/** `registry/name@sha256:…`: a signature is of a content, never of a tag. */
const byDigest = /\/(?<name>[^/@]+)@sha256:[0-9a-f]{64}$/;

function nameIn(reference: string): string {
  const name = byDigest.exec(reference)?.groups?.["name"];
  if (name === undefined) throw new Error(`${reference} does not name an image by its digest`);
  return name;
}

/**
 * Signs images without a key (cosign takes the identity of the job that runs), and attaches what is in each as a signed
 * statement in the format SPDX.
 */
export async function sign(args: readonly string[]): Promise<void> {
  const options = { pushed: { type: "string" }, sboms: { type: "string" } } as const;
  const { pushed, sboms } = parseArgs({ args: [...args], options }).values;
  if (pushed === undefined || sboms === undefined) {
    throw new Error("npm run sign -- --pushed FILE --sboms FOLDER");
  }
  const references = readFileSync(pushed, "utf8").split("\n").filter(Boolean);
  const images = references.map((reference) => ({ reference, name: nameIn(reference) }));
  mkdirSync(sboms, { recursive: true });
  for (const { reference, name } of images) {
    const file = join(resolve(sboms), `${name}.spdx.json`);
    await step(
      name,
      async () => {
        await exec("cosign", ["sign", "--yes", reference]);
        await exec("syft", ["scan", `registry:${reference}`, "--output", `spdx-json=${file}`]);
        const statement = ["--type", "spdxjson", "--predicate", file];
        await exec("cosign", ["attest", "--yes", ...statement, reference]);
      },
      () => "signed, with its contents",
    );
  }
}
