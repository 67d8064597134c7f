import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { version } from "../../runtime/version.ts";

function versionIn(workspace: string): unknown {
  const path = join(import.meta.dirname, "../..", workspace, "package.json");
  const parsed: unknown = JSON.parse(readFileSync(path, "utf8"));
  return parsed instanceof Object && "version" in parsed ? parsed.version : undefined;
}

test("programs have the version of the root package.json", () => {
  expect(version).toBe(manifest.version);
});

// Pulumi refuses a policy pack without a version in its own package.json.
test("no workspace names a version but the policy pack, which has the root's", () => {
  const named = manifest.workspaces.map((workspace) => [workspace, versionIn(workspace)]);
  expect(named.filter(([, found]) => found !== undefined)).toEqual([["policy", version]]);
});
