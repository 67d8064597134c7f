import { existsSync, mkdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { releasedImages } from "../../tools/images/image-table.ts";
import { debianPackages, purls } from "./contents.ts";
import { startGithubIdentity, type GithubIdentity } from "./github-identity.ts";
import { bin, Release } from "./release.ts";
import { Sigstore } from "./sigstore.ts";

const none = "no signatures found";

/** Each test goes on from the one before it. */
let release: Release;
beforeAll(async () => {
  release = await Release.start();
});
afterAll(() => release.stop());

it("builds every image from Debian's packages, keeps it for scanners and pushes it under its version", async () => {
  await release.images("images.txt", "--archive", release.file("archives"));
  const digests = releasedImages.map(async (name) => {
    const digest = await release.outputOf("crane", ["digest", release.tagged(name)]);
    return `${release.registry}/${name}@${digest.trim()}`;
  });
  expect(release.pushed()).toEqual(await Promise.all(digests));
  for (const name of releasedImages) {
    expect(existsSync(release.file("archives", `${name}.tar`))).toBe(true);
  }
});

it("builds and pushes nothing that is there under its version, and vouches for none of it", async () => {
  const said = await release.images("again.txt");
  for (const name of releasedImages) expect(said).toContain(release.tagged(name));
  expect(said).not.toMatch(/\b(?:built|pushed)\b/);
  expect(release.read("again.txt")).toBe("");
});

const byKey = () => ["--key", release.file("cosign.pub")];

it("verifies nothing before it is signed", async () => {
  await release.outputOf("cosign", ["generate-key-pair"]);
  const { status, stderr } = await release.verify(byKey());
  expect(status).toBe(1);
  for (const name of releasedImages) expect(stderr).toContain(`${release.tagged(name)}: ${none}`);
});

it("signs all of them with a key, which verifies them", async () => {
  await release.sign(["--key", release.file("cosign.key")]);
  const keep = ["--sboms", release.file("verified")];
  const { status, stdout, stderr } = await release.verify([...byKey(), ...keep]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  for (const reference of release.pushed()) expect(stdout).toContain(reference.split("@")[1]);
});

function contentsOf(name: string): unknown {
  return JSON.parse(release.read("verified", `${name}.spdx.json`));
}

it.each(releasedImages)("states of %s exactly the Debian packages that are in it", async (name) => {
  const contents = contentsOf(name);
  expect(contents).toEqual(JSON.parse(release.read("sboms", `${name}.spdx.json`)));
  const list = `crane export ${release.tagged(name)} - | tar --extract --to-stdout var/lib/dpkg/status`;
  const installed = debianPackages(await release.outputOf("bash", ["-o", "pipefail", "-c", list]));
  expect(installed.length).toBeGreaterThan(50);
  expect(purls(contents, "deb")).toEqual(installed);
});

it.each([
  ["api", "npm", "fastify"],
  ["worker", "npm", "amqplib"],
  ["object-store", "golang", "github.com/versity/versitygw"],
])("states of %s the %s package %s", (image, kind, name) => {
  expect(purls(contentsOf(image), kind).map((one) => one.split("@")[0])).toContain(name);
});

it("does not verify by another key", async () => {
  mkdirSync(release.file("other"));
  const prefix = ["--output-key-prefix", release.file("other/key")];
  await release.outputOf("cosign", ["generate-key-pair", ...prefix]);
  const { status, stderr } = await release.verify(["--key", release.file("other/key.pub")]);
  expect(status).toBe(1);
  for (const name of releasedImages) expect(stderr).toContain(release.tagged(name));
});

/** There are no public logs on loopback; the clock is one that cosign trusts by its options. */
const withoutLogs = {
  COSIGN_INSECURE_IGNORE_TLOG: "true",
  COSIGN_INSECURE_IGNORE_SCT: "true",
  COSIGN_USE_SIGNED_TIMESTAMPS: "true",
};

describe("without a key", () => {
  const ours = "example/videos";
  let github: GithubIdentity;
  let sigstore: Sigstore;
  let services: Readonly<Record<string, string>>;
  beforeAll(async () => {
    mkdirSync(release.file("sigstore"));
    github = await startGithubIdentity();
    sigstore = new Sigstore(bin, release.file("sigstore"));
    services = await sigstore.start(github.issuer);
  });
  afterAll(() => {
    sigstore.stop();
    github.stop();
  });

  const tag = (): string => `refs/tags/v${release.version}`;
  const verify = () => {
    const workflow = `https://github.com/${ours}/.github/workflows/release.yaml@${tag()}`;
    const by = ["--identity", workflow, "--issuer", github.issuer];
    return release.verify(by, { ...services, ...withoutLogs });
  };

  it.each([
    ["a fork", "someone/videos", tag],
    ["another branch", ours, () => "refs/heads/main"],
    ["another version", ours, () => "refs/tags/v1.2.2"],
  ])("does not verify what %s has signed", async (_, repository, ref) => {
    const job = { ...services, ...github.job(repository, ref()) };
    for (const reference of release.pushed()) {
      await release.outputOf("cosign", ["sign", "--yes", reference], job);
    }
    const { status, stderr } = await verify();
    expect(status).toBe(1);
    const who = `https://github.com/${repository}/.github/workflows/release.yaml@${ref()}`;
    const refusals = stderr.split(`got "${who}"`);
    expect(refusals).toHaveLength(releasedImages.length + 1);
  });

  it("signs by the identity of the job that releases, which verifies them", async () => {
    await release.sign([], { ...services, ...github.job(ours, tag()) });
    expect(await verify()).toMatchObject({ status: 0, stderr: "" });
  });
});

it("does not verify other content that somebody has put under the version", async () => {
  const reference = release.tagged("worker");
  const change = ["mutate", reference, "--env", "LD_PRELOAD=/x.so", "--tag", reference];
  await release.outputOf("crane", change);
  const { status, stderr } = await release.verify(byKey());
  expect(status).toBe(1);
  expect(stderr).toContain(`Not verified:\n${reference}: ${none}`);
});
