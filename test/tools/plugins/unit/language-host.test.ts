import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import languagePb from "@pulumi/pulumi/proto/language_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  installedPackages,
  requiredPlugins,
} from "../../../../tools/plugins/language-nodejs/packages.ts";
import {
  pluginCommand,
  programCommand,
  runResult,
} from "../../../../tools/plugins/language-nodejs/run.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "program-"));

function install(name: string, manifest: object, inside = folder): void {
  const directory = path.join(inside, "node_modules", name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    path.join(directory, "package.json"),
    JSON.stringify({ name, version: "1.0.0", ...manifest }),
  );
}

beforeAll(() => {
  const dependencies = { "@pulumi/pulumi": "*", "@pulumi/cloud": "*", wrapper: "*" };
  writeFileSync(
    path.join(folder, "package.json"),
    JSON.stringify({ dependencies, devDependencies: { absent: "*" } }),
  );
  install("@pulumi/pulumi", {});
  for (const runner of ["run", "run-policy-pack"]) {
    const directory = path.join(folder, "node_modules/@pulumi/pulumi/cmd", runner);
    mkdirSync(directory, { recursive: true });
    writeFileSync(path.join(directory, "index.js"), "");
  }
  install("@pulumi/cloud", { pulumi: { resource: true, name: "cloud", version: "2.0.0" } });
  install("wrapper", { dependencies: { "@pulumi/deep": "*" } });
  install("@pulumi/deep", { pulumi: { resource: true } });
  mkdirSync(path.join(folder, "bin"));
  const binary = path.join(folder, "bin/pulumi-resource-cloud");
  writeFileSync(binary, "");
  chmodSync(binary, 0o755);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function info(options: Record<string, structPb.JavaScriptValue> = {}): languagePb.ProgramInfo {
  const result = new languagePb.ProgramInfo().setRootDirectory(folder).setProgramDirectory(folder);
  return result.setEntryPoint(".").setOptions(structPb.Struct.fromJavaScript(options));
}

describe("a program's command", () => {
  const request = new languagePb.RunRequest();
  request.setMonitorAddress("127.0.0.1:1").setProject("p").setStack("s").setPwd(folder);
  request.setParallel(4).setDryrun(true).setOrganization("o");
  request.getConfigMap().set("p:key", "value");
  request.setConfigsecretkeysList(["p:key"]);

  it("is the program's own runner with everything the engine said", () => {
    request.setInfo(info({ typescript: false, nodeargs: "--trace-warnings" }));
    const command = programCommand(request, "127.0.0.1:2");
    expect(command.args).toEqual([
      "--trace-warnings",
      path.join(folder, "node_modules/@pulumi/pulumi/cmd/run/index.js"),
      "--monitor=127.0.0.1:1",
      "--engine=127.0.0.1:2",
      "--organization=o",
      "--project=p",
      `--root-directory=${folder}`,
      "--stack=s",
      `--pwd=${folder}`,
      "--parallel=4",
      "--dry-run",
      ".",
    ]);
    expect(command.cwd).toBe(folder);
    expect(command.env).toMatchObject({
      PULUMI_CONFIG: '{"p:key":"value"}',
      PULUMI_CONFIG_SECRET_KEYS: '["p:key"]',
      PULUMI_NODEJS_TYPESCRIPT: "false",
    });
  });

  it("leaves TypeScript to the SDK's own loader unless an option says otherwise", () => {
    request.setInfo(info());
    expect(programCommand(request, "").env["PULUMI_NODEJS_TYPESCRIPT"]).toBe("true");
  });

  it("tells what is missing when the SDK is not installed", () => {
    request.setInfo(info().setProgramDirectory(os.tmpdir()));
    expect(() => programCommand(request, "")).toThrow(
      /@pulumi\/pulumi is not installed.*npm install/,
    );
  });
});

describe("a plugin's command", () => {
  it("runs a policy pack in its folder, with the engine's address alone", () => {
    const request = new languagePb.RunPluginRequest().setInfo(info()).setKind("analyzer");
    request.setArgsList(["-v=9", "127.0.0.1:3"]).setEnvList(["A=b=c"]);
    const { args, cwd, env } = pluginCommand(request);
    const runner = path.join(folder, "node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js");
    expect(args).toEqual([runner, "127.0.0.1:3", folder]);
    expect(cwd).toBe(folder);
    expect(env["A"]).toBe("b=c");
  });

  it("is refused for kinds that nothing here can run", () => {
    const request = new languagePb.RunPluginRequest().setInfo(info()).setKind("converter");
    expect(() => pluginCommand(request)).toThrow(/converter[^]*official plugin/);
  });
});

it.each([
  [
    { code: 0, signal: null },
    { error: "", bail: false },
  ],
  [
    { code: 32, signal: null },
    { error: "", bail: true },
  ],
  [
    { code: 7, signal: null },
    { error: "Program exited with non-zero exit code: 7", bail: false },
  ],
  [
    { code: null, signal: "SIGINT" as const },
    { error: "Program was ended by SIGINT", bail: false },
  ],
])("an outcome %j is reported as %j", (outcome, expected) => {
  expect(runResult(outcome)).toEqual(expected);
});

describe("a program's packages", () => {
  it("are those it names, or also those behind them", () => {
    const names = (transitive: boolean) =>
      installedPackages(folder, transitive).map(({ name }) => name);
    expect(names(false)).toEqual(["@pulumi/cloud", "@pulumi/pulumi", "wrapper"]);
    expect(names(true)).toEqual(["@pulumi/cloud", "@pulumi/deep", "@pulumi/pulumi", "wrapper"]);
  });

  it("ask for the plugins that are there, and leave the others to when they are needed", () => {
    const home = path.join(folder, "home");
    const env = { PATH: path.join(folder, "bin"), PULUMI_HOME: home };
    const cloud = { name: "cloud", version: "2.0.0", server: "" };
    expect(requiredPlugins(folder, env)).toEqual([cloud]);
    mkdirSync(path.join(home, "plugins/resource-deep-v1.0.0"), { recursive: true });
    expect(requiredPlugins(folder, env)).toEqual([
      cloud,
      { name: "deep", version: "1.0.0", server: "" },
    ]);
  });
});
