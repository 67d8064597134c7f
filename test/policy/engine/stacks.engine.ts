import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Outcome } from "../../../tools/policy/sealed-project.ts";
import { knownStacks, type StackSource } from "../../../tools/policy/stacks.ts";
import { plainTable } from "../../../tools/testing/tables.ts";
import { startControlPlane, type ControlPlane } from "../../support/control-plane.ts";
import { withStack, type ClusterState } from "./stack-project.ts";

let plane: ControlPlane;
const rows: string[][] = [];

beforeAll(async () => {
  plane = await startControlPlane();
});

afterAll(async () => {
  await plane.stop();
  const head = ["stack", "profile", "cluster", "resources", "violations", "s"];
  console.log(
    plainTable({ title: "\nOur stacks under the policy pack", head, rows: rows.toSorted() }),
  );
});

function previewed(source: StackSource, cluster: ClusterState): Promise<Outcome> {
  const { profile } = source;
  const env = { TEST_KUBECONFIG: plane.kubeconfig };
  return withStack(source, cluster, (project) => project.preview({ profile }, env));
}

/** A cluster that is known shows rules what Kubernetes adds; of stacks of one cloud that is the same. */
function clustersOf({ name }: StackSource): ClusterState[] {
  return name.startsWith("dev-") ? ["unknown"] : ["unknown", "known"];
}

// Two at once (maxConcurrency): a preview loads its program before the pack and the providers have anything to do.
describe.concurrent.each(knownStacks)("the stack $name", (source) => {
  it.each(clustersOf(source))(
    "passes the pack without a word while its cluster is %s",
    async (cluster) => {
      const { code, findings, errors, changes, seconds, stderr } = await previewed(source, cluster);
      const { name, profile } = source;
      const created = changes["create"] ?? 0;
      const found = findings.length.toString();
      rows.push([name, profile, cluster, created.toString(), found, seconds.toFixed(1)]);
      const said = findings.map(({ rule, level, message }) => `${rule} (${level}): ${message}`);
      expect({ said, errors }, stderr).toEqual({ said: [], errors: [] });
      expect(code).toBe(0);
      expect(created).toBeGreaterThan(100);
    },
  );
});
