import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const cli = join(import.meta.dirname, "../../../tools/cli.ts");

function run(...args: readonly string[]) {
  return spawnSync(process.execPath, [cli, ...args], { encoding: "utf8" });
}

it("npm run shell puts the policy pack over pulumi up and pulumi preview, as the CLI reads it from the environment", () => {
  const names = ["PULUMI_OPTION_POLICY_PACK", "PULUMI_OPTION_POLICY_PACK_CONFIG"];
  const { status, stdout } = run("shell", "printenv", ...names);
  expect(status).toBe(0);
  const [pack = "", config = ""] = stdout.trim().split("\n");
  expect(existsSync(join(pack, "PulumiPolicy.yaml"))).toBe(true);
  expect(config).toBe(join(pack, "profiles/baseline.json"));
});

it.each(["policy", "images", "sign", "deploy", "drift", "comment"])(
  "npm run %s -- --help tells of its options, and does nothing else",
  (name) => {
    const { status, stdout, stderr } = run(name, "--help");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const [first = "", ...rest] = stdout.split("\n");
    expect(first).toMatch(new RegExp(`^npm run ${name} -- .*(--|OPTION)`));
    expect(rest.some((line) => line.startsWith("  --"))).toBe(true);
  },
);
