import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  isObject,
  listAt,
  numberAt,
  objectAt,
  parseJson,
  textAt,
  without,
  type JsonObject,
} from "../../../tools/plugins/kit/json.ts";
import { cloudStacks } from "../../../tools/policy/stacks.ts";
import type { Cloud } from "../../standins/cluster/pools/pool.ts";
import type { CloudStore } from "../../standins/kit/store.ts";

export type StackName = keyof typeof cloudStacks;
export const stacks = Object.keys(cloudStacks) as StackName[];

export function cloudOf(stack: StackName): Cloud {
  return stack.endsWith("gke") ? "gke" : "eks";
}

interface GoldenResource {
  readonly type: string;
  /** Name in the program. */
  readonly name: string;
  readonly inputs: JsonObject;
}

/** Everything that a stack becomes, out of its golden file. */
export function goldenResources(stack: StackName): GoldenResource[] {
  const file = path.join(import.meta.dirname, `../../golden/${stack}.json`);
  const resources = objectAt(parseJson(readFileSync(file, "utf8")), "resources") ?? {};
  return Object.entries(resources).flatMap(([key, inputs]) => {
    const [type = "", name = ""] = key.split("::");
    return isObject(inputs) ? [{ type, name, inputs }] : [];
  });
}

/** Changes the inputs of a node pool before the cloud gets them. */
export type PoolChange = (name: string, inputs: JsonObject) => JsonObject;

/** As the mocks name what a resource of the golden files refers to. */
function idOf(name: string): string {
  return `${name}-id`;
}

const gkeTypes = ["gcp:container/cluster:Cluster", "gcp:container/nodePool:NodePool"];
const eksTypes = [
  "aws:ec2/subnet:Subnet",
  "aws:ec2/launchTemplate:LaunchTemplate",
  "aws:eks/addon:Addon",
  "aws:eks/nodeGroup:NodeGroup",
];

const poolTypes = ["gcp:container/nodePool:NodePool", "aws:eks/nodeGroup:NodeGroup"];

/** EKS adds 26 digits to a prefix. */
function nodeGroupName(inputs: JsonObject): string {
  return `${textAt(inputs, "nodeGroupNamePrefix") ?? ""}${"2026112105".padEnd(26, "0")}`;
}

function physicalName({ type, name, inputs }: GoldenResource): string {
  return type === "aws:eks/nodeGroup:NodeGroup" ? nodeGroupName(inputs) : name;
}

/** The id by which the simulation knows its cluster. */
export function clusterIdOf(stack: StackName): string {
  const resources = goldenResources(stack);
  const group = resources.find(({ type }) => poolTypes.includes(type));
  const id = textAt(group?.inputs, "clusterName") ?? textAt(group?.inputs, "cluster");
  if (id === undefined) throw new Error(`the golden file of ${stack} has no node pool`);
  return id;
}

/** A subnet of AWS tells the name of its zone; which zone that is does not matter here. */
function zoneOf(inputs: JsonObject): JsonObject {
  const id = textAt(inputs, "availabilityZoneId");
  return id === undefined ? {} : { availabilityZone: id };
}

/** Puts the cluster and the node pools of a golden file into a simulated cloud, those without a GPU first. */
export async function fillStore(
  store: CloudStore,
  stack: StackName,
  change: PoolChange = (_name, inputs) => inputs,
): Promise<void> {
  const wanted = cloudOf(stack) === "gke" ? gkeTypes : eksTypes;
  const isSystem = ({ name }: GoldenResource): number => (name.includes("system") ? 0 : 1);
  const resources = goldenResources(stack)
    .filter(({ type }) => wanted.includes(type))
    .toSorted(
      (a, b) => wanted.indexOf(a.type) - wanted.indexOf(b.type) || isSystem(a) - isSystem(b),
    );
  for (const resource of resources) {
    const { type, name } = resource;
    const inputs = poolTypes.includes(type) ? change(name, resource.inputs) : resource.inputs;
    const provider = type.split(":")[0] ?? "";
    const outputs = { ...without(inputs, "tags"), ...zoneOf(inputs) };
    store.create({ provider, type, id: idOf(name), name: physicalName(resource), inputs, outputs });
    // The order in which pools were made can be seen in their times.
    await sleep(2);
  }
}

/** GPUs that the stacks use, or none; `workers` are the nodes of CPU workers. */
export type Hardware = "a100" | "l4" | "none" | "workers";

/** By what the clouds call the machines, so that a pool with a wrong label is found out. */
const hardwareNames: Readonly<Record<string, Hardware>> = {
  "nvidia-tesla-a100": "a100",
  "nvidia-l4": "l4",
  "p4d.24xlarge": "a100",
  "g6.2xlarge": "l4",
  "n2-standard-4": "none",
  "m6i.xlarge": "none",
};

