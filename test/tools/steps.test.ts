import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hashOf, readOr, writeWhole } from "../../tools/steps.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

it("a hash tells the border between its parts", () => {
  expect(hashOf("ab", "c")).not.toBe(hashOf("a", "bc"));
  expect(hashOf("ab", "c")).toBe(hashOf("ab", "c"));
});

it("a file is written whole, with its mode, and nothing else stays beside it", () => {
  const folder = temporaryFolder("steps-");
  const file = join(folder, "below/it");
  writeWhole(file, "content", 0o600);
  expect(readOr(file, "")).toBe("content");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, "below"))).toEqual(["it"]);
});

it("a file that is not there reads as the given default", () => {
  expect(readOr("/no/such/file", "default")).toBe("default");
});
