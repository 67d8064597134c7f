import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, test } from "vitest";
import { parse } from "yaml";
import { sealedFile } from "../../../tools/policy/sealed-file.ts";
import { knownStacks, profileOf, stackOf, textOf } from "../../../tools/policy/stacks.ts";
import { goldenStacks } from "../../policy/kit/goldens.ts";
import { cloudStacks } from "../../support/cloud-stacks.ts";

const folder = mkdtempSync(join(tmpdir(), "stacks-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("the stacks are those of the golden files, with the same names, files and profiles", () => {
  expect(knownStacks.map(({ name, profile }) => ({ name, profile }))).toEqual(
    expect.arrayContaining(goldenStacks.map(({ name, profile }) => ({ name, profile }))),
  );
  const clouds = knownStacks.filter(({ name }) => name !== "local");
  expect(
    Object.fromEntries(clouds.map(({ name, stack, file }) => [name, { stack, file }])),
  ).toEqual(cloudStacks);
});

test("every stack file at the root of the clone is evaluated", () => {
  const files = readdirSync(join(import.meta.dirname, "../../..")).filter((name) =>
    /^Pulumi\..+\.yaml$/.test(name),
  );
  expect(knownStacks.map(({ file }) => file)).toEqual(expect.arrayContaining(files));
});

test.each(knownStacks)("the profile of $name is what its file would get by itself", (source) => {
  expect(profileOf(textOf(source), source.file)).toBe(source.profile);
});

describe("a stack of one's own", () => {
  it("is named by its file, and production unless it says otherwise", () => {
    const file = join(folder, "Pulumi.mine.yaml");
    writeFileSync(file, "config:\n  framewright:cloud: gke\n");
    expect(stackOf(file)).toMatchObject({ name: "mine", stack: "mine", profile: "strict" });
  });

  it("that is not there is an error that lists those that are", () => {
    expect(() => stackOf("prod-azure")).toThrow(
      'There is no stack "prod-azure". There are: local, dev-gke, prod-gke, dev-eks, prod-eks; or give the path of a file',
    );
  });
});

describe("a sealed stack file", () => {
  const standIn = {
    nodeFile: "/there/node.json",
    kubeconfig: "/there/kubeconfig",
    context: "here",
  };

  function sealed(config: object): Record<string, unknown> {
    const text = JSON.stringify({
      encryptionsalt: "v1:salt",
      secretsprovider: "awskms://x",
      config,
    });
    return parse(sealedFile(text, "Pulumi.mine.yaml", standIn)) as Record<string, unknown>;
  }

  it("has no secret at any depth, and names no key", () => {
    const config = {
      "framewright:cloud": "gke",
      "framewright:token": { secure: "v1:abc" },
      "framewright:deep": { list: [{ password: { secure: "v1:def" } }, 1] },
    };
    expect(sealed(config)).toEqual({
      config: {
        "framewright:cloud": "gke",
        "framewright:token": "sealed",
        "framewright:deep": { list: [{ password: "sealed" }, 1] },
      },
    });
  });

  it.each([
    ["the embedded node", { ports: { api: 1 } }, { ports: { api: 1 }, nodeFile: standIn.nodeFile }],
    [
      "a cluster of one's own",
      { kubeconfig: "/home/me/.kube/config", context: "kind", registry: "localhost:5001/x" },
      { kubeconfig: standIn.kubeconfig, context: "here", registry: "localhost:5001/x" },
    ],
  ])("does not lead to %s", (_, given, section) => {
    for (const local of [given, JSON.stringify(given)]) {
      const { config } = sealed({ "framewright:local": local });
      expect(config).toEqual({ "framewright:local": section });
    }
  });
});
