import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { objectAt, without, type JsonObject, textAt } from "../../tools/plugins/kit/json.ts";
import { ClusterFolder } from "../standins/cluster/folder.ts";
import { endAll } from "../standins/cluster/processes.ts";
import { changeSettings, drainSpot } from "../standins/cluster/settings.ts";
import { clusterIdOf, emptyPools, type StackName } from "./support/golden-cloud.ts";
import { holdsFor, until } from "./support/kube.ts";
import { SimulatedStack, testSettings } from "./support/simulated-stack.ts";
import {
  anyGpuWorkload,
  modelWorkload,
  plainPod,
  workloadsOf,
  type Workload,
} from "./support/workloads.ts";

const namespace = "growth";
const clouds = ["prod-gke", "prod-eks"] as const satisfies readonly StackName[];

function encoder(stack: StackName): Workload {
  const found = workloadsOf(stack).find(({ name }) => name === "worker-nvenc-l4");
  if (found === undefined) throw new Error(`${stack} has no NVENC workers`);
  return found;
}

/** What runs beside the pods of a test; without placeholders, for which the cloud would always keep a node. */
function isInSystem(object: JsonObject): boolean {
  const name = textAt(object, "metadata", "name") ?? "";
  return (
    textAt(object, "metadata", "namespace") === "kube-system" && !name.startsWith("node-minimum-")
  );
}

const model = modelWorkload({ name: "model", gpu: "a100", namespace });
const anyGpu = anyGpuWorkload(namespace);

