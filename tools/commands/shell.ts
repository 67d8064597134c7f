import { spawnSync } from "node:child_process";
import { shell as userShell } from "../env.ts";
import { root } from "../paths.ts";
import { shellEnvironment } from "../stack.ts";

/** Opens a shell in which `pulumi` and `kubectl` know this clone's stack, or runs one command in it. */
export function shell(args: readonly string[]): void {
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
