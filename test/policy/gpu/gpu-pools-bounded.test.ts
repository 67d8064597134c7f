import { gpuPoolsBounded } from "../../../policy/rules/gpu/gpu-pools-bounded.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import {
  clusterWith,
  computeClass,
  cpuGroup,
  eksGroup,
  gkePool,
  provisioningCluster,
} from "./gpu-objects.ts";

const zones = ["europe-west4-a", "europe-west4-b"];
const open = "has GPUs and no maximum";
const many = [
  gkePool({ autoscaling: { totalMaxNodeCount: 8 } }),
  eksGroup({ scalingConfig: { maxSize: 7 } }),
];

describeRule(gpuPoolsBounded, {
  passes: [
    ["a bounded GKE pool", gkePool()],
    ["a bounded EKS group", eksGroup()],
    ["an EKS group without GPUs", cpuGroup({ scalingConfig: { maxSize: 99 } })],
    [
      "a GKE pool without GPUs",
      gkePool({ autoscaling: {} }, { machineType: "n2-standard-4", guestAccelerators: [] }),
    ],
    ["an unknown maximum without GPUs", cpuGroup({ scalingConfig: { maxSize: unknown } })],
    ["a compute class within its cluster's limit", [computeClass, provisioningCluster(8)]],
    ["pools within the sum", many, { inAll: 15 }],
    [
      "what settings allow",
      eksGroup({ scalingConfig: { minSize: 1, maxSize: 12 } }),
      { perPool: 12, always: 1 },
    ],
    [
      "an exempt pool",
      eksGroup({ scalingConfig: { maxSize: 12 } }),
      { exempt: [{ name: "eks-group", reason: "a reserved block of machines" }] },
    ],
  ],
  fails: [
    ["a GKE pool without a maximum", gkePool({ autoscaling: { totalMinNodeCount: 0 } }), open],
    [
      "a GKE pool of too many nodes",
      gkePool({ autoscaling: { totalMaxNodeCount: 9 } }),
      "may grow to 9 nodes with GPUs, where 8 are allowed",
    ],
    [
      "too many nodes in each of three zones",
      gkePool({ autoscaling: { maxNodeCount: 3 } }),
      "may grow to 9 nodes",
    ],
    [
      "too many nodes in the zones that the pool names",
      gkePool({ autoscaling: { maxNodeCount: 5 }, nodeLocations: zones }),
      "may grow to 10 nodes",
    ],
    [
      "a GKE pool that keeps nodes",
      gkePool({ autoscaling: { minNodeCount: 1, maxNodeCount: 8 }, location: "europe-west4-a" }),
      "keeps 1 nodes with GPUs while no pod needs them, where 0 may",
    ],
    [
      "a GKE pool that does not scale",
      gkePool({ autoscaling: undefined, nodeCount: 2 }),
      "keeps 6 nodes",
    ],
    ["a pool inside a cluster", clusterWith(gkePool({ autoscaling: {} })), `nodePools.0: ${open}`],
    ["auto-provisioning of too many", provisioningCluster(9), "may grow to 9 GPUs"],
    ["a compute class that nothing limits", computeClass, `spec.priorities.0: ${open}`],
    [
      "a compute class in a cluster without a limit of GPUs",
      [computeClass, provisioningCluster(undefined)],
      open,
    ],
    [
      "an EKS group of too many",
      eksGroup({ scalingConfig: { minSize: 0, maxSize: 9 } }),
      "may grow to 9 nodes",
    ],
    ["an EKS group without a maximum", eksGroup({ scalingConfig: {} }), open],
    [
      "an EKS group that keeps nodes",
      eksGroup({ scalingConfig: { minSize: 2, maxSize: 4 } }),
      "keeps 2 nodes",
    ],
    [
      "an EKS group with GPUs by its machine alone",
      eksGroup({ amiType: "CUSTOM", scalingConfig: { minSize: 0, maxSize: 9 } }),
      "may grow to 9 nodes",
    ],
    [
      "all pools together, by the largest",
      many,
      "NodePool gke-pool: all pools with GPUs may grow to 15 nodes together, this one the most",
      { inAll: 14 },
    ],
    [
      "an unknown maximum",
      eksGroup({ scalingConfig: { minSize: 0, maxSize: unknown } }),
      "scalingConfig.maxSize is not known",
    ],
  ],
});
