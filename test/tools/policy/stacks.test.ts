import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, test } from "vitest";
import { parse } from "yaml";
import { root } from "../../../tools/paths.ts";
import { sealedFile } from "../../../tools/policy/sealed-file.ts";
import { knownStacks, profileOf, stackOf, textOf } from "../../../tools/policy/stacks.ts";

const folder = mkdtempSync(join(tmpdir(), "stacks-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("the stacks are all that have a golden file", () => {
  const golden = readdirSync(join(root, "test/golden")).filter((name) =>
    /^(?!edges).+\.json$/.test(name),
  );
  expect(knownStacks.map(({ name }) => `${name}.json`).toSorted()).toEqual(golden.toSorted());
});

test("every stack file at the root of the clone is evaluated", () => {
  const files = readdirSync(root).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
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
    const names = knownStacks.map(({ name }) => name).join(", ");
    expect(() => stackOf("prod-azure")).toThrow(
      `There is no stack "prod-azure". There are: ${names}; or give the path of a file`,
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
