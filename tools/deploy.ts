import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { environmentWith } from "./env.ts";
import { root } from "./paths.ts";
import { packFlags as flagsOf } from "./policy/sealed-project.ts";
import { stackOf, type StackSource } from "./policy/stacks.ts";

/** Shows only what is different, with its values; the engine hides those of secrets. */
export const shownFlags = ["--diff", "--suppress-progress"];

/** The policy pack with the stack's profile. Its path is relative, so that the command can be repeated as it is shown. */
export function packFlags({ profile }: StackSource): readonly string[] {
  return flagsOf({ profile, pack: "policy" });
}

/** The stack that `--stack` names. */
export function stackNamed(command: string, args: readonly string[]): StackSource {
  const { values } = parseArgs({ args: [...args], options: { stack: { type: "string" } } });
  if (values.stack === undefined) {
    throw new Error(`which stack? npm run ${command} -- --stack dev`);
  }
  const source = stackOf(values.stack);
  console.log(`The stack ${source.stack} of ${source.file}, under the profile ${source.profile}`);
  return source;
}

/**
 * Runs pulumi with this terminal, after its command line; returns its exit code, or its signal's as a shell has it.
 *
 * @param env variables beside those of this process
 */
export function pulumiAloud(args: readonly string[], env: Record<string, string> = {}): number {
  console.log(`\npulumi ${args.join(" ")}\n`);
  const { status, error } = spawnSync("pulumi", args, {
    cwd: root,
    stdio: "inherit",
    env: environmentWith(env),
  });
  if (error !== undefined) {
    const remedy = "pulumi 3.250 or later must be on the PATH: https://www.pulumi.com/docs/install";
    throw new Error(`${error.message}; ${remedy}`, { cause: error });
  }
  return status ?? 130;
}
