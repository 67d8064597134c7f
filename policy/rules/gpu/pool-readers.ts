import { at, isPresent, listAt, numberAt, textAt, textsAt } from "../../kit/json.ts";
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

export function gkeNodePools({ props }: Subject): NodePool[] {
  return [gkePool(props, "")];
}

/** The pools that a compute class makes for GPUs; only the cluster's limits bound them. */
export function computeClassPools({ props }: Subject): NodePool[] {
  if (at(props, "spec", "nodePoolAutoCreation", "enabled") !== true) return [];
  return listAt(props, "spec", "priorities").flatMap((_, i): NodePool[] => {
    const priority = at(props, "spec", "priorities", i);
    if (!isPresent(priority, "gpu")) return [];
    return [
      {
        place: `spec.priorities.${i}`,
        hasGpu: true,
        accelerators: [textAt(priority, "gpu", "type") ?? ""],
        machines: [],
        bounds: () => ({ min: 0, max: undefined }),
        counts: "GPUs",
        isSpot: () => at(priority, "spot") === true,
        taints: () => undefined,
        label: () => undefined,
      },
    ];
  });
}

/** `AL2023_x86_64_NVIDIA`, `BOTTLEROCKET_ARM_64_NVIDIA`: images for GPU nodes alone. */
const gpuImage = /_(?:NVIDIA|GPU|NVIDIA_FIPS)$/;

export function eksNodeGroups({ props }: Subject): NodePool[] {
  const machines = textsAt(props, "instanceTypes");
  return [
    {
      place: "",
      hasGpu: machines.some(isGpuMachine) || gpuImage.test(textAt(props, "amiType") ?? ""),
      accelerators: [],
      machines,
      bounds: () => ({
        min: numberAt(props, "scalingConfig", "minSize") ?? 0,
        max: numberAt(props, "scalingConfig", "maxSize"),
      }),
      counts: "nodes",
      isSpot: () => textAt(props, "capacityType") === "SPOT",
      taints: () => taintsOf(props),
      label: (key) => textAt(props, "labels", key),
    },
  ];
}
