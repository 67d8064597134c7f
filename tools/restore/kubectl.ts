import { exec } from "../exec.ts";

/** Runs kubectl on the stack's cluster and returns what it prints. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

/** @param base the program, and options of every command */
export function kubectlBy(base: { command: string; args: readonly string[] }): Kubectl {
  return (args, input) =>
    exec(base.command, [...base.args, ...args], input === undefined ? {} : { input });
}
