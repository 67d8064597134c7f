import { givenBinaries } from "../env.ts";
import { binFolder } from "../paths.ts";
import { policyOptions } from "../policy/options.ts";
import { buildProvider, downloadPlugins } from "../pulumi-plugins.ts";
import { buildTools } from "../toolchain.ts";

const built = { pulumi: "the Pulumi CLI", provider: "Pulumi's provider for Kubernetes" } as const;

function build(name: keyof typeof built): Promise<boolean> {
  return buildTools(name, () => {
    console.error(`Building ${built[name]}; this is done once and takes minutes`);
  });
}

/** The pinned CLI, whatever the machine has: everybody's report is made by the same engine. */
async function cliFolder(): Promise<string> {
  if (givenBinaries !== undefined) return givenBinaries;
  await build("pulumi");
  await buildProvider(await downloadPlugins(), build);
  return binFolder;
}

export { policyUsage as usage } from "../policy/options.ts";

type Run = (binaries: string) => Promise<boolean>;

/** What was asked for, checked; undefined if it makes no sense, which is said. */
async function checked(args: readonly string[]): Promise<Run | undefined> {
  try {
    const options = policyOptions(args);
    // Only here: the rules bring Pulumi's SDK along, which other commands would wait for.
    const { policyRun } = await import("../policy/run.ts");
    return policyRun(options);
  } catch (error) {
    console.error(`framewright: ${error instanceof Error ? error.message : String(error)}`);
    console.error("All options: npm run policy -- --help");
    return undefined;
  }
}

/**
 * Evaluates stacks by the policy pack, without a cloud. The exit code is 1 when one is refused or was not evaluated, and 2
 * when it was asked for something that makes no sense.
 */
export async function run(args: readonly string[]): Promise<void> {
  const chosen = await checked(args);
  if (chosen === undefined) process.exitCode = 2;
  else if (!(await chosen(await cliFolder()))) process.exitCode = 1;
}
