import { at, isPresent, listAt, numberAt, textAt } from "../../kit/json.ts";
import type { Subject } from "../../kit/subject.ts";
import { isGpuMachine, type Bounds, type NodePool } from "./node-pool.ts";
import type { Taint } from "./node-selection.ts";

/** A regional pool has nodes in three zones unless it says otherwise. */
function zonesOf(pool: unknown): number {
  const listed = listAt(pool, "nodeLocations").length;
  if (listed > 0) return listed;
  return /-[a-z]$/.test(textAt(pool, "location") ?? "") ? 1 : 3;
}

/** Limits are of each zone, or `total` of them all. */
function boundsOf(pool: unknown): Bounds {
  if (!isPresent(pool, "autoscaling")) {
    const count = numberAt(pool, "nodeCount") ?? numberAt(pool, "initialNodeCount") ?? 1;
    return { min: count * zonesOf(pool), max: count * zonesOf(pool) };
  }
  const limit = (end: "Min" | "Max") => {
    const total = numberAt(pool, "autoscaling", `total${end}NodeCount`);
    if (total !== undefined) return total;
    const perZone = numberAt(pool, "autoscaling", `${end.toLowerCase()}NodeCount`);
    return perZone === undefined ? undefined : perZone * zonesOf(pool);
  };
  return { min: limit("Min") ?? 0, max: limit("Max") };
}

function taintsOf(config: unknown): readonly Taint[] {
  return listAt(config, "taints").map((_, i) => ({
    key: textAt(config, "taints", i, "key") ?? "",
    value: textAt(config, "taints", i, "value") ?? "",
    effect: textAt(config, "taints", i, "effect") ?? "",
  }));
}

/** GKE itself taints nodes with GPUs, so that a pool without the taint has it all the same. */
const ownTaint: Taint = { key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" };

function gkePool(pool: unknown, place: string): NodePool {
  const config = at(pool, "nodeConfig");
  const machine = textAt(config, "machineType");
  const accelerators = listAt(config, "guestAccelerators").map(
    (_, i) => textAt(config, "guestAccelerators", i, "type") ?? "",
  );
  const hasGpu = accelerators.length > 0 || (machine !== undefined && isGpuMachine(machine));
  return {
    place,
    hasGpu,
    accelerators,
    machines: machine === undefined ? [] : [machine],
    bounds: () => boundsOf(pool),
    counts: "nodes",
    isSpot: () => at(config, "spot") === true || at(config, "preemptible") === true,
    taints: () => [...taintsOf(config), ...(hasGpu ? [ownTaint] : [])],
    label: (key) => textAt(config, "labels", key),
  };
}

/** What auto-provisioning may make: GKE's limit counts GPUs, over all the pools that it makes. */
function provisioned(cluster: unknown): NodePool[] {
  if (at(cluster, "clusterAutoscaling", "enabled") !== true) return [];
  const path = ["clusterAutoscaling", "resourceLimits"] as const;
  return listAt(cluster, ...path).flatMap((_, i): NodePool[] => {
    const type = textAt(cluster, ...path, i, "resourceType") ?? "";
    if (!type.startsWith("nvidia-")) return [];
    return [
      {
        place: [...path, i].join("."),
        hasGpu: true,
        accelerators: [type],
        machines: [],
        bounds: () => ({
          min: numberAt(cluster, ...path, i, "minimum") ?? 0,
          max: numberAt(cluster, ...path, i, "maximum"),
        }),
        counts: "GPUs",
        isSpot: () => false,
        taints: () => [ownTaint],
        label: () => undefined,
      },
    ];
  });
}

export function gkeClusterPools({ props }: Subject): NodePool[] {
  const first = isPresent(props, "nodeConfig", "guestAccelerators")
    ? [gkePool(props, "nodeConfig")]
    : [];
  const inline = listAt(props, "nodePools").map((_, i) =>
    gkePool(at(props, "nodePools", i), `nodePools.${i}`),
  );
  return [...first, ...inline, ...provisioned(props)];
}

/** A machine of its own: always there, and one. */
export function gceInstances({ props }: Subject): NodePool[] {
  const machine = textAt(props, "machineType") ?? "";
  const accelerators = listAt(props, "guestAccelerators").map(
    (_, i) => textAt(props, "guestAccelerators", i, "type") ?? "",
  );
  return [
    {
      place: "",
      hasGpu: accelerators.length > 0 || isGpuMachine(machine),
      accelerators,
      machines: [machine],
      bounds: () => ({ min: 1, max: 1 }),
      counts: "nodes",
      isSpot: () => at(props, "scheduling", "preemptible") === true,
      taints: () => undefined,
      label: () => undefined,
    },
  ];
}

export function gkeNodePools({ props }: Subject): NodePool[] {
  return [gkePool(props, "")];
}
