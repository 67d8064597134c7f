import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLogger } from "@framewright/runtime/log.ts";
import { createQueue } from "../../models/queue/queue.ts";
import { listAt, objectAt, textAt, type JsonObject } from "../../tools/plugins/kit/json.ts";
import { changeSettings } from "../standins/cluster/settings.ts";
import { desiredPods } from "./support/desired-pods.ts";
import { emptyPools, slicesPerNode, t4OnDemand, type StackName } from "./support/golden-cloud.ts";
import { holdsFor, until } from "./support/kube.ts";
import { modelObjects, type ModelObjects } from "./support/model-services.ts";
import { SimulatedStack, testSettings } from "./support/simulated-stack.ts";
import { modelWorkload, plainPod } from "./support/workloads.ts";

const clouds = ["prod-gke", "prod-eks"] as const satisfies readonly StackName[];
/** Of others, with what they are worth; it has no quota. */
const others = "others";

function isInSystem(object: JsonObject): boolean {
  const name = textAt(object, "metadata", "name") ?? "";
  return (
    textAt(object, "metadata", "namespace") === "kube-system" && !name.startsWith("node-minimum-")
  );
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

describe.each(clouds)("on %s", (stack) => {
  let simulated: SimulatedStack;
  let stt: ModelObjects;
  let tts: ModelObjects;
  let mt: ModelObjects;

  const nodes = (pool: string) => () => simulated.kube.nodes(pool);
  const running = async (namespace: string) =>
    (await simulated.kube.pods(namespace)).filter(({ phase }) => phase === "Running");
  const scale = ({ name, namespace }: ModelObjects, replicas: number) =>
    simulated.kube.api.patch(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`, {
      spec: { replicas },
    });
  /** A pod of somebody else on a slice of an A100. */
  const slice = (name: string, priorityClassName: string) => {
    const one = modelWorkload({ name, gpu: "a100", namespace: others });
    // Many of them are on one node: what is counted here are slices.
    const container = {
      name: "model",
      image: "simulated.invalid/model:1",
      resources: { requests: { "nvidia.com/gpu": "1" }, limits: { "nvidia.com/gpu": "1" } },
    };
    const spec = { ...one.spec, priorityClassName, containers: [container] };
    return simulated.createPod(plainPod({ ...one, spec }, name, others));
  };
  /** No node of a GPU is left from what went before. */
  const clear = async () => {
    simulated.faults();
    changeSettings(simulated.folder, { ...testSettings, emptySeconds: 0 });
    for (const service of [stt, tts, mt]) await scale(service, 0);
    const left = async () => {
      for (const { name } of await simulated.kube.pods(others)) {
        await simulated.kube.deletePod(others, name);
      }
      return (await simulated.kube.nodes()).filter(({ slices }) => slices > 0);
    };
    await until("no GPU node", left, (seen) => seen.length === 0);
    // A quota that still counts what has gone refuses what comes, and who was refused tries again later and later.
    const used = async () => {
      const quotas = await simulated.kube.api.list("/api/v1/resourcequotas");
      const amounts = quotas.map((quota) => objectAt(quota, "status", "used"));
      return amounts.map((amount) => Number(amount?.["requests.nvidia.com/gpu"] ?? 0));
    };
    await until("nothing counted", used, (seen) => seen.every((slices) => slices === 0));
    changeSettings(simulated.folder, testSettings);
  };

  beforeAll(async () => {
    simulated = await SimulatedStack.start(stack, (name, inputs) =>
      t4OnDemand(name, emptyPools(name, inputs)),
    );
    const { kube } = simulated;
    await simulated.applyKinds(["Namespace", "PriorityClass", "ComputeClass"]);
    await simulated.applyKinds(["LimitRange", "ResourceQuota"]);
    await kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: others } });
    const quotas = () => kube.api.list("/api/v1/resourcequotas");
    await until("quotas", quotas, (seen) => seen.every((one) => objectAt(one, "status", "used")));
    await simulated.applyKinds(
      ["ServiceAccount", "ConfigMap", "DaemonSet", "Deployment"],
      isInSystem,
    );
    stt = await modelObjects({ service: "stt", gpu: "a100", replicas: { min: 0, max: 4 } });
    tts = await modelObjects({ service: "tts", gpu: "l4", replicas: { min: 0, max: 3 } });
    mt = await modelObjects({ service: "mt", gpu: "t4", replicas: { min: 0, max: 3 } });
    for (const { objects } of [stt, tts, mt]) await kube.apply(...objects);
  }, 120_000);

  afterAll(async () => {
    await simulated.stop();
  });

  it("what waits brings a service from none to its most and back, with nodes of its GPU", async () => {
    const log = createLogger({ level: "silent", base: {} });
    const limits = { requestsPerPod: 1, waitingLimit: 100 };
    const queue = createQueue({ service: "tts", podsPort: 1, ...limits, log });
    const [url, ops] = [await listen(queue.server), await listen(queue.ops)];
    const stop = new AbortController();
    const look = async () => {
      const answer = await fetch(`http://127.0.0.1:${ops}/scaling`);
      return (await answer.json()) as Record<string, number>;
    };
    try {
      const current = async () => (await running(tts.namespace)).length;
      expect(desiredPods(tts.scaledObject, await look(), 0)).toBe(0);
      const asked = (count: number) =>
        Promise.allSettled(
          Array.from({ length: count }, () =>
            fetch(`http://127.0.0.1:${url}/v1/audio/speech`, {
              ...{ method: "POST", body: "line", signal: stop.signal },
            }),
          ),
        );
      void asked(3);
      await until("three wait", look, (figures) => figures["asked"] === 3);
      expect(desiredPods(tts.scaledObject, await look(), 0)).toBe(1);
      await scale(tts, 1);
      await until("the first L4 and the first pod", current, (pods) => pods === 1);
      expect(await nodes("l4-spot")()).toHaveLength(1);
      void asked(20);
      await until("23 wait", look, (figures) => figures["asked"] === 23);
      expect(desiredPods(tts.scaledObject, await look(), 1)).toBe(3);
      await scale(tts, 3);
      await until("three pods on slices", current, (pods) => pods === 3);
      stop.abort();
      await until("nothing waits", look, (figures) => figures["asked"] === 0);
      const rest = { asked: 0, waitP95Seconds: 0 };
      expect(desiredPods(tts.scaledObject, rest, 3)).toBe(0);
      await clear();
    } finally {
      stop.abort();
      for (const server of [queue.server, queue.ops]) {
        server.closeAllConnections();
        server.close();
      }
    }
  });

  it("a service gets the slices of its quota, and the pod too many is refused by name", async () => {
    await scale(stt, 6);
    const look = () => running(stt.namespace);
    await until("four run", look, (pods) => pods.length === 4);
    const path = `/apis/apps/v1/namespaces/${stt.namespace}/replicasets`;
    const refusal = async () =>
      (await simulated.kube.api.list(path)).flatMap((set) =>
        listAt(set, "status", "conditions").map((one) => textAt(one, "message") ?? ""),
      );
    const said = await until("the refusal", refusal, (seen) =>
      seen.some((text) => text.includes("exceeded quota")),
    );
    expect(said.join()).toMatch(/requests\.nvidia\.com\/gpu=1.*used: .*limited: /);
    await holdsFor("no fifth", look, (pods) => pods.length === 4, 3);
    await clear();
  });

  it("a service on T4 is standard work, gets nodes of that GPU alone, and the two slices of its quota", async () => {
    const [, deployment] = mt.objects;
    const spec = objectAt(deployment, "spec", "template", "spec");
    expect(textAt(spec, "priorityClassName")).toBe("gpu-standard");
    await scale(mt, 3);
    const look = () => running(mt.namespace);
    await until("two run", look, (pods) => pods.length === 2);
    const made = (await simulated.kube.nodes()).filter(({ slices }) => slices > 0);
    expect(new Set(made.map(({ pool }) => pool))).toEqual(new Set(["l4"]));
    await holdsFor("no third", look, (pods) => pods.length === 2, 3);
    await clear();
  });

  it("premium work waits for premium work, and evicts none of it", async () => {
    const { kube } = simulated;
    const slices = slicesPerNode(stack, "a100");
    const own = (index: number) => slice(`own-${index.toString()}`, "gpu-premium");
    await own(0);
    await until("the node", nodes("a100"), (there) => there.length === 1);
    simulated.faults("a100");
    for (let index = 1; index < slices; index += 1) await own(index);
    const there = () => running(others);
    await until("all slices taken", there, (pods) => pods.length === slices);
    const before = (await there()).map(({ name }) => name).toSorted();
    await scale(stt, 1);
    const waits = () => kube.pods(stt.namespace);
    await until("it waits", waits, (pods) => pods.some(({ refusal }) => refusal !== undefined));
    const same = (pods: Awaited<ReturnType<typeof there>>) =>
      JSON.stringify(pods.map(({ name }) => name).toSorted()) === JSON.stringify(before);
    await holdsFor("nobody is evicted", there, same, 5);
    expect(await running(stt.namespace)).toEqual([]);
    await clear();
  });

  it("with no further GPU, premium takes the slices of batch work first, then of standard work, and never of its own", async () => {
    const { kube } = simulated;
    const slices = slicesPerNode(stack, "a100");
    await slice("batch-0", "batch-low");
    await until("the node", nodes("a100"), (there) => there.length === 1);
    // From here on there is this node and no other.
    simulated.faults("a100");
    await slice("batch-1", "batch-low");
    for (let index = 2; index < slices; index += 1) {
      await slice(`standard-${index.toString()}`, "gpu-standard");
    }
    const left = async () => {
      const names = (await running(others)).map(({ name }) => name.split("-")[0]);
      const count = (kind: string) => names.filter((name) => name === kind).length;
      return {
        premium: (await running(stt.namespace)).length,
        standard: count("standard"),
        batch: count("batch"),
      };
    };
    const standard = slices - 2;
    const seen = (premium: number, rest: { standard: number; batch: number }) =>
      until(
        `${premium.toString()} premium`,
        left,
        (now) =>
          now.premium === premium && now.standard === rest.standard && now.batch === rest.batch,
      );
    await seen(0, { standard, batch: 2 });
    await scale(stt, 2);
    await seen(2, { standard, batch: 0 });
    await scale(stt, Math.min(4, slices));
    await seen(4, { standard: standard - 2, batch: 0 });
    // What is worth less waits, and takes nothing from anybody.
    await slice("batch-2", "batch-low");
    const refused = () => kube.pods(others);
    await until("it waits", refused, (pods) =>
      pods.some(({ name, refusal }) => name === "batch-2" && refusal !== undefined),
    );
    await holdsFor("nobody is evicted for it", left, (now) => now.premium === 4, 3);
    await clear();
  });
});
