import type { TestResource } from "../kit/evaluate.ts";
import { container, objectOf, podSpec } from "../kit/workloads.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What a container asks for beside cpu and memory. */
export function resourcesOf(limits: Fields, requests: Fields = limits) {
  return {
    requests: { cpu: "100m", memory: "128Mi", ...requests },
    limits: { cpu: "1", memory: "256Mi", ...limits },
  };
}

export const oneGpu = resourcesOf({ "nvidia.com/gpu": "1" });

/** A container with a slice of a GPU. */
export function gpuContainer(changes: Fields = {}) {
  return container({ resources: oneGpu, ...changes });
}

export const gpuToleration = { key: "nvidia.com/gpu", operator: "Exists" };
export const gpuLabel = "cloud.google.com/gke-accelerator";

/** A pod with a GPU that every rule accepts. */
export function gpuPodSpec(changes: Fields = {}) {
  return podSpec({
    containers: [gpuContainer()],
    nodeSelector: { [gpuLabel]: "nvidia-l4" },
    tolerations: [gpuToleration],
    priorityClassName: "gpu-standard",
    ...changes,
  });
}

/** Node affinity that requires one of the terms. */
export function requiredNodes(...terms: readonly Fields[][]) {
  const nodeSelectorTerms = terms.map((matchExpressions) => ({ matchExpressions }));
  return {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
  };
}

export const priorityClass = objectOf(
  "scheduling.k8s.io/PriorityClass",
  { value: 1000 },
  { name: "gpu-standard", namespace: undefined },
);

export function quota(hard: Fields, spec: Fields = {}, metadata: Fields = {}): TestResource {
  return objectOf("ResourceQuota", { spec: { hard, ...spec } }, { name: "quota", ...metadata });
}

export const gpuQuantity = quota({ "requests.nvidia.com/gpu": "4" });

/** A pool of one L4 a node on GKE; `changes` replace its fields, `config` those of its nodes. */
export function gkePool(changes: Fields = {}, config: Fields = {}): TestResource {
  return {
    type: "gcp:container/nodePool:NodePool",
    name: "gke-pool",
    props: {
      cluster: "cluster",
      location: "europe-west4",
      autoscaling: { totalMinNodeCount: 0, totalMaxNodeCount: 4 },
      nodeConfig: {
        machineType: "g2-standard-8",
        guestAccelerators: [
          {
            type: "nvidia-l4",
            count: 1,
            gpuSharingConfig: { gpuSharingStrategy: "TIME_SHARING", maxSharedClientsPerGpu: 4 },
          },
        ],
        labels: { gpu: "l4" },
        ...config,
      },
      ...changes,
    },
  };
}

export const gpuTaint = { key: "nvidia.com/gpu", value: "true", effect: "NO_SCHEDULE" };

/** A group of one L4 a node on EKS. */
export function eksGroup(changes: Fields = {}): TestResource {
  return {
    type: "aws:eks/nodeGroup:NodeGroup",
    name: "eks-group",
    props: {
      amiType: "AL2023_x86_64_NVIDIA",
      instanceTypes: ["g6.2xlarge"],
      capacityType: "ON_DEMAND",
      scalingConfig: { minSize: 0, maxSize: 4, desiredSize: 0 },
      labels: { gpu: "l4" },
      taints: [gpuTaint],
      ...changes,
    },
  };
}

/** A group of machines that nobody manages, with the machine of its launch template. */
export function selfManaged(machine: string, changes: Fields = {}): TestResource[] {
  const template = "aws:ec2/launchTemplate:LaunchTemplate";
  return [
    { type: template, name: "template", props: { instanceType: machine } },
    {
      type: "aws:autoscaling/group:Group",
      name: "machines",
      props: { minSize: 0, maxSize: 4, launchTemplate: {}, ...changes },
      madeFrom: { launchTemplate: [`${template}::template`] },
    },
  ];
}

/** A pool of Karpenter with GPUs; `changes` replace fields of its spec, `node` those of its nodes. */
export function karpenterPool(changes: Fields = {}, node: Fields = {}): TestResource {
  const requirements = [
    { key: "karpenter.k8s.aws/instance-gpu-name", operator: "In", values: ["l4"] },
    { key: "node.kubernetes.io/instance-type", operator: "In", values: ["g6.2xlarge"] },
  ];
  const taints = [{ key: "nvidia.com/gpu", effect: "NoSchedule" }];
  return objectOf(
    "karpenter.sh/NodePool",
    {
      spec: {
        limits: { "nvidia.com/gpu": 4 },
        template: {
          metadata: { labels: { gpu: "l4" } },
          spec: { requirements, taints, ...node },
        },
        ...changes,
      },
    },
    { name: "karpenter-pool", namespace: undefined },
  );
}

/** One of each kind of pool, all good. */
export const pools: readonly (readonly [string, TestResource])[] = [
  ["GKE node pool", gkePool()],
  ["EKS node group", eksGroup()],
  ["Karpenter node pool", karpenterPool()],
];

/** A cluster of GKE that makes pools by itself; undefined: without a limit of GPUs. */
export function provisioningCluster(
  maximum: number | undefined,
  changes: Fields = {},
): TestResource {
  const gpus = { resourceType: "nvidia-l4", maximum };
  return {
    type: "gcp:container/cluster:Cluster",
    name: "cluster",
    props: {
      clusterAutoscaling: {
        enabled: true,
        resourceLimits: [
          { resourceType: "cpu", maximum: 100 },
          ...(maximum === undefined ? [] : [gpus]),
        ],
      },
      ...changes,
    },
  };
}

/** A compute class of GKE that has pools made for L4s. */
export const computeClass = objectOf(
  "cloud.google.com/ComputeClass",
  {
    spec: {
      nodePoolAutoCreation: { enabled: true },
      priorities: [{ gpu: { type: "nvidia-l4", count: 1 } }],
    },
  },
  { namespace: undefined },
);
