import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { run as verify, usage } from "../../../tools/commands/verify.ts";
import { FakePrograms } from "./fake-programs.ts";

const digest = `sha256:${"a".repeat(64)}`;
const claims = (content = digest) => ({
  critical: { image: { "docker-manifest-digest": content } },
});
const contents = { packages: [{ name: "redis" }] };
const envelope = {
  payload: Buffer.from(JSON.stringify({ predicate: contents })).toString("base64"),
};

const programs = new FakePrograms();
beforeEach(() => {
  programs.start();
});
afterEach(() => {
  programs.stop();
});

/** As cosign puts it when it has found several signatures. */
const refusal =
  "Error: no match: not this key\\nnot this key\\nnot him\\nerror during command execution: no match: not this key\\nnot him\\n";

/** A cosign that finds these claims of every signature, and refuses what `refuses` matches, a shell pattern. */
function cosign(found: readonly object[] = [claims()], refuses = "nothing"): void {
  programs.add(
    "cosign",
    [
      'case "$*" in',
      `${refuses}) printf '%b' 'WARNING: a\\n${refusal}' >&2; exit 10 ;;`,
      `verify-attestation*) echo '${JSON.stringify(envelope)}' ;;`,
      `*) echo '${JSON.stringify(found)}' ;;`,
      "esac",
    ].join("\n"),
  );
}

const registry = "registry.example.com/video";
const verified = (...more: string[]) =>
  programs.run(verify, "--registry", registry, "--tag", "1.0.0", ...more);

it("asks for a signature of what the tag names, and for the list of exactly that content", async () => {
  cosign();
  const sboms = join(programs.folder, "sboms");
  expect(await verified("redis", "--key", "k.pub", "--sboms", sboms)).toMatchObject({ status: 0 });
  const signer = "--key k.pub --insecure-ignore-tlog";
  expect(programs.calls("cosign")).toEqual([
    `verify ${signer} ${registry}/redis:1.0.0`,
    `verify-attestation ${signer} --type spdxjson ${registry}/redis@${digest}`,
  ]);
  expect(JSON.parse(readFileSync(join(sboms, "redis.spdx.json"), "utf8"))).toEqual(contents);
});

it("without a key asks for GitHub's word on the workflow, and for the public log", async () => {
  cosign();
  expect(await verified("redis", "--identity", "https://w")).toMatchObject({ status: 0 });
  const issuer = "--certificate-oidc-issuer https://token.actions.githubusercontent.com";
  expect(programs.calls("cosign")[0]).toBe(
    `verify --certificate-identity https://w ${issuer} ${registry}/redis:1.0.0`,
  );
});

it.each([
  ["a signature", "verify?--*redis:*"],
  ["a signed list of contents", "verify-attestation*redis@*"],
])("names every image that lacks %s, and looks at the others all the same", async (_, refuses) => {
  cosign([claims()], refuses);
  const { status, stderr } = await verified("redis", "api", "--key", "k.pub");
  expect(status).toBe(1);
  expect(stderr).toContain(
    `Not verified:\n${registry}/redis:1.0.0: no match: not this key\n  not this key\n  not him`,
  );
  expect(stderr).not.toContain("WARNING");
  expect(stderr).not.toContain("api");
  expect(programs.calls("cosign").at(-1)).toContain("/api@");
});

it("trusts no answer that names two contents", async () => {
  cosign([claims(), claims(`sha256:${"b".repeat(64)}`)]);
  expect((await verified("redis", "--key", "k.pub")).stderr).toContain("several contents");
});

it("does so in every registry, and passes over one that is not set", async () => {
  cosign();
  const { status } = await verified("redis", "--registry", "", "--registry", "r2", "--key", "k");
  expect(status).toBe(0);
  const asked = programs.calls("cosign").map((call) => call.split(" ").at(-1)?.split("/")[0]);
  expect([...new Set(asked)]).toEqual(["registry.example.com", "r2"]);
});

it.each([
  ["no signer", []],
  ["two signers", ["--key", "k", "--identity", "i"]],
])("verifies nothing with %s", async (_, signer) => {
  cosign();
  const { status, stderr } = await verified(...signer);
  expect(status).toBe(1);
  expect(stderr).toContain(usage);
  expect(programs.calls("cosign")).toEqual([]);
});
