import { goldenOf } from "../../support/golden.ts";
import { runProgram } from "../../support/stack.ts";
import { withDependencies } from "../kit/dependencies.ts";
import { resourcesOf, type GoldenStack } from "../kit/goldens.ts";

const managed = {
  machine: "db.m6g.large",
  storageGi: 100,
  highAvailability: true,
  caFile: "test/support/rds-ca.pem",
};

/** Production on EKS with RDS, which no golden file has: its database is as secure as Cloud SQL's. */
export async function runRdsStack(): Promise<GoldenStack> {
  const file = "docs/samples/Pulumi.prod-eks-rds.yaml";
  const run = await runProgram({ stack: "prod-eks-rds", file, instead: { postgres: { managed } } });
  const resources = withDependencies(resourcesOf(goldenOf(run).resources));
  return { name: "prod-eks-rds", profile: "strict", resources };
}