describe.each(clouds)("on %s", (stack) => {
  let simulated: SimulatedStack;

  const nodes = (pool: string) => () => simulated.kube.nodes(pool);
  const running = async () =>
    (await simulated.kube.pods(namespace)).filter(({ phase }) => phase === "Running");
  const create = async (workload: Workload, ...names: string[]) => {
    for (const name of names) await simulated.createPod(plainPod(workload, name, namespace));
  };

  // The pools are those of the stack, without a node of a GPU before one is needed.
  beforeAll(async () => {
    simulated = await SimulatedStack.start(stack, emptyPools);
    const { kube } = simulated;
    await kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    await simulated.applyKinds(["PriorityClass", "ComputeClass"]);
    await simulated.applyKinds(
      ["ServiceAccount", "ConfigMap", "DaemonSet", "Deployment"],
      isInSystem,
    );
    const add = () => kube.pods("kube-system");
    await until(
      "the add-ons",
      add,
      (pods) => pods.length > 0 && pods.every(({ node }) => node !== undefined),
    );
  }, 120_000);

  afterEach(async () => {
    const { kube, folder } = simulated;
    simulated.faults();
    drainSpot(folder, []);
    await kube.api.delete(`/apis/apps/v1/namespaces/${namespace}/deployments/worker`);
    await kube.api.delete(`/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/worker`);
    changeSettings(folder, { ...testSettings, emptySeconds: 0 });
    await until(
      "nothing is left for the next test",
      async () => {
        const pods = await kube.pods(namespace);
        for (const { name } of pods) await kube.deletePod(namespace, name);
        const gpus = (await kube.nodes()).filter(({ pool }) => pool !== "system");
        return [...pods, ...gpus];
      },
      (left) => left.length === 0,
    );
    changeSettings(folder, testSettings);
  });

  afterAll(async () => {
    await simulated.stop();
  });

  it("the first A100 comes with the first pod, and hands out its slices", async () => {
    expect(await nodes("a100")()).toEqual([]);
    await create(model, "one", "two", "three", "four");
    await until("four pods on four slices", running, (pods) => pods.length === 4);
    const perNode = stack === "prod-gke" ? 4 : 32;
    expect((await nodes("a100")()).map(({ slices }) => slices)).toEqual([perNode]);
  });

  it("of pools that would all do, the one with the highest priority grows, then the next", async () => {
    await create(anyGpu, "first");
    const [first] = await until("the first", running, (pods) => pods.length === 1);
    expect((await nodes("a100")()).map(({ name }) => name)).toEqual([first?.node]);

    await simulated.kube.deletePod(namespace, "first");
    simulated.faults("a100");
    changeSettings(simulated.folder, { emptySeconds: 0 });
    await until("no A100", nodes("a100"), (left) => left.length === 0);
    changeSettings(simulated.folder, testSettings);
    await create(anyGpu, "second");
    await until("the second", running, (pods) => pods.length === 1);
    expect(await nodes("l4-spot")()).toHaveLength(1);

    simulated.faults("a100", "l4-spot");
    await create(anyGpu, "third", "fourth", "fifth");
    await until("all four", running, (pods) => pods.length === 4);
    expect(await nodes("l4-spot")()).toHaveLength(1);
    expect(await nodes("l4")()).toHaveLength(1);
  });

  it("an NVENC worker waits rather than run on an A100", async () => {
    simulated.faults("l4", "l4-spot");
    await create(encoder(stack), "worker");
    const look = async () => [...(await running()), ...(await nodes("a100")())];
    await holdsFor("no A100 grows for an encoder", look, (seen) => seen.length === 0, 5);
    simulated.faults();
    const [worker] = await until("a L4", running, (pods) => pods.length === 1);
    expect((await nodes("l4-spot")()).map(({ name }) => name)).toEqual([worker?.node]);
  });

  it("when the cloud takes the spot nodes back, pods move to the on-demand twin, as their budget allows", async () => {
    await simulated.kube.apply(...deploymentWithBudget(encoder(stack)));
    await until("both on spot", running, (pods) => pods.length === 2);
    const spot = (await nodes("l4-spot")()).map(({ name }) => name);
    expect((await running()).every(({ node }) => spot.includes(node ?? ""))).toBe(true);

    changeSettings(simulated.folder, { drainSeconds: 60 });
    drainSpot(simulated.folder, ["l4-spot"]);
    let least = 2;
    const look = async () => {
      const pods = await running();
      least = Math.min(least, pods.length);
      const twins = (await nodes("l4")()).map(({ name }) => name);
      return { twins, on: pods.map(({ node }) => node ?? ""), spot: await nodes("l4-spot")() };
    };
    await until(
      "both on demand",
      look,
      ({ twins, on, spot: left }) =>
        left.length === 0 && on.length === 2 && on.every((node) => twins.includes(node)),
      60,
    );
    expect(least).toBeGreaterThanOrEqual(1);
  });

  it("nodes that have nothing to do go, but for the least of their pool", async () => {
    simulated.resize("l4-spot", { min: 1 });
    await until("the least comes by itself", nodes("l4-spot"), (there) => there.length === 1);
    const spot = modelWorkload({ name: "model", gpu: "l4", namespace });
    const names = ["one", "two", "three", "four"];
    await create(spot, ...names);
    await until("two nodes", running, (pods) => pods.length === 4);
    expect(await nodes("l4-spot")()).toHaveLength(2);
    changeSettings(simulated.folder, { emptySeconds: 0 });
    for (const name of names) await simulated.kube.deletePod(namespace, name);
    await until("one node", nodes("l4-spot"), (there) => there.length === 1);
    await holdsFor("the least stays", nodes("l4-spot"), (there) => there.length === 1, 3);
    simulated.resize("l4-spot", { min: 0 });
  });

  it("a cluster whose processes were killed goes on with its nodes and pods", async () => {
    await create(model, "model");
    await until("the pod", running, (pods) => pods.length === 1);
    const before = (await simulated.kube.nodes()).map(({ name }) => name);
    const { folder } = simulated;
    const cluster = new ClusterFolder({ cloudFolder: folder, id: clusterIdOf(stack) });
    await endAll(cluster.readProcesses());
    await SimulatedStack.boot(stack, folder);
    expect((await simulated.kube.nodes()).map(({ name }) => name)).toEqual(before);
    await create(model, "another");
    await until("another pod", running, (pods) => pods.length === 2);
  });

  if (stack !== "prod-eks") return;

  it("nothing grows while the stack's autoscaler does not run", async () => {
    const scale = "/apis/apps/v1/namespaces/kube-system/deployments/cluster-autoscaler";
    await simulated.kube.api.patch(scale, { spec: { replicas: 0 } });
    const autoscalers = async () =>
      (await simulated.kube.pods("kube-system")).filter(({ name }) => name.includes("autoscaler"));
    await until("no autoscaler", autoscalers, (pods) => pods.length === 0);
    await create(anyGpu, "pod");
    await holdsFor("no GPU node", nodes("a100"), (there) => there.length === 0, 4);
    await simulated.kube.api.patch(scale, { spec: { replicas: 2 } });
    await until("a GPU node", running, (pods) => pods.length === 1);
  });

  it("without its tag, a pool without nodes does not grow for a pod that asks for disk", async () => {
    const tag = "k8s.io/cluster-autoscaler/node-template/resources/ephemeral-storage";
    const change = (inputs: JsonObject) => ({
      ...inputs,
      tags: without(objectAt(inputs, "tags") ?? {}, tag),
    });
    const restore = simulated.changePool("a100", change);
    await create(modelWorkload({ name: "model", gpu: "a100", namespace, disk: "20Gi" }), "pod");
    await holdsFor("no A100", nodes("a100"), (there) => there.length === 0, 4);
    restore();
    await until("with it, one", running, (pods) => pods.length === 1);
  });
});

function deploymentWithBudget(workload: Workload): JsonObject[] {
  const labels = { worker: "yes" };
  const selector = { matchLabels: labels };
  const spec = objectAt(plainPod(workload, "", namespace), "spec") ?? {};
  const metadata = { name: "worker", namespace };
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { replicas: 2, selector, template: { metadata: { labels }, spec } },
    },
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata,
      spec: { minAvailable: 1, selector },
    },
  ];
}
