import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { root } from "../paths.ts";
import { packFlags } from "../policy/sealed-project.ts";
import { stackOf, type StackSource } from "../policy/stacks.ts";

const noChanges = "--expect-no-changes";

/** Relative to where the commands run, so that they can be read and repeated. */
const pack = "policy";

/** The commands that bring a stack up under the policy pack, and judge what was really made. */
export function deployCommands(source: StackSource): readonly (readonly string[])[] {
  const stack = ["--stack", source.stack, "--non-interactive"];
  return [
    ["up", "--yes", ...stack, ...packFlags({ profile: source.profile, pack })],
    ["policy", "analyze", ...stack, ...packFlags({ profile: source.profile, pack })],
  ];
}

/** The commands that change nothing, and fail where the cloud or the program is not what the state says. */
export function driftCommands(source: StackSource): readonly (readonly string[])[] {
  const stack = ["--stack", source.stack, "--non-interactive"];
  return [
    ["refresh", "--preview-only", noChanges, ...stack],
    ["preview", noChanges, "--diff", ...stack, ...packFlags({ profile: source.profile, pack })],
  ];
}

/** All of them, also after one that failed: each tells something else. The backend is the environment's. */
function run(commands: readonly (readonly string[])[]): void {
  for (const command of commands) {
    console.log(`pulumi ${command.join(" ")}`);
    const { status, error } = spawnSync("pulumi", command, { cwd: root, stdio: "inherit" });
    if (error !== undefined) throw error;
    if (status !== 0) process.exitCode = 1;
  }
}

function sourceOf(command: string, args: readonly string[]): StackSource {
  const { values } = parseArgs({ args: [...args], options: { stack: { type: "string" } } });
  if (values.stack === undefined) {
    throw new Error(`which stack? npm run ${command} -- --stack dev`);
  }
  return stackOf(values.stack);
}

/** Brings a stack up with the pulumi and the backend of the environment, as CI does. */
export function deploy(args: readonly string[]): void {
  run(deployCommands(sourceOf("deploy", args)));
}

/** Looks for differences between cloud, state and program; the exit code is 1 when there is one. */
export function drift(args: readonly string[]): void {
  run(driftCommands(sourceOf("drift", args)));
}
