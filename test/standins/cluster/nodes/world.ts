import { textAt, type JsonObject } from "../../../../tools/plugins/kit/json.ts";
import type { CloudStore } from "../../kit/store.ts";
import type { Api } from "../api/api.ts";
import type { View } from "../api/view.ts";
import type { ClusterRef } from "../pools/from-store.ts";
import type { NodePool } from "../pools/pool.ts";
import type { Settings } from "../settings.ts";
import { nodeOf, type SimulatedNode } from "./node.ts";

/** What one round of the simulation looks at and works with. */
export interface World {
  readonly cluster: ClusterRef;
  readonly store: CloudStore;
  readonly api: Api;
  readonly view: View;
  readonly settings: Settings;
  readonly pools: readonly NodePool[];
  readonly nodes: readonly SimulatedNode[];
  /** Pods by the node that they are bound to; those without one under the empty name. */
  readonly podsByNode: ReadonlyMap<string, readonly JsonObject[]>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function worldOf(parts: Omit<World, "nodes" | "podsByNode" | "now">): World {
  const { view, cluster } = parts;
  return {
    ...parts,
    nodes: view.of("nodes").map((node) => nodeOf(node, cluster.cloud)),
    podsByNode: Map.groupBy(view.of("pods"), (pod) => textAt(pod, "spec", "nodeName") ?? ""),
    now: Date.now(),
  };
}

export function nodesOfPool(world: World, pool: Pick<NodePool, "name">): SimulatedNode[] {
  return world.nodes.filter((node) => node.pool === pool.name);
}

export function podsOn(world: World, node: Pick<SimulatedNode, "name">): readonly JsonObject[] {
  return world.podsByNode.get(node.name) ?? [];
}
