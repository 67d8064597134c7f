import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { exec } from "../exec.ts";
import { root } from "../paths.ts";
import { step } from "../steps.ts";

export const usage = `npm run sign -- --pushed FILE --sboms FOLDER [--key KEY]

Signs pushed images with cosign, and attaches to each, signed as well, what syft finds in it (SPDX).

  --pushed FILE    the images by digest, one a line, as npm run images -- --pushed FILE writes them
  --sboms FOLDER   keep each list of contents as FOLDER/NAME.spdx.json, too
  --key KEY        sign with this private key (a file of cosign generate-key-pair, or awskms://, gcpkms://,
                   azurekms://, hashivault://); the password of a file is taken from COSIGN_PASSWORD. No service of
                   Sigstore is asked or told

Without a key the signature is by the identity of the job that runs (OIDC), and is written to Sigstore's public log.
A Sigstore of your own is named by COSIGN_SIGNING_CONFIG and COSIGN_TRUSTED_ROOT. How to verify
either: npm run verify, docs/runbooks/verify-release.md`;

/** `registry/name@sha256:…`: a signature is of a content, never of a tag. */
const byDigest = /\/(?<name>[^/@]+)@sha256:[0-9a-f]{64}$/;

function nameIn(reference: string): string {
  const name = byDigest.exec(reference)?.groups?.["name"];
  if (name === undefined) throw new Error(`${reference} does not name an image by its digest`);
  return name;
}

/** Without these two files cosign would ask Sigstore's servers for its services and roots, key or not. */
const alone = [
  ...["--signing-config", join(root, "tools/images/signing/no-services.json")],
  ...["--trusted-root", join(root, "tools/images/signing/no-roots.json")],
];

/** How cosign knows who signs. */
function signer(key: string | undefined): readonly string[] {
  return key === undefined ? [] : ["--key", key, ...alone];
}

const options = {
  pushed: { type: "string" },
  sboms: { type: "string" },
  key: { type: "string" },
} as const;

/** Signs images by the identity of the job that runs or with a key, and attaches what is in each as a signed statement. */
export async function run(args: readonly string[]): Promise<void> {
  const { pushed, sboms, key } = parseArgs({ args: [...args], options }).values;
  if (pushed === undefined || sboms === undefined) throw new Error(usage);
  const references = readFileSync(pushed, "utf8").split("\n").filter(Boolean);
  const images = references.map((reference) => ({ reference, name: nameIn(reference) }));
  const by = ["--yes", ...signer(key)];
  mkdirSync(sboms, { recursive: true });
  for (const { reference, name } of images) {
    const file = join(resolve(sboms), `${name}.spdx.json`);
    await step(
      name,
      async () => {
        await exec("cosign", ["sign", ...by, reference]);
        await exec("syft", ["scan", `registry:${reference}`, "--output", `spdx-json=${file}`], {
          env: { SYFT_CHECK_FOR_APP_UPDATE: "false" },
        });
        const statement = ["--type", "spdxjson", "--predicate", file];
        await exec("cosign", ["attest", ...by, ...statement, reference]);
      },
      () => "signed, with its contents",
    );
  }
}
