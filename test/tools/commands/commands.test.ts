import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { deploy, deployCommands, drift, driftCommands } from "../../../tools/commands/deploy.ts";
import { images } from "../../../tools/commands/images.ts";
import { sign } from "../../../tools/commands/sign.ts";
import { archiveArguments, buildArguments, pushArguments } from "../../../tools/images/release.ts";
import { stackOf } from "../../../tools/policy/stacks.ts";

const cli = join(import.meta.dirname, "../../../tools/cli.ts");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "commands-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A program on the path that writes down how it was called, and its input; `answers` is what its shell does. */
function fake(name: string, answers = ""): void {
  const file = join(folder, name);
  const log = join(folder, `${name}.log`);
  writeFileSync(file, `#!/bin/sh\necho "$*" >> ${log}\n${answers}\n`);
  chmodSync(file, 0o755);
}

function calls(name: string): string[] {
  const log = join(folder, `${name}.log`);
  return existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
}

type Command = (args: readonly string[]) => Promise<void> | void;

/** How a command ends, and what it says; only the fakes and the shell's own tools are on its path. */
async function run(command: Command, ...args: string[]) {
  vi.stubEnv("PATH", `${folder}:/usr/bin:/bin`);
  const said = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await command(args);
    const stdout = said.mock.calls.map(([line]) => `${String(line)}\n`).join("");
    return { status: process.exitCode ?? 0, stdout, stderr: "" };
  } catch (error) {
    return { status: 1, stdout: "", stderr: String(error) };
  } finally {
    process.exitCode = undefined;
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  }
}

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
    fake("pulumi", 'case "$1" in refresh) exit 1 ;; esac');
    expect((await run(drift, "--stack", "dev")).status).toBe(1);
    expect(calls("pulumi").map((call) => call.split(" ")[0])).toEqual(["refresh", "preview"]);
  });

  it("end well when all of them do", async () => {
    fake("pulumi");
    expect((await run(drift, "--stack", "dev")).status).toBe(0);
    expect((await run(deploy, "--stack", "dev")).status).toBe(0);
  });

  it.each([deploy, drift])("%o asks for a stack", async (command) => {
    const { status, stderr } = await run(command);
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

describe("npm run sign", () => {
  const reference = `registry.example.com/video/api@sha256:${"a".repeat(64)}`;

  it("signs each image by its digest, and attaches what is in it", async () => {
    fake("cosign");
    fake("syft");
    writeFileSync(join(folder, "pushed.txt"), `${reference}\n`);
    const sboms = join(folder, "sboms");
    const { status } = await run(sign, "--pushed", join(folder, "pushed.txt"), "--sboms", sboms);
    expect(status).toBe(0);
    const file = join(sboms, "api.spdx.json");
    expect(calls("cosign")).toEqual([
      `sign --yes ${reference}`,
      `attest --yes --type spdxjson --predicate ${file} ${reference}`,
    ]);
    expect(calls("syft")).toEqual([`scan registry:${reference} --output spdx-json=${file}`]);
  });

  it("signs nothing when one is named by a tag", async () => {
    fake("cosign");
    writeFileSync(join(folder, "pushed.txt"), `${reference}\nregistry.example.com/api:1.0.0\n`);
    const { status, stderr } = await run(
      sign,
      "--pushed",
      join(folder, "pushed.txt"),
      "--sboms",
      folder,
    );
    expect(status).toBe(1);
    expect(stderr).toContain("registry.example.com/api:1.0.0 does not name an image by its digest");
    expect(calls("cosign")).toEqual([]);
  });
});

describe("npm run images", () => {
  it("builds the lowest image on Debian's, and every other on what was just built", () => {
    const base = { name: "base", parent: "debian" };
    expect(buildArguments(base, "/c/base")).toEqual([
      "bud",
      "--format=oci",
      "--build-arg",
      "PARENT=docker.io/library/debian:trixie-slim",
      "--tag",
      "framewright.local/base",
      "/c/base",
    ]);
    expect(buildArguments({ name: "redis", parent: "base" }, "/c/redis")).toEqual([
      "bud",
      "--format=oci",
      "--pull-never",
      "--tag",
      "framewright.local/redis",
      "/c/redis",
    ]);
  });

  it("pushes under the version, or keeps a file for a scanner", () => {
    expect(pushArguments("api", "r.example.com/v/api:1.0.0")).toEqual([
      "push",
      "framewright.local/api",
      "docker://r.example.com/v/api:1.0.0",
    ]);
    expect(archiveArguments("api", "/a")).toEqual([
      "push",
      "framewright.local/api",
      "oci-archive:/a/api.tar",
    ]);
  });

  it("asks for a version before it builds anything", async () => {
    fake("buildah");
    const { status, stderr } = await run(images, "--push", "registry.example.com/video");
    expect(status).toBe(1);
    expect(stderr).toContain("--push needs --tag VERSION");
    expect(calls("buildah")).toEqual([]);
  });
});
