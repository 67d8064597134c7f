import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { run as sign, usage } from "../../../tools/commands/sign.ts";
import { FakePrograms } from "./fake-programs.ts";

const reference = `registry.example.com/video/api@sha256:${"a".repeat(64)}`;

const programs = new FakePrograms();
beforeEach(() => {
  programs.start();
  programs.add("cosign");
  programs.add("syft");
});
afterEach(() => {
  programs.stop();
});

function signed(images: string, ...args: string[]) {
  const pushed = join(programs.folder, "pushed.txt");
  writeFileSync(pushed, images);
  const sboms = join(programs.folder, "sboms");
  return programs.run(sign, "--pushed", pushed, "--sboms", sboms, ...args);
}

it("signs each image by its digest, and attaches what is in it", async () => {
  expect(await signed(`${reference}\n`)).toMatchObject({ status: 0 });
  const file = join(programs.folder, "sboms/api.spdx.json");
  expect(programs.calls("cosign")).toEqual([
    `sign --yes ${reference}`,
    `attest --yes --type spdxjson --predicate ${file} ${reference}`,
  ]);
  expect(programs.calls("syft")).toEqual([`scan registry:${reference} --output spdx-json=${file}`]);
});

it("with a key asks no service of anybody", async () => {
  expect(await signed(`${reference}\n`, "--key", "awskms:///alias/release")).toMatchObject({
    status: 0,
  });
  const calls = programs.calls("cosign").map((call) => call.split(" "));
  expect(calls.map(([command]) => command)).toEqual(["sign", "attest"]);
  for (const call of calls) {
    const after = (flag: string): string => call[call.indexOf(flag) + 1] ?? "";
    expect(after("--key")).toBe("awskms:///alias/release");
    for (const flag of ["--signing-config", "--trusted-root"]) {
      expect(existsSync(after(flag))).toBe(true);
    }
  }
});

it("signs nothing when one is named by a tag", async () => {
  const { status, stderr } = await signed(`${reference}\nregistry.example.com/api:1.0.0\n`);
  expect(status).toBe(1);
  expect(stderr).toContain("registry.example.com/api:1.0.0 does not name an image by its digest");
  expect(programs.calls("cosign")).toEqual([]);
});

it("says what it needs", async () => {
  const { status, stderr } = await programs.run(sign);
  expect(status).toBe(1);
  expect(stderr).toContain(usage);
});
