import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

function folders(of: string): string[] {
  return readdirSync(join(root, of), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${of}/${name}`);
}

const described = [...folders("infra"), ...folders("services")];

test.each(described)("%s says what it is, in at most 25 lines", (folder) => {
  const readme = join(root, folder, "README.md");
  expect(existsSync(readme)).toBe(true);
  const lines = readFileSync(readme, "utf8").trimEnd().split("\n");
  expect(lines[0]).toMatch(/^# /);
  expect(lines.length).toBeLessThanOrEqual(25);
});

test.each(folders("services"))("%s has tests beside the others", (folder) => {
  const tests = readdirSync(join(root, "test", folder)).filter((file) => file.endsWith(".test.ts"));
  expect(tests.length).toBeGreaterThan(0);
});

test("index.ts stays a table of contents", () => {
  const lines = readFileSync(join(root, "index.ts"), "utf8").trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(40);
});
