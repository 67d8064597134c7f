import { preflight } from "../account/preflight.ts";
import { packFlags, pulumiAloud, shownFlags, stackNamed } from "../deploy.ts";

export const usage = `npm run deploy -- --stack NAME

Asks the account first for what the stack needs, as \`npm run preflight\` does, and stops where something is missing.
Brings a stack to what this commit says, under the policy pack, and checks what was made. What was changed behind
Pulumi's back is put right as well. Asks nobody. Ends with 0 only if all of it was done and keeps the policies.

  --stack NAME         a stack that has a file here, such as dev

The environment is that of any pulumi command, with pulumi 3.250 or later on the PATH:
  PULUMI_BACKEND_URL   where the state is: gs://BUCKET, s3://BUCKET
  credentials of the cloud, and of the key that the stack's secrets are sealed with`;

/** Brings a stack up with the pulumi and the backend of the environment, as CI does. */
export async function run(args: readonly string[]): Promise<void> {
  const source = stackNamed("deploy", args);
  await preflight(source);
  const { stack } = source;
  const pack = packFlags(source);
  const onStack = ["--stack", stack, "--non-interactive"];
  const steps = [
    // The state alone does not show what was changed elsewhere. `up --refresh` would read everything twice.
    ["refresh", "--yes", "--skip-preview", ...shownFlags, ...onStack],
    ["up", "--yes", ...shownFlags, ...onStack, ...pack],
    ["policy", "analyze", ...onStack, ...pack],
  ];
  for (const step of steps) {
    const status = pulumiAloud(step);
    if (status === 0) continue;
    throw new Error(
      `pulumi ${step[0] ?? ""} ended with ${status}, and ${stack} is not as this commit and the policies say. ` +
        "Its error is above. Mend what the error names, and run this command again. After an update that was " +
        "killed: docs/runbooks/interrupted-update.md.",
    );
  }
  console.log(`\n${stack} is as this commit says, and keeps the policies.`);
}
