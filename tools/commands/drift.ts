import { packFlags, pulumiAloud, shownFlags, stackNamed } from "../deploy.ts";

export const usage = `npm run drift -- --stack NAME

Compares the cloud and the cluster with the state, and the state with this commit. Changes nothing. Ends with 0 only if
all of them agree. Pulumi shows what differs; the last line says what to do.

  --stack NAME         a stack that has a file here, such as dev

The environment is that of \`npm run deploy\`.`;

/** How the CLI ends when \`--expect-no-changes\` finds one (pkg/cmd/pulumi/cmd/exit_codes.go, which promises to stay). */
const unexpectedChanges = 7;

function verdict(stack: string, outside: number, commit: number): string {
  const deploy = `npm run deploy -- --stack ${stack}`;
  if (outside === unexpectedChanges) {
    return `${stack} has drifted. To make it as this commit says: ${deploy}. What is right as it is now goes into the program first: the deploy reverts it otherwise.`;
  }
  if (outside === 0 && commit === unexpectedChanges) {
    return `${stack} has not drifted, but this commit is not deployed: ${deploy}`;
  }
  return `pulumi refresh ended with ${outside} and pulumi preview with ${commit}, so it is not known whether ${stack} has drifted, or the policies refuse this commit. The error is above.`;
}

/** Looks for differences between cloud, state and program; throws when there is one. */
export function run(args: readonly string[]): void {
  const source = stackNamed("drift", args);
  const { stack } = source;
  const quiet = ["--expect-no-changes", ...shownFlags, "--stack", stack, "--non-interactive"];
  const outside = pulumiAloud(["refresh", "--preview-only", ...quiet]);
  // A newer add-on or node image that the cloud offers since then is no drift; the next deploy takes it.
  const commit = pulumiAloud(["preview", ...quiet, ...packFlags(source)], {
    // Read by config/env.ts.
    FRAMEWRIGHT_KEEP_VERSIONS: "true",
  });
  if (outside !== 0 || commit !== 0) throw new Error(verdict(stack, outside, commit));
  console.log(`\n${stack} has not drifted: the cloud, the state and this commit agree.`);
}