export interface PoolFact {
  /** Value of the label `framewright.dev/pool`. */
  readonly name: string;
  readonly hardware: Hardware;
}

function factOf(inputs: JsonObject): PoolFact {
  const config = objectAt(inputs, "nodeConfig") ?? inputs;
  const [accelerator] = listAt(config, "guestAccelerators");
  const [instance] = listAt(config, "instanceTypes");
  const machine = typeof instance === "string" ? instance : textAt(config, "machineType");
  const called = textAt(accelerator, "type") ?? machine ?? "";
  const isForWorkers = textAt(config, "labels", "framewright.dev/pool-kind") === "cpu-workers";
  const hardware = isForWorkers ? "workers" : hardwareNames[called];
  if (hardware === undefined) throw new Error(`no hardware is known as ${called}`);
  return { name: textAt(config, "labels", "framewright.dev/pool") ?? "", hardware };
}

/** Those without taints come first. */
function rank({ hardware }: PoolFact): number {
  return hardware === "none" ? 0 : 1;
}

/** Whether its nodes hand out slices. */
export function hasGpus({ hardware }: PoolFact): boolean {
  return hardware !== "none" && hardware !== "workers";
}

/** The pools of a stack by their label, those without a GPU first; EKS has a group in each zone for these. */
export function poolFacts(stack: StackName): PoolFact[] {
  const facts = goldenResources(stack)
    .filter(({ type }) => poolTypes.includes(type))
    .map(({ inputs }) => factOf(inputs))
    .toSorted((a, b) => rank(a) - rank(b));
  return [...new Map(facts.map((fact) => [fact.name, fact])).values()];
}

/** No node of a GPU pool is there before one is needed. */
export const emptyPools: PoolChange = (name, inputs) =>
  name.includes("system") ? inputs : withLeast(inputs, 0);

/** What the clouds call an L4 and its machine, and a T4 and its. */
const asT4 = [
  ["nvidia-l4", "nvidia-tesla-t4"],
  ["g2-standard-8", "n1-standard-8"],
  ["g6.2xlarge", "g4dn.2xlarge"],
  ['framewright.dev/gpu":"l4"', 'framewright.dev/gpu":"t4"'],
] as const;

/** The pool of L4 on demand as one of T4, which `gpu.standard: t4` makes of it; that on spot stays. */
export const t4OnDemand: PoolChange = (name, inputs) => {
  if (!/(^|-)l4(-nodes)?$/.test(name)) return inputs;
  const text = asT4.reduce((all, [l4, t4]) => all.replaceAll(l4, t4), JSON.stringify(inputs));
  const changed = parseJson(text);
  if (!isObject(changed)) throw new Error(`the pool ${name} is no object`);
  return changed;
};

/** A pool with another least number of nodes. */
export function withLeast(inputs: JsonObject, least: number): JsonObject {
  const gke = objectAt(inputs, "autoscaling");
  if (gke !== undefined) return { ...inputs, autoscaling: { ...gke, totalMinNodeCount: least } };
  const scaling = objectAt(inputs, "scalingConfig") ?? {};
  return { ...inputs, scalingConfig: { ...scaling, minSize: least, desiredSize: least } };
}

export function leastOf(inputs: JsonObject): number {
  return (
    numberAt(inputs, "autoscaling", "totalMinNodeCount") ??
    numberAt(inputs, "scalingConfig", "minSize") ??
    0
  );
}

/** Whether inputs are those of the node pool with a label. */
export function isPool(
  { type, inputs }: { type: string; inputs: JsonObject },
  label: string,
): boolean {
  return poolTypes.includes(type) && factOf(inputs).name === label;
}

/** The GPU model whose nodes a workload selects. */
export function gpuOf({ spec }: { spec: JsonObject }): string {
  return textAt(spec, "nodeSelector", "framewright.dev/gpu") ?? "";
}

/** Slices of one node with a GPU model: what its device plugin will hand out. */
export function slicesPerNode(stack: StackName, gpu: string): number {
  const isOf = ({ type, inputs }: GoldenResource): boolean =>
    poolTypes.includes(type) &&
    textAt(objectAt(inputs, "nodeConfig") ?? inputs, "labels", "framewright.dev/gpu") === gpu;
  const inputs = goldenResources(stack).find(isOf)?.inputs;
  const tag = "k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/gpu";
  const [card] = listAt(inputs, "nodeConfig", "guestAccelerators");
  const shared = numberAt(card, "gpuSharingConfig", "maxSharedClientsPerGpu") ?? 1;
  return Number(textAt(inputs, "tags", tag) ?? (numberAt(card, "count") ?? 0) * shared);
}
