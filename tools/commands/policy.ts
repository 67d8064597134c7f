import { givenBinaries } from "../env.ts";
import { binFolder } from "../paths.ts";
import { policyOptions } from "../policy/options.ts";
import { buildTools } from "../toolchain.ts";

/** The pinned CLI, whatever the machine has: everybody's report is made by the same engine. */
async function cliFolder(): Promise<string> {
  if (givenBinaries !== undefined) return givenBinaries;
  await buildTools("pulumi", () => {
    console.error("Building the Pulumi CLI; this is done once");
  });
  return binFolder;
}

/** Judges stacks by the policy pack, without a cloud; the exit code is 1 when one is refused or was not judged. */
export async function policy(args: readonly string[]): Promise<void> {
  const options = policyOptions(args);
  // Only here: the rules bring Pulumi's SDK along, which other commands would wait for.
  const { runPolicies } = await import("../policy/run.ts");
  if (!(await runPolicies(options, await cliFolder()))) process.exitCode = 1;
}
