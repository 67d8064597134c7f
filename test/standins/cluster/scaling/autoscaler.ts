import {
  listAt,
  numberAt,
  textAt,
  type Json,
  type JsonObject,
} from "../../../../tools/plugins/kit/json.ts";
import { isActive, isDaemon, type SimulatedNode } from "../nodes/node.ts";
import { nodesOfPool, podsOn, type World } from "../nodes/world.ts";
import { gpu, type NodePool, type NodeShape } from "../pools/pool.ts";
import { isAvailable } from "../settings.ts";
import { planGrowth, type Growth, type PoolState, type Preference } from "./growth.ts";
import { needsOf } from "./needs.ts";
import { byComputeClass, byPriority, leastWaste, parsePriorities } from "./preferences.ts";
import { Bin } from "./room.ts";

/** Set before a node joins, it tells the autoscaler that the node's GPUs are still to come (aws/README). */
const acceleratorLabel = "k8s.amazonaws.com/accelerator";

function isUnschedulable(condition: Json): boolean {
  return (
    textAt(condition, "type") === "PodScheduled" && textAt(condition, "reason") === "Unschedulable"
  );
}

/** Pods for which the scheduler has found no node for long enough. */
function pendingPods({ podsByNode, settings, now }: World): JsonObject[] {
  return (podsByNode.get("") ?? []).filter((pod) => {
    if (textAt(pod, "metadata", "deletionTimestamp") !== undefined) return false;
    const condition = listAt(pod, "status", "conditions").find(isUnschedulable);
    const since = Date.parse(textAt(condition, "lastTransitionTime") ?? "");
    // The API rounds times down to seconds.
    return condition !== undefined && now - since >= settings.newPodSeconds * 1000;
  });
}

/** What a further node is taken for: one that is there shows it best. */
function templateOf(world: World, pool: NodePool): NodeShape {
  const seen = nodesOfPool(world, pool).find(
    ({ isReady, shape }) => isReady && isComplete(pool, shape),
  );
  return seen === undefined
    ? pool.forecast
    : { ...pool.node, capacity: seen.shape.capacity, allocatable: seen.shape.allocatable };
}

/** Whether a node has all its devices, or is not known to miss some. */
function isComplete(pool: NodePool, { labels, allocatable }: NodeShape): boolean {
  return pool.gpus === 0 || labels[acceleratorLabel] === undefined || (allocatable[gpu] ?? 0) > 0;
}

function poolStates(world: World): PoolState[] {
  return world.pools.map((pool) => ({
    pool,
    zones: nodesOfPool(world, pool).map(({ zone }) => zone),
    template: templateOf(world, pool),
    available: isAvailable(world.store.folder, pool),
  }));
}

function binOf(world: World, node: SimulatedNode): Bin {
  const pool = world.pools.find(({ name }) => name === node.pool);
  const isWhole = pool === undefined || isComplete(pool, node.shape);
  const allocatable = isWhole ? node.shape.allocatable : templateOf(world, pool).allocatable;
  const bin = new Bin(node.name, { ...node.shape, allocatable });
  const pods = podsOn(world, node).filter((pod) => isActive(pod));
  for (const pod of pods) bin.put(needsOf(pod));
  return bin;
}

/** Who decides which pool grows; undefined when nobody does. */
const deciders = {
  gke: ({ view }: World): Preference => byComputeClass(view.of("computeClasses")),
  eks: clusterAutoscaler,
} as const;

function isAutoscaler(deployment: JsonObject): boolean {
  const containers = listAt(deployment, "spec", "template", "spec", "containers");
  return containers.some((item) => (textAt(item, "image") ?? "").includes("cluster-autoscaler"));
}

function flagsOf(deployment: JsonObject): string[] {
  return listAt(deployment, "spec", "template", "spec", "containers").flatMap((container) =>
    [...listAt(container, "command"), ...listAt(container, "args")].map(String),
  );
}

/** The autoscaler that the stack deploys, with its expanders, once it runs. */
function clusterAutoscaler(world: World): Preference | undefined {
  const running = world.view
    .of("deployments")
    .find((item) => isAutoscaler(item) && (numberAt(item, "status", "readyReplicas") ?? 0) > 0);
  if (running === undefined) return undefined;
  const expander = flagsOf(running).find((flag) => flag.startsWith("--expander=")) ?? "";
  if (!expander.includes("priority")) return leastWaste;
  const priorities = prioritiesIn(world, textAt(running, "metadata", "namespace") ?? "");
  return priorities === undefined ? leastWaste : byPriority(priorities, leastWaste);
}

function prioritiesIn({ view }: World, namespace: string) {
  const map = view
    .of("configMaps")
    .find(
      (item) =>
        textAt(item, "metadata", "name") === "cluster-autoscaler-priority-expander" &&
        textAt(item, "metadata", "namespace") === namespace,
    );
  const text = textAt(map, "data", "priorities");
  if (text === undefined) return undefined;
  try {
    return parsePriorities(text);
  } catch (error) {
    // The real one, too, says so in its log and goes on with the next expander.
    console.error("cluster-autoscaler-priority-expander:", error);
    return undefined;
  }
}

/** The nodes to add for pods that nothing takes. */
export function growthFor(world: World): readonly Growth[] {
  const pending = pendingPods(world);
  if (pending.length === 0) return [];
  const prefer = deciders[world.cluster.cloud](world);
  if (prefer === undefined) return [];
  const staying = world.nodes.filter(
    ({ drainUntil, isCordoned }) => drainUntil === undefined && !isCordoned,
  );
  const bins = staying.map((node) => binOf(world, node));
  return planGrowth(pending.map(needsOf), { bins, pools: poolStates(world) }, prefer);
}

/** Nodes that have nothing to do, and may go: as many of each pool as it has beyond its minimum. */
export function emptyNodes(world: World): SimulatedNode[] {
  // Somebody has to decide, which on EKS takes the same autoscaler.
  if (deciders[world.cluster.cloud](world) === undefined) return [];
  return world.pools
    .filter(({ autoscaled }) => autoscaled)
    .flatMap((pool) => {
      const nodes = nodesOfPool(world, pool).filter(({ drainUntil }) => drainUntil === undefined);
      const empty = nodes.filter(
        (node) =>
          node.isReady && podsOn(world, node).every((pod) => isDaemon(pod) || !isActive(pod)),
      );
      return empty.slice(0, Math.max(0, nodes.length - pool.minNodes));
    });
}
