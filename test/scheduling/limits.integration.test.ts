import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiError } from "../../tools/plugins/kubernetes/client/api-error.ts";
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
    await simulated.applyKinds(
      ["ServiceAccount", "ComputeClass", "ConfigMap", "DaemonSet", "Deployment"],
      (object) => ["kube-system", "framewright-gpu"].includes(namespaceOf(object)),
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
    await expect(refused).rejects.toThrow(ApiError);
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
    const worker = workloadsOf(stack).find(({ name }) => name === "worker-nvenc-v100");
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

  it("a budget refuses the eviction that breaks it, and grants it when another pod has come", async () => {
    const budget = goldenResources(stack).find(
      ({ inputs }) =>
        inputs["kind"] === "PodDisruptionBudget" && namespaceOf(inputs) === "framewright-api",
    );
    const minAvailable = objectAt(budget?.inputs, "spec")?.["minAvailable"];
    expect(minAvailable).toBe(2);
    const api = workloadsOf(stack).find(({ name }) => name === "api");
    if (api === undefined || budget === undefined) throw new Error(`${stack} has no API`);
    const namespace = api.namespace;
    const { kube } = simulated;
    await kube.apply(budget.inputs);
    for (const name of ["api-1", "api-2"])
      await simulated.createPod(plainPod(api, name, namespace));
    const look = () => kube.pods(namespace);
    await until(
      "two pods",
      look,
      (pods) => pods.filter(({ phase }) => phase === "Running").length === 2,
    );
    const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/api`;
    const healthy = async () => objectAt(await kube.api.get(path), "status")?.["currentHealthy"];
    await until("the budget counts them", healthy, (count) => count === 2);
    expect(await kube.api.evict(namespace, "api-1")).toBe(false);

    await simulated.createPod(plainPod(api, "api-3", namespace));
    await until("the budget counts three", healthy, (count) => count === 3);
    expect(await kube.api.evict(namespace, "api-1")).toBe(true);
    await until("two are left", look, (pods) => pods.length === 2);
    expect(await kube.api.evict(namespace, "api-2")).toBe(false);
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

describe("on prod-gke", () => {
  it("a pod that asks for two slices of one GPU runs nowhere its GPU has only one", async () => {
    // GKE and the device plugin refuse two slices to one pod, which is the kubelet's part and not simulated: what can
    // be seen is that one slice a GPU is all that whole GPUs hand out.
    const simulated = await SimulatedStack.start("prod-gke", (_name, inputs) => {
      const config = objectAt(inputs, "nodeConfig") ?? {};
      const guestAccelerators = config["guestAccelerators"];
      if (!Array.isArray(guestAccelerators)) return inputs;
      const whole = guestAccelerators.map((item) => ({ ...objectAt(item), gpuSharingConfig: {} }));
      return { ...inputs, nodeConfig: { ...config, guestAccelerators: whole } };
    });
    try {
      const namespace = "default";
      const two = modelWorkload({ name: "two", gpu: "a100", namespace, slices: "2" });
      await simulated.createPod(plainPod(two, "two", namespace));
      const look = () => simulated.kube.pods(namespace);
      await until("the scheduler's answer", look, ([pod]) => pod?.refusal !== undefined);
      await holdsFor("it does not run", look, ([pod]) => pod?.node === undefined, 3);
      expect(await simulated.kube.nodes("a100")).toEqual([]);
    } finally {
      await simulated.stop();
    }
  });
});
