import { spawnSync } from "node:child_process";
import { shell as userShell } from "../env.ts";
import { root } from "../paths.ts";
import { shellEnvironment } from "../stack.ts";

export const usage = `npm run shell [-- COMMAND...]

Opens a shell in which pulumi and kubectl know this clone's stack, or runs one command in it.

For example: npm run shell -- pulumi preview --stack local`;

/** Opens a shell in which `pulumi` and `kubectl` know this clone's stack, or runs one command in it. */
export function run(args: readonly string[]): void {
  const command = args.length === 0 ? [] : ["-c", args.map(quoted).join(" ")];
  const { status, error } = spawnSync(userShell, command, {
    cwd: root,
    stdio: "inherit",
    env: shellEnvironment(),
  });
  if (error !== undefined) throw error;
  process.exitCode = status ?? 1;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
