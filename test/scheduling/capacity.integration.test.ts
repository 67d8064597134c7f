import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { numberAt, objectAt, textAt, type JsonObject } from "../../tools/plugins/kit/json.ts";
import {
  emptyPools,
  gpuOf,
  goldenResources,
  slicesPerNode,
  type StackName,
} from "./support/golden-cloud.ts";
import { until } from "./support/kube.ts";
import { SimulatedStack } from "./support/simulated-stack.ts";
import { plainPod, workloadsOf, type Workload } from "./support/workloads.ts";

const namespace = "capacity";
const clouds = ["prod-gke", "prod-eks"] as const satisfies readonly StackName[];

function isInSystem(object: JsonObject): boolean {
  return objectAt(object, "metadata")?.["namespace"] === "kube-system";
}

/** The highest number of pods to which the autoscaler of a Deployment goes. */
const scalers = ["HorizontalPodAutoscaler", "ScaledObject"];

function mostOf(stack: StackName, deployment: string): number {
  const scaler = goldenResources(stack).find(
    ({ inputs }) =>
      scalers.some((kind) => inputs["kind"] === kind) &&
      textAt(inputs, "spec", "scaleTargetRef", "name") === deployment,
  );
  const most = (field: string) => numberAt(scaler?.inputs, "spec", field);
  return most("maxReplicas") ?? most("maxReplicaCount") ?? 0;
}

describe.each(clouds)("on %s", (stack) => {
  let simulated: SimulatedStack;

  const running = async () =>
    (await simulated.kube.pods(namespace)).filter(({ phase }) => phase === "Running");
  const clear = async () => {
    for (const { name } of await simulated.kube.pods(namespace)) {
      await simulated.kube.deletePod(namespace, name);
    }
  };
  const create = async (workload: Workload, count: number) => {
    for (let index = 1; index <= count; index += 1) {
      const name = `${workload.name}-${index.toString()}`;
      await simulated.createPod(plainPod(workload, name, namespace));
    }
  };

  beforeAll(async () => {
    simulated = await SimulatedStack.start(stack, emptyPools);
    const { kube } = simulated;
    await kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    await simulated.applyKinds(["PriorityClass", "ComputeClass"]);
    await simulated.applyKinds(
      ["ServiceAccount", "ConfigMap", "DaemonSet", "Deployment"],
      isInSystem,
    );
  }, 120_000);

  afterEach(async () => {
    await clear();
    await until(
      "none",
      () => simulated.kube.pods(namespace),
      (pods) => pods.length === 0,
    );
  });

  afterAll(async () => {
    await simulated.stop();
  });

  it("as many CPU workers as the autoscaler may ask for run", async () => {
    const [worker] = workloadsOf(stack).filter(({ name }) => name === "worker-cpu");
    if (worker === undefined) throw new Error(`${stack} has no CPU workers`);
    const most = mostOf(stack, "worker-cpu");
    expect(most).toBe(20);
    await create(worker, most);
    await until(`${most.toString()} CPU workers`, running, (pods) => pods.length === most, 40);
  });

  it("a node of GPUs runs an NVENC worker on each of its slices", async () => {
    const [worker] = workloadsOf(stack).filter(({ name }) => name.startsWith("worker-nvenc-"));
    if (worker === undefined) throw new Error(`${stack} has no NVENC workers`);
    const slices = slicesPerNode(stack, gpuOf(worker));
    expect(slices).toBeGreaterThan(1);
    await create(worker, slices);
    const pods = await until("a worker on each slice", running, (seen) => seen.length === slices);
    expect(new Set(pods.map(({ node }) => node)).size).toBe(1);
  });
});
