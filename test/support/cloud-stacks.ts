import { cloudStacks } from "../../tools/policy/stacks.ts";
import { runProgram, type ProgramRun } from "./stack.ts";

/** A stack on a cloud, by the name of its golden file. */
export type CloudStack = keyof typeof cloudStacks;

export const cloudStackNames = Object.keys(cloudStacks) as CloudStack[];

export type CloudRuns = Readonly<Record<CloudStack, ProgramRun>>;

/** One after the other: Pulumi's mocks are one for the process. */
export async function runCloudStacks(): Promise<CloudRuns> {
  const runs: [string, ProgramRun][] = [];
  for (const name of cloudStackNames) runs.push([name, await runProgram(cloudStacks[name])]);
  return Object.fromEntries(runs) as CloudRuns;
}
