import { expect } from "vitest";
import { note } from "../../../tools/testing/clouds-report.ts";
import type { Cloud } from "../harness/cloud.ts";
import { eventually, type Kube, type KubeNode, type Pod } from "../harness/kube.ts";
import type { StackName } from "../harness/stacks.ts";
import { isRunning, whyPending, workloadOf } from "./pods.ts";

const poolLabel = "framewright.dev/pool";

/** Where everything runs that the tables below do not name. */
const elsewhere = ["system"] as const;

/** Pools on which a workload may run; NVENC workers never on A100, which has no encoder. */
const expectations: Readonly<Record<StackName, Readonly<Record<string, readonly string[]>>>> = {
  "dev-gke": { "worker-cpu": ["cpu-spot"], "worker-nvenc-l4": ["l4-spot"] },
  "prod-gke": { "worker-cpu": ["cpu-spot", "cpu"], "worker-nvenc-l4": ["l4-spot", "l4"] },
  "dev-eks": { "worker-cpu": ["cpu-spot"], "worker-nvenc-l4": ["l4-spot"] },
  "prod-eks": { "worker-cpu": ["cpu-spot", "cpu"], "worker-nvenc-l4": ["l4-spot", "l4"] },
};

/** What has a pod on each node, of whatever pool. */
const onEveryNode: readonly string[] = ["vlagent"];

/** A device plugin runs on the pool that it serves, and so does what keeps the least number of its nodes. */
const servesPool = /^(?:nvidia-device-plugin|node-minimum)-(.+)$/;

function expectedPools(
  stack: StackName,
  workload: string,
  allPools: readonly string[],
): readonly string[] {
  if (onEveryNode.includes(workload)) return allPools;
  const served = servesPool.exec(workload)?.[1];
  if (served !== undefined) return [served];
  return expectations[stack][workload] ?? elsewhere;
}

function isDone({ status }: Pod): boolean {
  return status.phase === "Succeeded";
}

/** Waits until nothing waits for a node any more. */
export async function settled(kube: Kube, seconds = 120): Promise<void> {
  await eventually("all pods run", seconds, async () => {
    const waiting = (await kube.pods()).filter((pod) => !isRunning(pod) && !isDone(pod));
    const [first] = waiting;
    if (first === undefined) return undefined;
    return `${waiting.length.toString()} wait, ${first.metadata.name} ${whyPending(first)}`;
  });
}

function poolsByNode(nodes: readonly KubeNode[]): ReadonlyMap<string, string> {
  return new Map(
    nodes.map(({ metadata }) => [metadata.name, metadata.labels?.[poolLabel] ?? "no pool"]),
  );
}

export interface Placement {
  readonly workload: string;
  readonly pods: number;
  readonly expected: readonly string[];
  readonly seen: readonly string[];
}

/** Which workloads run on which pools. */
async function placements(cloud: Cloud, kube: Kube): Promise<Placement[]> {
  const pools = poolsByNode(await kube.nodes());
  const allPools = [...new Set(pools.values())].sort();
  const running = (await kube.pods()).filter(isRunning);
  return [...Map.groupBy(running, workloadOf)]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([workload, pods]) => ({
      workload,
      pods: pods.length,
      expected: expectedPools(cloud.name, workload, allPools),
      seen: [...new Set(pods.map(({ spec }) => pools.get(spec.nodeName ?? "") ?? "none"))].sort(),
    }));
}

/** Every workload runs where it must be, and nowhere else. */
export async function matrix(cloud: Cloud): Promise<string> {
  const kube = await cloud.kube();
  await settled(kube);
  const rows = await placements(cloud, kube);
  for (const { workload, pods, expected, seen } of rows) {
    const places = { expected: expected.join(", "), seen: seen.join(", ") };
    note({ kind: "placement", stack: cloud.name, workload, pods, ...places });
  }
  const strays = rows.filter(({ expected, seen }) => seen.some((pool) => !expected.includes(pool)));
  expect(strays).toEqual([]);
  const pods = rows.reduce((sum, row) => sum + row.pods, 0);
  return `${rows.length.toString()} workloads, ${pods.toString()} pods, each on its pools`;
}
