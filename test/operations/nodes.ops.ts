import { expect, test } from "vitest";
import { nodeName } from "../../tools/node/addresses.ts";
import { kubectl } from "../../tools/node/start.ts";
import { untilApiAnswers } from "../../tools/stack.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { jobBeingEncoded, outcomeOf } from "../support/e2e/faults.ts";
import { platform } from "../support/e2e/platform.ts";

describeClusterOnFailure();

const minute = 60_000;

/** Pods of the platform that run, but those that are on each node and stay. */
async function running(): Promise<string[]> {
  const path =
    "{range .items[*]}{.metadata.ownerReferences[0].kind} {.metadata.namespace}/{.metadata.name}{'\\n'}{end}";
  const args = ["get", "pods", "--all-namespaces", "--field-selector=status.phase=Running"];
  const lines = (await kubectl([...args, `--output=jsonpath=${path}`])).split("\n");
  return lines.filter((line) => / framewright-/.test(line) && !line.startsWith("DaemonSet"));
}

test(
  "a node that is drained gives every pod away within their times, and a job that was encoded goes on (docs/runbooks/drain-a-node.md)",
  async () => {
    const api = await platform();
    const { id } = await jobBeingEncoded(api);
    const before = await running();
    const start = performance.now();
    try {
      const options = ["--ignore-daemonsets", "--delete-emptydir-data", "--timeout=300s"];
      await kubectl(["drain", nodeName, ...options]);
      expect(await running()).toEqual([]);
    } finally {
      await kubectl(["uncordon", nodeName]);
    }
    const drained = (performance.now() - start) / 1000;
    await untilApiAnswers();
    await expect
      .poll(async () => (await running()).length, { timeout: 5 * minute, interval: 1000 })
      .toBeGreaterThanOrEqual(before.length);
    const back = (performance.now() - start) / 1000 - drained;
    const { job, outcomes, published } = await outcomeOf(api, id);
    console.log(
      `${before.length} pods drained in ${drained.toFixed(0)} s, all there ${back.toFixed(0)} s after the node was; ` +
        `the job's attempts: ${outcomes.join(", ")}`,
    );
    expect(job.state).toBe("succeeded");
    expect(published).toBe(1);
  },
  15 * minute,
);
