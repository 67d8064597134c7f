import { at, listAt, numberAt, textAt, textsAt } from "../../kit/json.ts";
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
  readonly taints: () => readonly Taint[];
  /** A label of its nodes. */
  readonly label: (key: string) => string | undefined;
}

/** Limits of a pool in all its zones together; who gives them for each zone gives no maximum. */
function gkeBounds(pool: unknown): Bounds {
  return {
    min: numberAt(pool, "autoscaling", "totalMinNodeCount") ?? 0,
    max: numberAt(pool, "autoscaling", "totalMaxNodeCount"),
  };
}

function taintsOf(config: unknown): readonly Taint[] {
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
