import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CliProject, finished } from "./harness/cli-project.ts";

let project: CliProject;

beforeAll(async () => {
  project = await new CliProject("modes").init();
  await project.run(["config", "set", "greeting", "good day"]);
  await project.run(["config", "set", "--secret", "hidden", "hidden-value"]);
});

afterAll(() => {
  project.dispose();
});

/** Processes whose command line or working folder belongs to the project. */
function leftovers(): string {
  const all = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" });
  return all
    .split("\n")
    .filter((line) => line.includes(project.folder))
    .join("\n");
}

describe("the nodejs language host", () => {
  it("runs a TypeScript program unbuilt, passes its output on and its config in", async () => {
    const up = await project.operation("up");
    expect(up.messages.join("\n")).toMatch(/runs with good day on Node \d+/);
    expect(up.code).toBe(0);
    expect(await project.outputs()).toEqual({ length: 20, secretInput: "hidden-value" });
    expect(await project.exported()).not.toContain("hidden-value");
  });

  it("reports an exception of the program once, with its message", async () => {
    const up = await project.operation("up", { MODE: "throw" });
    expect(up.code).not.toBe(0);
    const reports = up.messages.filter((message) => message.includes("the program is wrong"));
    expect(reports).toHaveLength(1);
  });

  it("reports the exit code of a program that ends itself", async () => {
    const up = await project.operation("up", { MODE: "exit" });
    expect(up.code).not.toBe(0);
    expect(up.messages.join("\n")).toContain("exited with non-zero exit code: 7");
  });

  it("answers pulumi about with runtime, plugins and dependencies", async () => {
    const { stdout } = await project.run(["about", "--json"]);
    const about = JSON.parse(stdout) as Record<string, unknown>;
    expect(about["runtime"]).toMatchObject({ language: "nodejs", version: process.version });
    const names = (about["dependencies"] as { name: string }[]).map(({ name }) => name);
    expect(names).toContain("@pulumi/kubernetes");
    const plugins = (about["plugins"] as { name: string }[]).map(({ name }) => name).sort();
    expect(plugins).toEqual(["kubernetes", "nodejs", "random"]);
  });

  it("runs a policy pack, whose mandatory violation fails the preview", async () => {
    const pack = path.join(project.folder, "pack");
    mkdirSync(pack);
    writeFileSync(path.join(pack, "PulumiPolicy.yaml"), "runtime: nodejs\n");
    writeFileSync(
      path.join(pack, "package.json"),
      '{"name":"pack","version":"1.0.0","main":"index.mjs"}',
    );
    const source = path.resolve(import.meta.dirname, "../../support/programs/analyzer.mjs");
    copyFileSync(source, path.join(pack, "index.mjs"));
    symlinkSync(path.join(project.folder, "node_modules"), path.join(pack, "node_modules"));
    const { code, stdout } = await project.run(["preview", "--policy-pack", pack]);
    expect(code).not.toBe(0);
    expect(stdout).toContain("a password of 20 is too short");
  });

  it("stops the program when the user interrupts, and leaves no process behind", async () => {
    const child = project.start(["up", "--yes", "--skip-preview"], { MODE: "hang" });
    const output: string[] = [];
    child.stdout?.on("data", (data: Buffer) => output.push(data.toString()));
    const ended = finished(child);
    while (!output.join("").includes("hanging")) await sleep(100);
    child.kill("SIGINT");
    const { code } = await ended;
    expect(code).not.toBe(0);
    await expect.poll(() => leftovers(), { timeout: 5_000 }).toBe("");
  });

  it("stops its program when the engine is killed", async () => {
    const child = project.start(["up", "--yes", "--skip-preview"], { MODE: "hang" });
    const output: string[] = [];
    child.stdout?.on("data", (data: Buffer) => output.push(data.toString()));
    while (!output.join("").includes("hanging")) await sleep(100);
    child.kill("SIGKILL");
    await expect.poll(() => leftovers(), { timeout: 15_000, interval: 200 }).toBe("");
    await project.run(["cancel", "--yes"]);
  });
});

describe("the random provider through the CLI", () => {
  it("keeps its values on another run, and refuses what cannot be generated", async () => {
    const before = await project.exported();
    const up = await project.operation("up", { MODE: "bad-input" });
    expect(up.code).not.toBe(0);
    expect(up.messages.join("\n")).toMatch(/length.*2.*(at least|sum)/i);
    const password = /"ciphertext": "[^"]+"/.exec(before)?.[0];
    expect(password).toBeDefined();
  });

  it("names the official plugin for what it lacks", async () => {
    const up = await project.operation("up", { MODE: "pet" });
    expect(up.messages.join("\n")).toMatch(/RandomPet is not supported .* random v\d/);
  });
});
