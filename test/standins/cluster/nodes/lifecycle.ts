import { textAt, type JsonObject } from "../../../../tools/plugins/kit/json.ts";
import type { NodePool } from "../pools/pool.ts";
import type { Growth } from "../scaling/growth.ts";
import { isDrained } from "../settings.ts";
import { inBatches } from "./in-batches.ts";
import { isActive, isDaemon, type SimulatedNode } from "./node.ts";
import {
  drainUntilAnnotation,
  kwokLabel,
  nodeObject,
  shapeAnnotation,
  shapeHash,
  taintsOf,
} from "./node-object.ts";
import { nodesOfPool, podsOn, type World } from "./world.ts";

const nodesPath = "/api/v1/nodes";

export function pathOf(node: Pick<SimulatedNode, "name">): string {
  return `${nodesPath}/${node.name}`;
}

/** Adds nodes and tells their names; they become ready later. */
export async function addNodes(world: World, growth: readonly Growth[]): Promise<string[]> {
  const readyAt = world.now + world.settings.nodeReadySeconds * 1000;
  const objects = growth.map(({ pool, zone }) => nodeObject(pool, zone, readyAt));
  await inBatches(objects, (object) => world.api.create(nodesPath, object));
  return objects.map((object) => textAt(object, "metadata", "name") ?? "");
}

/** Nodes that a pool lacks, spread over its zones. */
export function missingNodes(world: World, pool: NodePool, wanted: number): Growth[] {
  const there = nodesOfPool(world, pool).map(({ zone }) => zone);
  const growth: Growth[] = [];
  while (there.length < wanted) {
    const count = (zone: string): number => there.filter((other) => other === zone).length;
    const [zone] = pool.zones.toSorted((a, b) => count(a) - count(b));
    if (zone === undefined) throw new Error(`pool ${pool.name} has no zones`);
    there.push(zone);
    growth.push({ pool, zone });
  }
  return growth;
}

/** Hands nodes whose machine has started to kwok, which makes them ready. */
export async function startNodes(world: World): Promise<void> {
  const due = world.nodes.filter(({ isReady, readyAt }) => !isReady && readyAt <= world.now);
  const patch = { metadata: { labels: { [kwokLabel.key]: kwokLabel.value } } };
  const waiting = due.filter(({ shape }) => shape.labels[kwokLabel.key] === undefined);
  await inBatches(waiting, (node) => world.api.patch(pathOf(node), patch));
}

/** Gives nodes the labels and taints that their pool has now. */
export async function relabelNodes(world: World): Promise<void> {
  for (const pool of world.pools) {
    const hash = shapeHash(pool.node);
    const outdated = nodesOfPool(world, pool).filter((node) => node.shapeHash !== hash);
    const { labels } = pool.node;
    await inBatches(outdated, (node) => {
      const own = new Set(pool.node.taints.map(({ key }) => key));
      const others = node.shape.taints.filter(
        ({ key }) => !own.has(key) && key.startsWith("node."),
      );
      const taints = [...taintsOf(pool.node), ...taintsOf({ taints: others })];
      const annotations = { [shapeAnnotation]: hash };
      return world.api.patch(pathOf(node), { metadata: { labels, annotations }, spec: { taints } });
    });
  }
}

async function beginDrain(world: World, node: SimulatedNode): Promise<void> {
  const until = (world.now + world.settings.drainSeconds * 1000).toString();
  await world.api.patch(pathOf(node), {
    metadata: { annotations: { [drainUntilAnnotation]: until } },
    spec: { unschedulable: true },
  });
}

async function deletePod(world: World, pod: JsonObject): Promise<void> {
  const namespace = textAt(pod, "metadata", "namespace") ?? "";
  const name = textAt(pod, "metadata", "name") ?? "";
  await world.api.delete(`/api/v1/namespaces/${namespace}/pods/${name}`, 0);
}

/** Deletes a node with whatever is still on it, as when its machine is gone. */
export async function deleteNode(world: World, node: SimulatedNode): Promise<void> {
  await world.api.delete(pathOf(node));
  await inBatches(podsOn(world, node), (pod) => deletePod(world, pod));
}

/** Asks the pods of a node to leave, which disruption budgets may refuse; the node goes with the last or in time. */
async function continueDrain(world: World, node: SimulatedNode, until: number): Promise<void> {
  const left = podsOn(world, node).filter((pod) => isActive(pod) && !isDaemon(pod));
  if (left.length === 0 || world.now >= until) {
    await deleteNode(world, node);
    return;
  }
  const staying = left.filter((pod) => textAt(pod, "metadata", "deletionTimestamp") === undefined);
  for (const pod of staying) {
    const namespace = textAt(pod, "metadata", "namespace") ?? "";
    await world.api.evict(namespace, textAt(pod, "metadata", "name") ?? "");
  }
}

/** Nodes that have to go: those of pools that are no more, those beyond a pool's limit, those taken back. */
function leavingNodes(world: World): SimulatedNode[] {
  const names = new Set(world.pools.map(({ name }) => name));
  const orphans = world.nodes.filter(({ pool }) => pool !== "" && !names.has(pool));
  const inPools = world.pools.flatMap((pool) => {
    const nodes = nodesOfPool(world, pool);
    if (isDrained(world.store.folder, pool)) return nodes;
    const busy = (node: SimulatedNode): number => podsOn(world, node).length;
    return nodes.toSorted((a, b) => busy(b) - busy(a)).slice(pool.maxNodes);
  });
  return [...orphans, ...inPools];
}

export async function drainNodes(world: World): Promise<void> {
  const leaving = leavingNodes(world).filter(({ drainUntil }) => drainUntil === undefined);
  await inBatches(leaving, (node) => beginDrain(world, node));
  const draining = world.nodes.flatMap((node) =>
    node.drainUntil === undefined ? [] : [{ node, until: node.drainUntil }],
  );
  await inBatches(draining, ({ node, until }) => continueDrain(world, node, until));
}
