import { gpuPoolsBounded, gpuPoolsTainted, spotWithTwin } from "../../../policy/rules/gpu/pools.ts";
import { unknown, type TestResource } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { cpuGroup, eksGroup, gkePool, gpuTaint } from "./gpu-objects.ts";

const scaled = (autoscaling: object, more: object = {}) => gkePool({ autoscaling, ...more });
const between = (minSize?: number, maxSize?: unknown) =>
  eksGroup({ scalingConfig: { minSize, maxSize } });
const open = "has GPUs and no maximum";
const many = [scaled({ totalMaxNodeCount: 8 }), between(0, 7)];

describeRule(gpuPoolsBounded, {
  passes: [
    ["a bounded GKE pool", gkePool()],
    ["a bounded EKS group", eksGroup()],
    ["an EKS group without GPUs", cpuGroup({ scalingConfig: { maxSize: unknown } })],
    [
      "a GKE pool without GPUs",
      gkePool({ autoscaling: {} }, { machineType: "n2-standard-4", guestAccelerators: [] }),
    ],
    ["pools within the sum", many, { inAll: 15 }],
    ["what settings allow", between(1, 12), { perPool: 12, always: 1 }],
  ],
  fails: [
    ["a GKE pool without a maximum", scaled({ totalMinNodeCount: 0 }), open],
    ["a GKE pool with a maximum for each zone", scaled({ maxNodeCount: 1 }), open],
    ["a GKE pool that does not scale", gkePool({ autoscaling: undefined, nodeCount: 2 }), open],
    ["a GKE pool of too many nodes", scaled({ totalMaxNodeCount: 9 }), "may grow to 9 nodes with"],
    [
      "a GKE pool that keeps nodes",
      scaled({ totalMinNodeCount: 1, totalMaxNodeCount: 8 }),
      "keeps 1 nodes with GPUs while no pod needs them, where 0 may",
    ],
    ["an EKS group of too many", between(0, 9), "may grow to 9 nodes"],
    ["an EKS group without a maximum", between(), open],
    ["an EKS group that keeps nodes", between(2, 4), "keeps 2 nodes"],
    [
      "an EKS group with GPUs by its machine alone",
      eksGroup({ amiType: "CUSTOM", scalingConfig: { minSize: 0, maxSize: 9 } }),
      "may grow to 9 nodes",
    ],
    ["all pools together", many, "gke-pool: all pools with GPUs may grow to 15", { inAll: 14 }],
    ["an unknown maximum", between(0, unknown), "scalingConfig.maxSize is not known"],
  ],
});

const tainted = (changes: object) => eksGroup({ taints: [{ ...gpuTaint, ...changes }] });
const noTaint = "has GPUs and no taint nvidia.com/gpu that keeps other pods off";

describeRule(gpuPoolsTainted, {
  passes: [
    ["a GKE pool, which GKE taints", gkePool()],
    ["a tainted EKS group", eksGroup()],
    ["a taint that drives pods away", tainted({ effect: "NO_EXECUTE" })],
    ["nodes without GPUs", cpuGroup({ taints: [] })],
  ],
  fails: [
    ["an EKS group without taints", eksGroup({ taints: undefined }), noTaint],
    ["another taint", tainted({ key: "team" }), noTaint],
    ["a taint that only prefers other nodes", tainted({ effect: "PREFER_NO_SCHEDULE" }), noTaint],
    ["unknown taints", eksGroup({ taints: unknown }), "taints is not known before the update"],
  ],
});

const named = (name: string, resource: TestResource) => ({ ...resource, name });
const spotOf = {
  "GKE's spot": named("spot", gkePool({}, { spot: true })),
  "GKE's preemptible": named("spot", gkePool({}, { preemptible: true })),
  "EKS's spot": named("spot", eksGroup({ capacityType: "SPOT" })),
};
const spot = spotOf["GKE's spot"];
const alone = "has spot nodes with l4, and no pool has it on demand";

describeRule(spotWithTwin, {
  passes: [
    ...Object.entries(spotOf).map(
      ([kind, pool]) => [`a twin beside ${kind}`, [pool, gkePool()]] as const,
    ),
    ["a twin by another machine", [spot, eksGroup({ instanceTypes: ["gr6.4xlarge"] })]],
    ["a pool on demand", eksGroup()],
    ["spot nodes without GPUs", cpuGroup({ capacityType: "SPOT" })],
  ],
  fails: [
    ...Object.entries(spotOf).map(([kind, pool]) => [`${kind} alone`, pool, alone] as const),
    ["a twin with another GPU", [spot, eksGroup({ instanceTypes: ["g5.2xlarge"] })], alone],
    ["a twin that is spot too", [spot, eksGroup({ capacityType: "SPOT" })], [alone, alone]],
    ["a twin that cannot have nodes", [spot, between(0, 0)], alone],
    ["an unknown kind of capacity", eksGroup({ capacityType: unknown }), "capacityType is not"],
  ],
});
