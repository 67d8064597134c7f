import { ApiException } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { objectAt, textAt, type JsonObject } from "../../tools/plugins/kit/json.ts";
import { goldenResources, type StackName } from "./support/golden-cloud.ts";
import { holdsFor, until } from "./support/kube.ts";
import { SimulatedStack } from "./support/simulated-stack.ts";
import { modelWorkload, plainPod, workloadsOf } from "./support/workloads.ts";

const clouds = ["prod-gke", "prod-eks"] as const satisfies readonly StackName[];

/** Seed 004, in slices. */
const quotas = {
  "ai-models-stt": 4,
  "ai-models-mt": 2,
  "ai-models-tts": 4,
  "ai-models-lip-sync": 2,
} as const;

function namespaceOf(object: JsonObject): string {
  return textAt(object, "metadata", "namespace") ?? textAt(object, "metadata", "name") ?? "";
}

describe.each(clouds)("on %s", (stack) => {
  let simulated: SimulatedStack;

  beforeAll(async () => {
    simulated = await SimulatedStack.start(stack);
    await simulated.applyKinds(["Namespace", "PriorityClass", "LimitRange", "ResourceQuota"]);
    // The API server counts by a quota from when it has seen it, its status says that it is counted.
    const quotas = () => simulated.kube.api.list("/api/v1/resourcequotas");
    await until("quotas", quotas, (seen) =>
      seen.every((quota) => objectAt(quota, "status", "used")),
    );
    await simulated.applyKinds(
      ["ServiceAccount", "ComputeClass", "ConfigMap", "DaemonSet", "Deployment"],
      (object) => ["kube-system", "default"].includes(namespaceOf(object)),
    );
  }, 120_000);

  afterAll(async () => {
    await simulated.stop();
  });

  it.each(Object.entries(quotas))("%s gets %i slices and no more", async (namespace, slices) => {
    const model = modelWorkload({ name: "model", gpu: "a100", namespace });
    for (let index = 1; index <= slices; index += 1) {
      await simulated.createPod(plainPod(model, `model-${index.toString()}`, namespace));
    }
    const refused = simulated.createPod(plainPod(model, "one-too-many", namespace));
    await expect(refused).rejects.toThrow(ApiException);
    await expect(refused).rejects.toThrow(/exceeded quota: .*requests\.nvidia\.com\/gpu/);
    const look = () => simulated.kube.pods(namespace);
    await until(
      "all within the quota run",
      look,
      (pods) => pods.length === slices && pods.every(({ phase }) => phase === "Running"),
    );
  });

  it("NVENC workers get the slices of their quota and no more", async () => {
    const namespace = "framewright-workers";
    const worker = workloadsOf(stack).find(({ name }) => name === "worker-nvenc-l4");
    const quota = goldenResources(stack).find(
      ({ inputs }) => inputs["kind"] === "ResourceQuota" && namespaceOf(inputs) === namespace,
    );
    const slices = Number(textAt(quota?.inputs, "spec", "hard", "requests.nvidia.com/gpu"));
    if (worker === undefined) throw new Error(`${stack} has no NVENC workers`);
    expect(slices).toBeGreaterThan(0);
    for (let index = 1; index <= slices; index += 1) {
      await simulated.createPod(plainPod(worker, `worker-${index.toString()}`, namespace));
    }
    const refused = simulated.createPod(plainPod(worker, "one-too-many", namespace));
    await expect(refused).rejects.toThrow(/exceeded quota/);
    const look = () => simulated.kube.pods(namespace);
    await until("all within the quota run", look, (pods) =>
      pods.every(({ phase }) => phase === "Running"),
    );
  });

  it("a budget grants one eviction, refuses the next, and grants it when another pod has come", async () => {
    const { kube } = simulated;
    const api = workloadsOf(stack).find(({ name }) => name === "api");
    if (api === undefined) throw new Error(`${stack} has no API`);
    const { namespace } = api;
    const selector = { matchLabels: api.labels };
    const spec = objectAt(plainPod(api, "", namespace), "spec") ?? {};
    const template = { metadata: { labels: api.labels }, spec };
    const isApi = (object: JsonObject) => textAt(object, "metadata", "name") === "api";
    await simulated.applyKinds(["PodDisruptionBudget"], isApi);
    await kube.apply({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "api", namespace },
      spec: { replicas: 3, selector, template },
    });
    const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/api`;
    const status = async () => objectAt(await kube.api.get(path), "status") ?? {};
    const counts = (healthy: number, allowed: number) => (seen: JsonObject) =>
      seen["currentHealthy"] === healthy && seen["disruptionsAllowed"] === allowed;
    await until("three are well", status, counts(3, 1));
    const [first, second] = await kube.pods(namespace);

    // Nobody can take the place of the first that leaves.
    const nodes = await kube.nodes();
    simulated.faults("system");
    for (const { name } of nodes) await kube.cordon(name, true);
    expect(await kube.api.evict(namespace, first?.name ?? "")).toBe(true);
    await until("two are well", status, counts(2, 0));
    expect(await kube.api.evict(namespace, second?.name ?? "")).toBe(false);

    for (const { name } of nodes) await kube.cordon(name, false);
    simulated.faults();
    await until("three are well again", status, counts(3, 1));
    expect(await kube.api.evict(namespace, second?.name ?? "")).toBe(true);
  });

  it("a pod that asks for two slices is refused by the node that has them", async () => {
    const namespace = "greedy";
    const { kube } = simulated;
    await kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const greedy = modelWorkload({ name: "two", gpu: "l4", namespace, slices: "2" });
    await simulated.createPod(plainPod(greedy, "two", namespace));
    const [two] = await until(
      "it fails",
      () => kube.pods(namespace),
      ([pod]) => pod?.phase === "Failed",
    );
    expect(two?.failure).toMatch(/maximum request size for shared resources is 1/);
  });

  it("a pod without a GPU stays off GPU nodes, however much room they have", async () => {
    const namespace = "plain";
    const { kube } = simulated;
    await kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    // More than a system node has, and less than any GPU node.
    const resources = { requests: { cpu: "5" } };
    const container = { name: "big", image: "simulated.invalid/big:1", resources };
    await simulated.createPod({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "big", namespace },
      spec: { containers: [container] },
    });
    const look = () => kube.pods(namespace);
    const [big] = await until(
      "the scheduler's answer",
      look,
      ([pod]) => pod?.refusal !== undefined,
    );
    expect(big?.refusal).toMatch(/untolerated taint/);
    await holdsFor("it does not run", look, ([pod]) => pod?.node === undefined, 3);
  });
});
