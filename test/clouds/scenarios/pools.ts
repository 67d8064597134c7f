import { expect } from "vitest";
import type { Cloud } from "../harness/cloud.ts";
import { changePool, poolsOf, setPools, type PoolEntry } from "../harness/gpu-pools.ts";
import { eventually, type Kube, type KubeNode } from "../harness/kube.ts";
import { changesText, type Operation } from "../harness/operation.ts";
import { expectSuccess } from "./basics.ts";
import { settled } from "./placement.ts";

const poolLabel = "framewright.dev/pool";
const poolTypes = ["gcp:container/nodePool:NodePool", "aws:eks/nodeGroup:NodeGroup"];

/** Seconds for a simulated machine to boot, to join and to be found by its device plugin. */
const bootSeconds = 120;

function isReady({ status }: KubeNode): boolean {
  return status.conditions?.some((is) => is.type === "Ready" && is.status === "True") === true;
}

async function nodesOf(kube: Kube, pool: string): Promise<KubeNode[]> {
  return (await kube.nodes("--selector", `${poolLabel}=${pool}`)).filter(isReady);
}

export async function untilNodes(kube: Kube, pool: string, count: number): Promise<void> {
  await eventually(`${count.toString()} nodes in ${pool}`, bootSeconds, async () => {
    const nodes = await nodesOf(kube, pool);
    return nodes.length === count ? undefined : `there are ${nodes.length.toString()}`;
  });
}

/** Which operations pools of nodes met. */
function poolSteps({ steps }: Operation): string[] {
  return steps.filter(({ type }) => poolTypes.includes(type)).map(({ op }) => op);
}

function opsOf({ steps }: Operation): string[] {
  return [...new Set(steps.map(({ op }) => op))].sort();
}

/** What keeps the least number of nodes on EKS: made for the first node, with a budget from the second one on. */
const minimumTypes = [
  "framewright:infra:NodeMinimum",
  "kubernetes:apps/v1:Deployment",
  "kubernetes:policy/v1:PodDisruptionBudget",
];

function createdTypes({ steps }: Operation): string[] {
  return steps.filter(({ op }) => op === "create").map(({ type }) => type);
}

/** The spot pool of L4 gets one node more at least and at most: it changes in place, and the node comes. */
export async function resizePool(cloud: Cloud): Promise<string> {
  const name = "l4-spot";
  const pool = poolsOf(cloud).find((entry) => entry.name === name);
  const minNodes = Number(pool?.["minNodes"] ?? 0) + 1;
  const maxNodes = Number(pool?.["maxNodes"] ?? 4) + 1;
  changePool(cloud, name, { minNodes, maxNodes });
  const up = await cloud.pulumi.up();
  expectSuccess(up);
  expect(poolSteps(up)).toEqual(["update"]);
  expect(opsOf(up).filter((op) => op !== "create")).toEqual(["update"]);
  expect(createdTypes(up).filter((type) => !minimumTypes.includes(type))).toEqual([]);
  const kube = await cloud.kube();
  await eventually("the further node", bootSeconds, async () => {
    const { length } = await nodesOf(kube, name);
    return length >= minNodes ? undefined : `${length.toString()} of ${minNodes.toString()}`;
  });
  return `${changesText(up)}; ${minNodes.toString()} nodes in ${name}`;
}

const t4Pool: PoolEntry = {
  name: "t4-extra",
  gpu: "t4",
  // As many workers as the scratch disk of a GKE node holds.
  slicesPerGpu: 2,
  minNodes: 1,
  maxNodes: 2,
  priority: 25,
};

/** A pool of another GPU: nothing that is there is replaced, and the new nodes come. */
export async function addPool(cloud: Cloud): Promise<string> {
  setPools(cloud, [...poolsOf(cloud), t4Pool]);
  const up = await cloud.pulumi.up();
  expectSuccess(up);
  expect(poolSteps(up)).toEqual(["create"]);
  expect(opsOf(up).filter((op) => op !== "create" && op !== "update")).toEqual([]);
  await untilNodes(await cloud.kube(), t4Pool.name, 1);
  return changesText(up);
}

/** The same pool goes again, with its nodes. */
export async function removePool(cloud: Cloud): Promise<string> {
  setPools(
    cloud,
    poolsOf(cloud).filter(({ name }) => name !== t4Pool.name),
  );
  const up = await cloud.pulumi.up();
  expectSuccess(up);
  expect(poolSteps(up)).toEqual(["delete"]);
  expect(opsOf(up).filter((op) => op !== "delete" && op !== "update")).toEqual([]);
  await untilNodes(await cloud.kube(), t4Pool.name, 0);
  return changesText(up);
}

/** L4 leaves, T4 comes: workers follow, and at no time are there less GPU pools than before. */
export async function switchToT4(cloud: Cloud): Promise<string> {
  const pools = poolsOf(cloud).map((pool) =>
    pool["gpu"] === "l4"
      ? { ...pool, name: pool.name.replace("l4", "t4"), gpu: "t4", minNodes: 1 }
      : pool,
  );
  setPools(cloud, pools);
  const up = await cloud.pulumi.up();
  expectSuccess(up);
  const steps = poolSteps(up);
  expect(steps.toSorted()).toEqual(["create", "delete"]);
  expect(steps.indexOf("create")).toBeLessThan(steps.indexOf("delete"));
  const kube = await cloud.kube();
  await untilNodes(kube, "l4-spot", 0);
  await scaleUntilRunning(kube, "worker-nvenc-t4", 2);
  return changesText(up);
}

/** Asks for pods of a worker family, as its autoscaler would, and waits until they run. */
export async function scaleUntilRunning(kube: Kube, name: string, pods: number): Promise<void> {
  const namespace = "framewright-workers";
  const replicas = `--replicas=${pods.toString()}`;
  await kube.must(["scale", "deployment", name, "--namespace", namespace, replicas]);
  await settled(kube, bootSeconds + 60);
}

/** One worker more than the nodes have slices for, which the config then allows, brings one node more. */
export async function growFromPending(cloud: Cloud): Promise<string> {
  const name = "l4-spot";
  const kube = await cloud.kube();
  const before = (await nodesOf(kube, name)).length;
  const slices = Number(poolsOf(cloud).find((pool) => pool.name === name)?.["slicesPerGpu"] ?? 1);
  const pods = slices * before + 1;
  cloud.file.set("workers", {
    ...cloud.file.section("workers"),
    nvenc: { replicas: { max: pods } },
  });
  expectSuccess(await cloud.pulumi.up());
  await scaleUntilRunning(kube, "worker-nvenc-l4", pods);
  const after = (await nodesOf(kube, name)).length;
  expect(after).toBe(before + 1);
  return `${pods.toString()} pods, nodes ${before.toString()} to ${after.toString()}`;
}
