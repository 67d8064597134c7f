import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { objectAt, textAt } from "../../tools/plugins/kit/json.ts";
import {
  hasGpus,
  leastOf,
  poolFacts,
  stacks,
  type Hardware,
  type PoolChange,
  type PoolFact,
  type StackName,
  withLeast,
} from "./support/golden-cloud.ts";
import { until, type Kube } from "./support/kube.ts";
import { reportMatrix, type Cell } from "./support/report.ts";
import { SimulatedStack } from "./support/simulated-stack.ts";
import { modelWorkload, pinnedPod, workloadsOf, type Workload } from "./support/workloads.ts";

const namespace = "matrix";
/** On which hardware a workload may run; what is not named needs no GPU, and runs where none is. */
const expectations: Readonly<Record<string, readonly Hardware[]>> = {
  "worker-cpu": ["workers"],
  "worker-nvenc-l4": ["l4"],
  "model-on-a100": ["a100"],
  "model-on-l4": ["l4"],
  // An A100 has no encoder, so nothing satisfies it.
  "nvenc-on-a100": [],
  "needs-no-gpu-but-tolerates": ["none", "a100", "l4"],
};

/** What keeps the least number of a pool's nodes runs on that pool alone. */
const placeholder = /^node-minimum-(.+)$/;

function isExpected(workload: string, { name, hardware }: PoolFact): boolean {
  const served = placeholder.exec(workload)?.[1];
  if (served !== undefined) return served === name;
  return (expectations[workload] ?? ["none"]).includes(hardware);
}

/** Pods that the stacks do not have (yet), each with one thing that has to keep or lead it somewhere. */
function extraWorkloads(stack: StackName): Workload[] {
  const model = (name: string, gpu: string) => modelWorkload({ name, gpu, namespace });
  const encoder = workloadsOf(stack).find(({ name }) => name === "worker-nvenc-l4");
  if (encoder === undefined) throw new Error(`${stack} has no NVENC workers`);
  const selector = { ...objectAt(encoder.spec, "nodeSelector"), "framewright.dev/gpu": "a100" };
  const tolerant = model("needs-no-gpu-but-tolerates", "any");
  return [
    model("model-on-a100", "a100"),
    model("model-on-l4", "l4"),
    { ...encoder, name: "nvenc-on-a100", spec: { ...encoder.spec, nodeSelector: selector } },
    {
      ...tolerant,
      spec: { ...tolerant.spec, nodeSelector: {}, containers: [{ name: "any", image: "any" }] },
    },
  ];
}

/** One node at least in each pool, so that there is one to be put on. */
const withNode: PoolChange = (_name, inputs) => withLeast(inputs, Math.max(1, leastOf(inputs)));

/** Creates each workload once for each pool, and looks where it runs when nothing moves any more. */
async function fill(kube: Kube, workloads: readonly Workload[], pools: readonly PoolFact[]) {
  const pods = workloads.flatMap((workload) =>
    pools.map((pool) => ({ pool, workload, pod: pinnedPod(workload, pool.name, namespace) })),
  );
  for (const { pod } of pods) await kube.api.create(`/api/v1/namespaces/${namespace}/pods`, pod);
  const running = async () => {
    const seen = await kube.pods(namespace);
    return new Set(seen.flatMap(({ name, phase }) => (phase === "Running" ? [name] : [])));
  };
  const wanted = pods
    .filter(({ workload, pool }) => isExpected(workload.name, pool))
    .map(({ workload, pool }) => `${workload.name}-on-${pool.name}`);
  const isComplete = (names: ReadonlySet<string>) => wanted.every((name) => names.has(name));
  for (let look = 0; look < 60 && !isComplete(await running()); look += 1) await sleep(500);
  // Whoever is to stay away has had all this time, and some more.
  await sleep(2_000);
  const names = await running();
  return pods.map(({ workload, pool }): Cell => ({
    workload: workload.name,
    pool: pool.name,
    expected: isExpected(workload.name, pool),
    seen: names.has(`${workload.name}-on-${pool.name}`),
  }));
}

describe.each(stacks)("on %s", (stack) => {
  let simulated: SimulatedStack;
  const pools = poolFacts(stack);

  beforeAll(async () => {
    simulated = await SimulatedStack.start(stack, withNode);
    const { kube } = simulated;
    await kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    await simulated.applyKinds(["PriorityClass"]);
    await simulated.applyKinds(
      ["ServiceAccount", "ConfigMap", "DaemonSet", "Deployment"],
      (object) => textAt(object, "metadata", "namespace") === "kube-system",
    );
    await until(
      "a node with its GPUs in each pool",
      () => kube.nodes(),
      (nodes) =>
        pools.every((fact) =>
          nodes.some(
            ({ pool, isReady, slices }) =>
              pool === fact.name && isReady && slices > 0 === hasGpus(fact),
          ),
        ),
    );
  }, 120_000);

  afterAll(async () => {
    await simulated.stop();
  });

  it("every workload runs on its pools and on no others", async () => {
    const workloads = [...workloadsOf(stack), ...extraWorkloads(stack)];
    const cells = await fill(simulated.kube, workloads, pools);
    reportMatrix(stack, cells);
    expect(cells).toHaveLength(workloads.length * pools.length);
    const wrong = cells.filter(({ expected, seen }) => expected !== seen);
    expect(wrong).toEqual([]);
  }, 120_000);
});
