import {
  numberAt,
  objectAt,
  listAt,
  textAt,
  type JsonObject,
} from "../../../../tools/plugins/kit/json.ts";
import { taintOf, textsOf } from "./inputs.ts";
import { roomOf } from "./machines.ts";
import {
  commonLabels,
  gpu,
  type Amounts,
  type NodePool,
  type NodeShape,
  type PoolExtras,
  type Taint,
} from "./pool.ts";

export interface GkeExtras extends PoolExtras {
  /** Whether the cluster had nodes without a GPU when the pool was made. */
  readonly hasPlainNodes: boolean;
}

const cloudLabel = "cloud.google.com";

/** What GKE gives a node unless told otherwise. */
const defaults = { machine: "e2-medium", diskGi: 100, sharing: "TIME_SHARING" } as const;

interface Accelerator {
  readonly type: string;
  readonly count: number;
  readonly sharing: JsonObject | undefined;
  readonly clients: number;
  readonly hasDriver: boolean;
}

function acceleratorOf(config: JsonObject): Accelerator | undefined {
  const [first] = listAt(config, "guestAccelerators");
  if (first === undefined) return undefined;
  const sharing = objectAt(first, "gpuSharingConfig");
  const driver = textAt(first, "gpuDriverInstallationConfig", "gpuDriverVersion");
  return {
    type: textAt(first, "type") ?? "",
    count: numberAt(first, "count") ?? 0,
    sharing,
    clients: numberAt(sharing, "maxSharedClientsPerGpu") ?? 1,
    // GKE installs one unless told not to; without one its device plugin finds nothing.
    hasDriver: driver !== "INSTALLATION_DISABLED",
  };
}

function acceleratorLabels(accelerator: Accelerator | undefined): Record<string, string> {
  if (accelerator === undefined) return {};
  const { type, count, sharing, clients } = accelerator;
  const strategy = textAt(sharing, "gpuSharingStrategy") ?? defaults.sharing;
  return {
    [`${cloudLabel}/gke-accelerator`]: type,
    [`${cloudLabel}/gke-accelerator-count`]: String(count),
    ...(sharing === undefined
      ? {}
      : {
          [`${cloudLabel}/gke-gpu-sharing-strategy`]: strategy.toLowerCase().replaceAll("_", "-"),
          [`${cloudLabel}/gke-max-shared-clients-per-gpu`]: String(clients),
        }),
  };
}

function shapeOf(config: JsonObject, extras: GkeExtras): NodeShape {
  const machine = textAt(config, "machineType") ?? defaults.machine;
  const accelerator = acceleratorOf(config);
  const { capacity, allocatable } = roomOf(
    "gke",
    machine,
    numberAt(config, "diskSizeGb") ?? defaults.diskGi,
  );
  const slices: Amounts =
    accelerator?.hasDriver === true ? { [gpu]: accelerator.count * accelerator.clients } : {};
  const own: Taint = { key: gpu, value: "present", effect: "NoSchedule" };
  // terraform-google-kubernetes-engine #703: GKE adds its taint only where pods have another node to go to.
  const tainted = accelerator !== undefined && extras.hasPlainNodes;
  return {
    labels: {
      ...commonLabels(machine, extras.region),
      [`${cloudLabel}/gke-nodepool`]: extras.name,
      [`${cloudLabel}/gke-os-distribution`]: "cos",
      [`${cloudLabel}/machine-family`]: machine.split("-")[0] ?? "",
      ...(config["spot"] === true ? { [`${cloudLabel}/gke-spot`]: "true" } : {}),
      ...acceleratorLabels(accelerator),
      ...textsOf(objectAt(config, "labels")),
    },
    taints: [...(tainted ? [own] : []), ...listAt(config, "taints").map(taintOf)],
    capacity: { ...capacity, ...slices },
    allocatable: { ...allocatable, ...slices },
  };
}

/** How many nodes a pool may have in all its zones together. */
function bounds(inputs: JsonObject, zones: number) {
  const scaling = objectAt(inputs, "autoscaling");
  const fixed =
    (numberAt(inputs, "nodeCount") ?? numberAt(inputs, "initialNodeCount") ?? 0) * zones;
  if (scaling === undefined) return { min: fixed, max: fixed, initial: fixed, autoscaled: false };
  const total = (perZone: string, all: string): number | undefined => {
    const each = numberAt(scaling, perZone);
    return numberAt(scaling, all) ?? (each === undefined ? undefined : each * zones);
  };
  const min = total("minNodeCount", "totalMinNodeCount") ?? 0;
  const max = total("maxNodeCount", "totalMaxNodeCount") ?? min;
  return { min, max, initial: Math.max(min, Math.min(fixed, max)), autoscaled: true };
}

/** GKE's default is 30 seconds, of which critical pods have the last 15. */
function noticeOf(config: JsonObject): number {
  const kubelet = objectAt(config, "kubeletConfig");
  const all = numberAt(kubelet, "shutdownGracePeriodSeconds") ?? 30;
  return all - (numberAt(kubelet, "shutdownGracePeriodCriticalPodsSeconds") ?? 15);
}

/** What a `gcp:container/nodePool:NodePool` makes of its nodes. */
export function poolFromGke(inputs: JsonObject, extras: GkeExtras): NodePool {
  const config = objectAt(inputs, "nodeConfig") ?? {};
  const own = listAt(inputs, "nodeLocations").filter((zone) => typeof zone === "string");
  const zones = own.length > 0 ? own : extras.zones;
  const { min, max, initial, autoscaled } = bounds(inputs, zones.length);
  const node = shapeOf(config, extras);
  return {
    cloud: "gke",
    name: extras.name,
    group: extras.name,
    spot: config["spot"] === true,
    machines: [textAt(config, "machineType") ?? "e2-medium"],
    noticeSeconds: noticeOf(config),
    minNodes: min,
    maxNodes: max,
    initialNodes: initial,
    autoscaled,
    region: extras.region,
    zones,
    gpus: 0,
    node,
    // GKE's own autoscaler knows what GKE will make.
    forecast: node,
  };
}
