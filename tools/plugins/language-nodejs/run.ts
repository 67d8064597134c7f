import { createRequire } from "node:module";
import path from "node:path";
import grpc from "@grpc/grpc-js";
import type {
  ProgramInfo,
  RunPluginRequest,
  RunRequest,
} from "@pulumi/pulumi/proto/language_pb.js";
import { PluginError } from "../kit/errors.ts";
import { readProperties } from "../kit/properties.ts";
import { textAt } from "../kit/json.ts";
import type { Command, Outcome } from "./children.ts";

/** Exit code of Pulumi's runner for "failed, and the user has been told why" (cmd/run/index.js). */
const alreadyReported = 32;

/** Which of the SDK's runners starts a plugin written in JavaScript, by the plugin's kind. */
const pluginRunners = new Map([
  ["analyzer", "run-policy-pack"],
  ["resource", "run-plugin"],
]);

/** Finds a runner of the SDK that the program itself has installed, so that both speak the same version. */
function sdkRunner(programDirectory: string, runner: string): string {
  const require = createRequire(path.join(programDirectory, "package.json"));
  try {
    return require.resolve(`@pulumi/pulumi/cmd/${runner}`);
  } catch (cause) {
    throw new PluginError(
      grpc.status.FAILED_PRECONDITION,
      `@pulumi/pulumi is not installed for the program in ${programDirectory}; run npm install there`,
      { cause },
    );
  }
}

function programOf(info: ProgramInfo | undefined): ProgramInfo {
  if (info === undefined) {
    throw new PluginError(
      grpc.status.INVALID_ARGUMENT,
      "the engine did not say which program to run",
    );
  }
  return info;
}

/** Values of the runtime's options in Pulumi.yaml that change how Node is started. */
function runtimeOptions(info: ProgramInfo): { typescript: boolean; nodeArgs: string[] } {
  const options = readProperties(info.getOptions());
  const nodeArgs = textAt(options, "nodeargs") ?? "";
  return {
    typescript: options["typescript"] !== false,
    nodeArgs: nodeArgs.split(" ").filter((argument) => argument !== ""),
  };
}

function flags(values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === "" ? [] : [`--${name}=${value}`],
  );
}

/** The command line and environment of a program, as the official host composes them. */
export function programCommand(request: RunRequest, engineAddress: string): Command {
  const info = programOf(request.getInfo());
  const directory = info.getProgramDirectory();
  const { typescript, nodeArgs } = runtimeOptions(info);
  const config: Record<string, string> = {};
  request.getConfigMap().forEach((value, key) => {
    config[key] = value;
  });
  const named = flags({
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: request.getParallel().toString(),
  });
  return {
    args: [
      ...nodeArgs,
      sdkRunner(directory, "run"),
      ...named,
      ...(request.getDryrun() ? ["--dry-run"] : []),
      info.getEntryPoint() || ".",
      ...request.getArgsList(),
    ],
    cwd: directory,
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(config),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      PULUMI_NODEJS_TYPESCRIPT: String(typescript),
    },
  };
}

/** What the engine is told about a finished program. */
export function runResult(outcome: Outcome): { error: string; bail: boolean } {
  if (outcome.code === 0) return { error: "", bail: false };
  if (outcome.code === alreadyReported) return { error: "", bail: true };
  const how =
    outcome.code === null
      ? `was ended by ${outcome.signal ?? "a signal"}`
      : `exited with non-zero exit code: ${outcome.code.toString()}`;
  return { error: `Program ${how}`, bail: false };
}

/** The command line of a policy pack or of a provider written in JavaScript. */
export function pluginCommand(request: RunPluginRequest): Command {
  const info = programOf(request.getInfo());
  const directory = info.getProgramDirectory();
  const runner = pluginRunners.get(request.getKind() === "" ? "resource" : request.getKind());
  if (runner === undefined) {
    throw new PluginError(
      grpc.status.UNIMPLEMENTED,
      `plugins of kind ${request.getKind()} cannot be run by the built-in stand-in for pulumi-language-nodejs; ` +
        "install the official plugin",
    );
  }
  const { nodeArgs, typescript } = runtimeOptions(info);
  // Logging flags of the CLI come along; the runners take the engine's address alone.
  const address = request.getArgsList().filter((argument) => !argument.startsWith("-"));
  const env = Object.fromEntries(
    request.getEnvList().map((entry): [string, string] => {
      const equals = entry.indexOf("=");
      return [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
  return {
    args: [...nodeArgs, sdkRunner(directory, runner), ...address, directory],
    cwd: directory,
    env: { ...process.env, ...env, PULUMI_NODEJS_TYPESCRIPT: String(typescript) },
  };
}
