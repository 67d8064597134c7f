import { expect } from "vitest";
import type { Cloud } from "../harness/cloud.ts";
import { eventually, type Kube, type Pod } from "../harness/kube.ts";
import { settled } from "./placement.ts";
import { isRunning, testPod, whyPending, workloadOf } from "./pods.ts";

const poolLabel = "framewright.dev/pool";

interface Quota {
  readonly spec: { readonly hard: Readonly<Record<string, string>> };
}

async function slicesOf(kube: Kube, namespace: string): Promise<number> {
  const text = await kube.must(["get", "quota", "quota", "-n", namespace, "-o", "json"]);
  const { spec } = JSON.parse(text) as Quota;
  return Number(spec.hard["requests.nvidia.com/gpu"]);
}

/** A model service gets the slices of its quota and not one more. */
export async function quotaRefuses(cloud: Cloud): Promise<string> {
  const kube = await cloud.kube();
  const namespace = "ai-models-mt";
  const limit = await slicesOf(kube, namespace);
  expect(limit).toBeGreaterThan(0);
  const names = Array.from({ length: limit }, (_, index) => `model-${index.toString()}`);
  const within = await kube.apply(...names.map((name) => testPod({ name, namespace, gpu: true })));
  expect(within.text).not.toContain("exceeded");
  expect(within.ok).toBe(true);
  const over = await kube.apply(testPod({ name: "one-too-many", namespace, gpu: true }));
  expect(over.ok).toBe(false);
  expect(over.text).toContain("exceeded quota");
  await settled(kube, 180);
  await kube.must(["delete", "pods", "--all", "--namespace", namespace]);
  return `${limit.toString()} slices given, the next pod refused: ${over.text.trim().slice(-160)}`;
}

/** A pod without a GPU that asks for a GPU node stays outside. */
export async function taintRefuses(cloud: Cloud): Promise<string> {
  const kube = await cloud.kube();
  const pod = { name: "intruder", namespace: "ai-models-stt" };
  const [gpuNode] = await kube.nodes("--selector", "framewright.dev/pool-kind=gpu");
  if (gpuNode === undefined) throw new Error("there is no GPU node to keep a pod off");
  const pool = gpuNode.metadata.labels?.[poolLabel] ?? "";
  const { ok, text } = await kube.apply(testPod({ ...pod, nodeSelector: { [poolLabel]: pool } }));
  expect(text).toContain("serverside-applied");
  expect(ok).toBe(true);
  const found = async (): Promise<Pod | undefined> =>
    (await kube.pods("--namespace", pod.namespace)).find(
      ({ metadata: { name } }) => name === pod.name,
    );
  await eventually("the scheduler's refusal", 30, async () => {
    const seen = await found();
    if (seen === undefined) return "no pod";
    return whyPending(seen).includes("untolerated taint") ? undefined : whyPending(seen);
  });
  const refused = await found();
  await kube.must(["delete", "pod", pod.name, "--namespace", pod.namespace]);
  return refused === undefined ? "gone" : whyPending(refused).slice(0, 160);
}

interface Budget {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly status: { readonly disruptionsAllowed: number; readonly currentHealthy: number };
  readonly spec: { readonly selector: { readonly matchLabels: Readonly<Record<string, string>> } };
}

async function podsUnder(kube: Kube, { metadata, spec }: Budget): Promise<Pod[]> {
  const labels = Object.entries(spec.selector.matchLabels).map((pair) => pair.join("="));
  const selector = ["--selector", labels.join(",")];
  return (await kube.pods("--namespace", metadata.namespace, ...selector)).filter(isRunning);
}

/**
 * With every node cordoned and no further one to be had, nobody comes back for the evicted: each budget lets go of
 * as many pods as it allows and refuses the next one.
 */
export async function budgetRefuses(cloud: Cloud): Promise<string> {
  const kube = await cloud.kube();
  const budgets = (await kube.list<Budget>("pdb")).filter(({ metadata: { namespace } }) =>
    namespace.startsWith("framewright-"),
  );
  expect(budgets.length).toBeGreaterThan(0);
  cloud.view.setFaults({ operation: "scale" });
  await kube.must(["cordon", "--selector", poolLabel]);
  const refusals: string[] = [];
  try {
    for (const budget of budgets) {
      const pods = await podsUnder(kube, budget);
      const answers = [];
      for (const { metadata } of pods) answers.push(await kube.evict(metadata));
      const evicted = answers.filter(({ ok }) => ok).length;
      expect(evicted, budget.metadata.name).toBe(budget.status.disruptionsAllowed);
      // The budget of something that scales by itself may cover a single pod, which it must let go.
      if (pods.length > 1) expect(evicted).toBeLessThan(pods.length);
      for (const { text } of answers.filter(({ ok }) => !ok)) {
        expect(text).toContain("violate the pod's disruption budget");
      }
      refusals.push(`${budget.metadata.name} ${evicted.toString()}/${pods.length.toString()}`);
    }
  } finally {
    await kube.must(["uncordon", "--selector", poolLabel]);
    cloud.view.setFaults();
  }
  await settled(kube);
  expect(refusals.length).toBeGreaterThan(1);
  return `evicted of all: ${refusals.join(", ")}`;
}

/** Holds the least number of nodes of a pool on EKS; needs no GPU for it. */
const nodeMinimum = "node-minimum";

/** No pod without a GPU on a GPU node, but for what the clouds run on every node, and what holds the node itself. */
export async function gpuNodesAreForGpus(cloud: Cloud): Promise<string> {
  const kube = await cloud.kube();
  const gpuNodes = new Set(
    (await kube.nodes("--selector", "framewright.dev/pool-kind=gpu")).map((it) => it.metadata.name),
  );
  const strangers = (await kube.pods())
    .filter(({ spec }) => gpuNodes.has(spec.nodeName ?? ""))
    .filter(
      ({ metadata }) => metadata.ownerReferences?.some(({ kind }) => kind === "DaemonSet") !== true,
    )
    .filter(({ metadata }) => metadata.labels?.["app.kubernetes.io/name"] !== nodeMinimum)
    .filter(({ spec }) =>
      spec.containers.every((it) => it.resources?.requests?.["nvidia.com/gpu"] === undefined),
    );
  expect(strangers.map(workloadOf)).toEqual([]);
  return `${gpuNodes.size.toString()} GPU nodes, no pod without a GPU on them`;
}
