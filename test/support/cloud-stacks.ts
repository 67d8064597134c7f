import { runProgram, type ProgramRun, type StackFile } from "./stack.ts";

/** The stacks on clouds that have a golden file each, by its name. */
export const cloudStacks = {
  "dev-gke": { stack: "dev", file: "Pulumi.dev.yaml" },
  "prod-gke": { stack: "prod-gke", file: "docs/samples/Pulumi.prod-gke.yaml" },
  "dev-eks": { stack: "dev-eks", file: "docs/samples/Pulumi.dev-eks.yaml" },
  "prod-eks": { stack: "prod", file: "Pulumi.prod.yaml" },
} as const satisfies Record<string, StackFile>;

export type CloudStack = keyof typeof cloudStacks;

export const cloudStackNames = Object.keys(cloudStacks) as CloudStack[];

export type CloudRuns = Readonly<Record<CloudStack, ProgramRun>>;

/** One after the other: Pulumi's mocks are one for the process. */
export async function runCloudStacks(): Promise<CloudRuns> {
  const runs: [string, ProgramRun][] = [];
  for (const name of cloudStackNames) runs.push([name, await runProgram(cloudStacks[name])]);
  return Object.fromEntries(runs) as CloudRuns;
}
