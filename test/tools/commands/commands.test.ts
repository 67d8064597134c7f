import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deploy, deployCommands, drift, driftCommands } from "../../../tools/commands/deploy.ts";
import { stackOf } from "../../../tools/policy/stacks.ts";
import { FakePrograms } from "./fake-programs.ts";

const cli = join(import.meta.dirname, "../../../tools/cli.ts");

const programs = new FakePrograms();
beforeEach(() => {
  programs.start();
});
afterEach(() => {
  programs.stop();
});

describe("npm run deploy and npm run drift", () => {
  it("bring up and compare a stack under the profile that suits it", () => {
    const pack = "--policy-pack=policy --policy-pack-config=policy/profiles";
    const text = (commands: readonly (readonly string[])[]) => commands.map((one) => one.join(" "));
    expect(text(deployCommands(stackOf("dev")))).toEqual([
      `up --yes --stack dev --non-interactive ${pack}/baseline.json`,
      `policy analyze --stack dev --non-interactive ${pack}/baseline.json`,
    ]);
    expect(text(driftCommands(stackOf("prod")))).toEqual([
      "refresh --preview-only --expect-no-changes --stack prod --non-interactive",
      `preview --expect-no-changes --diff --stack prod --non-interactive ${pack}/strict.json`,
    ]);
  });

  it("fail when one of the commands does, and run the others all the same", async () => {
    programs.add("pulumi", 'case "$1" in refresh) exit 1 ;; esac');
    expect((await programs.run(drift, "--stack", "dev")).status).toBe(1);
    expect(programs.calls("pulumi").map((call) => call.split(" ")[0])).toEqual([
      "refresh",
      "preview",
    ]);
  });

  it("end well when all of them do", async () => {
    programs.add("pulumi");
    expect((await programs.run(drift, "--stack", "dev")).status).toBe(0);
    expect((await programs.run(deploy, "--stack", "dev")).status).toBe(0);
  });

  it.each([deploy, drift])("%o asks for a stack", async (command) => {
    const { status, stderr } = await programs.run(command);
    expect(status).toBe(1);
    expect(stderr).toContain(`which stack? npm run ${command.name} -- --stack dev`);
  });
});

describe("npm run shell", () => {
  it("puts the policy pack over pulumi up and pulumi preview, as the CLI reads it from the environment", () => {
    const names = ["PULUMI_OPTION_POLICY_PACK", "PULUMI_OPTION_POLICY_PACK_CONFIG"];
    const args = [cli, "shell", "printenv", ...names];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(status).toBe(0);
    const [pack = "", config = ""] = stdout.trim().split("\n");
    expect(existsSync(join(pack, "PulumiPolicy.yaml"))).toBe(true);
    expect(config).toBe(join(pack, "profiles/baseline.json"));
  });
});
