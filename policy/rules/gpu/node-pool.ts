import { at, isPresent, listAt, numberAt, textAt, textsAt } from "../../kit/json.ts";
import type { Subject } from "../../kit/subject.ts";
import { isGpuMachine, type Hardware } from "./machines.ts";
import type { Taint } from "./node-selection.ts";

/** How many nodes a pool may have; undefined: as many as there are. */
export interface Bounds {
  readonly min: number;
  readonly max: number | undefined;
}

/** Machines that a resource lets a cluster have. What is a function is read when a rule asks for it. */
interface NodePool extends Hardware {
  /** Whether it tells by itself that its nodes have GPUs; a launch template may tell it too. */
  readonly hasGpu: boolean;
  readonly bounds: () => Bounds;
  readonly isSpot: () => boolean;
  readonly taints: () => readonly PoolTaint[];
  /** A label of its nodes. */
  readonly label: (key: string) => string | undefined;
}

/** A regional pool has nodes in three zones unless it says otherwise. */
function zonesOf(pool: unknown): number {
  const listed = listAt(pool, "nodeLocations").length;
  if (listed > 0) return listed;
  return /-[a-z]$/.test(textAt(pool, "location") ?? "") ? 1 : 3;
}

/** Limits are of each zone, or `total` of them all. */
function gkeBounds(pool: unknown): Bounds {
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

type PoolTaint = Pick<Taint, "key" | "effect">;

function taintsOf(config: unknown): readonly PoolTaint[] {
  return listAt(config, "taints").map((taint) => ({
    key: textAt(taint, "key") ?? "",
    effect: textAt(taint, "effect") ?? "",
  }));
}

/** GKE itself taints nodes with GPUs, so that a pool without the taint has it all the same. */
const ownTaint = { key: "nvidia.com/gpu", effect: "NO_SCHEDULE" };

function gkePool(props: unknown): NodePool {
  const config = at(props, "nodeConfig");
  const machine = textAt(config, "machineType");
  const accelerators = listAt(config, "guestAccelerators").map((gpu) => textAt(gpu, "type") ?? "");
  const hasGpu = accelerators.length > 0 || (machine !== undefined && isGpuMachine(machine));
  return {
    hasGpu,
    accelerators,
    machines: machine === undefined ? [] : [machine],
    bounds: () => gkeBounds(props),
    isSpot: () => at(config, "spot") === true || at(config, "preemptible") === true,
    taints: () => [...taintsOf(config), ...(hasGpu ? [ownTaint] : [])],
    label: (key) => textAt(config, "labels", key),
  };
}

/** `AL2023_x86_64_NVIDIA`, `BOTTLEROCKET_ARM_64_NVIDIA`: images for GPU nodes alone. */
const gpuImage = /_(?:NVIDIA|GPU|NVIDIA_FIPS)$/;

function eksPool(props: unknown): NodePool {
  const machines = textsAt(props, "instanceTypes");
  return {
    hasGpu: machines.some(isGpuMachine) || gpuImage.test(textAt(props, "amiType") ?? ""),
    accelerators: [],
    machines,
    bounds: () => ({
      min: numberAt(props, "scalingConfig", "minSize") ?? 0,
      max: numberAt(props, "scalingConfig", "maxSize"),
    }),
    isSpot: () => textAt(props, "capacityType") === "SPOT",
    taints: () => taintsOf(props),
    label: (key) => textAt(props, "labels", key),
  };
}

const readers: Readonly<Record<string, (props: unknown) => NodePool>> = {
  "gcp:container/nodePool:NodePool": gkePool,
  "aws:eks/nodeGroup:NodeGroup": eksPool,
};

/** The pool of nodes with GPUs that a resource is. */
export function gpuPoolOf({ type, props }: Subject): NodePool | undefined {
  const pool = readers[type]?.(props);
  return pool?.hasGpu === true ? pool : undefined;
}
