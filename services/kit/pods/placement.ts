import { gpuResource } from "../../../infra/cluster.ts";
import { selectorLabels, type App } from "../app.ts";

/** A device of a node, such as a GPU, and the nodes that have it. */
export interface Device {
  /** As a device plugin names it; the pod gets exactly one. */
  readonly resource: string;
  /** Labels of the nodes; empty where the resource alone says enough. */
  readonly nodes: Readonly<Record<string, string>>;
  /** Keys of taints that keep pods without the device away. */
  readonly tolerates: readonly string[];
  /** The runtime class that hands it over, where it is not the nodes' default. */
  readonly runtimeClass?: string | undefined;
  /** Groups that may open its files, beside the pod's own. */
  readonly groups?: readonly number[];
}

/** Taints of nodes with an NVIDIA GPU: every cloud's own, and that of GKE's compute classes. */
export const gpuTaints = [gpuResource, "cloud.google.com/compute-class"] as const;

/** One device. Extended resources cannot be overcommitted, so the limit is the request too. */
export function deviceAmount(device: Device | undefined): Record<string, string> {
  return device === undefined ? {} : { [device.resource]: "1" };
}

/** Where a pod with a device may run. `Exists`: the clouds give the same taint different values. */
export function devicePlacement(device: Device | undefined) {
  if (device === undefined) return {};
  const { nodes, tolerates, runtimeClass } = device;
  return {
    nodeSelector: Object.keys(nodes).length === 0 ? undefined : { ...nodes },
    tolerations: tolerates.map((key) => ({ key, operator: "Exists" })),
    runtimeClassName: runtimeClass,
  };
}

/** Nodes of a kind, for pods that need no device. */
export interface NodeChoice {
  readonly labels: Readonly<Record<string, string>>;
  /** Keys of taints that keep other pods away. */
  readonly tolerates: readonly string[];
}

/** Where a pod may run that chose its nodes. */
export function nodePlacement(nodes: NodeChoice | undefined) {
  if (nodes === undefined) return {};
  return {
    nodeSelector: { ...nodes.labels },
    tolerations: nodes.tolerates.map((key) => ({ key, operator: "Exists", effect: "NoSchedule" })),
  };
}

const topologies = { zone: "topology.kubernetes.io/zone", host: "kubernetes.io/hostname" } as const;

function evenly(app: App, topologyKey: string) {
  return {
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: selectorLabels(app) },
  };
}

/**
 * Replicas on different nodes and in different zones where there are several. Preferences, not demands: two
 * pods on one node are better than one pod that waits.
 */
export function spreadOf(app: App) {
  const apart = {
    weight: 100,
    podAffinityTerm: {
      topologyKey: topologies.host,
      labelSelector: { matchLabels: selectorLabels(app) },
    },
  };
  return {
    topologySpreadConstraints: [evenly(app, topologies.host), evenly(app, topologies.zone)],
    affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [apart] } },
  };
}
