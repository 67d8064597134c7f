import { preflight } from "../account/preflight.ts";
import { stackNamed } from "../deploy.ts";

export const usage = `npm run preflight -- --stack NAME

Asks the account of a stack whether everything that the stack needs is there: machine types and GPUs in each zone, and
quotas (vCPUs, GPUs, disks, addresses). Where secrets come from a store of yours (secrets.source), it asks the cluster as well
whether the External Secrets Operator is there and the store ready. Prints what is needed, there and missing, with the way to ask for more. Changes
nothing. Ends with 0 only if the stack can start. \`npm run deploy\` asks the same first.

  --stack NAME         a stack that has a file here, such as dev

It uses the credentials of the environment, as the AWS CLI or Pulumi's provider for Google Cloud would, and needs to read
only: ec2:Describe*, servicequotas:Get* and sts:GetCallerIdentity; or the role Compute Viewer (roles/compute.viewer).`;

export function run(args: readonly string[]): Promise<void> {
  return preflight(stackNamed("preflight", args));
}
