import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { exec, ExecError } from "../exec.ts";
import { releasedImages } from "../images/image-table.ts";
import { step, writeWhole } from "../steps.ts";

const github = "https://token.actions.githubusercontent.com";

export const usage = `npm run verify -- --registry REGISTRY --tag VERSION (--identity URL | --key KEY) [NAME...]

Verifies with cosign that images in a registry were signed by whom they should be, lists of contents included: the named
images, or all that stacks on GKE and EKS pull (${releasedImages.join(", ")}). Ends with 0
only if all of them were. How the two kinds of signers are named: docs/runbooks/verify-release.md.

  --registry REGISTRY  what stands before /NAME:VERSION; may be repeated
  --tag VERSION        the version
  --identity URL       the workflow that must have signed, as its certificate names it
  --issuer URL         who vouches for the workflow (${github})
  --key KEY            the public key instead, a file or a KMS URI; such signatures stand in no public log
  --sboms FOLDER       keep each verified list of contents as FOLDER/NAME.spdx.json`;

const options = {
  registry: { type: "string", multiple: true },
  tag: { type: "string" },
  identity: { type: "string" },
  issuer: { type: "string", default: github },
  key: { type: "string" },
  sboms: { type: "string" },
} as const;

const Claims = Type.Array(
  Type.Object({
    critical: Type.Object({ image: Type.Object({ "docker-manifest-digest": Type.String() }) }),
  }),
  { minItems: 1 },
);
const Envelope = Type.Object({ payload: Type.String() });
const Statement = Type.Object({ predicate: Type.Unknown() });

function signerOf(identity: string | undefined, issuer: string, key: string | undefined) {
  if (key !== undefined && identity === undefined) return ["--key", key, "--insecure-ignore-tlog"];
  if (identity === undefined || key !== undefined) throw new Error(usage);
  return ["--certificate-identity", identity, "--certificate-oidc-issuer", issuer];
}

/** Digest of the content that a tag names now, once its signature is verified. */
async function verifiedDigest(reference: string, signer: readonly string[]): Promise<string> {
  const claims: unknown = JSON.parse(await exec("cosign", ["verify", ...signer, reference]));
  const digests = Value.Parse(Claims, claims).map(
    ({ critical }) => critical.image["docker-manifest-digest"],
  );
  const [digest = "", ...others] = [...new Set(digests)];
  if (others.length > 0) throw new Error(`cosign names several contents: ${digests.join(", ")}`);
  return digest;
}

/** The list of contents that was stated of one content, once that signature is verified, too. */
async function verifiedContents(reference: string, signer: readonly string[]): Promise<unknown> {
  const args = ["verify-attestation", ...signer, "--type", "spdxjson", reference];
  const [line = ""] = (await exec("cosign", args)).split("\n");
  const { payload } = Value.Parse(Envelope, JSON.parse(line));
  const statement: unknown = JSON.parse(Buffer.from(payload, "base64").toString());
  return Value.Parse(Statement, statement).predicate;
}

/** What cosign says of each signature that it has found, which it says twice. */
function reasonOf(error: unknown): string {
  if (!(error instanceof ExecError)) return String(error);
  const [, said] = error.output.split(/^Error: /m);
  if (said === undefined) return error.message;
  const [reasons = ""] = said.split(/^error during command execution/m);
  return [...new Set(reasons.trim().split("\n"))].join("\n  ");
}

/** Verifies who signed the images of a version, and what they said is in them. */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const { registry: registries = [], tag, identity, issuer, key, sboms } = values;
  const signer = signerOf(identity, issuer, key);
  const wanted = registries.filter((registry) => registry !== "");
  if (tag === undefined || registries.length === 0) throw new Error(usage);
  if (wanted.length === 0) console.log("No registry is named: nothing was verified");
  const names = positionals.length === 0 ? releasedImages : positionals;
  const refused: string[] = [];
  for (const [registry, name] of wanted.flatMap((one) =>
    names.map((name) => [one, name] as const),
  )) {
    const reference = `${registry}/${name}:${tag}`;
    const check = async (): Promise<string> => {
      const digest = await verifiedDigest(reference, signer);
      const contents = await verifiedContents(`${registry}/${name}@${digest}`, signer);
      if (sboms !== undefined) {
        mkdirSync(sboms, { recursive: true });
        writeWhole(join(resolve(sboms), `${name}.spdx.json`), JSON.stringify(contents, null, 2));
      }
      return digest;
    };
    try {
      await step(reference, check, (digest) => digest);
    } catch (error) {
      refused.push(`${reference}: ${reasonOf(error)}`);
    }
  }
  if (refused.length > 0) throw new Error(`Not verified:\n${refused.join("\n")}`);
}
