import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
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

const listed =
  run()
    .stdout.match(/^  npm (run )?\S+/gm)
    ?.map((line) => line.trim().split(" ").at(-1)) ?? [];

it("every npm script that runs a command is in the list of commands", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
    scripts: Record<string, string>;
  };
  const called = Object.values(scripts).flatMap(
    (script) => /^node tools\/bootstrap\.mjs (\S+)/.exec(script)?.[1] ?? [],
  );
  expect([...new Set(called)].toSorted()).toEqual(listed.toSorted());
});

it.each(listed)(
  "npm run %s -- --help shows how the command is called, and does nothing else",
  (name = "") => {
    const { status, stdout, stderr } = run(name, "--help");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const [first = "", second, ...rest] = stdout.split("\n");
    expect(first).toMatch(new RegExp(`^npm (run )?(--silent )?${name}( |$)`));
    expect(second).toBe("");
    expect(rest.join("")).toMatch(/[A-Z].*\./);
  },
);
