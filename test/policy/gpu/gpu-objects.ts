import type { TestResource } from "../kit/evaluate.ts";
import { container, deployment, objectOf, podSpec } from "../kit/workloads.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What a container asks for beside cpu and memory. */
export function resourcesOf(limits: Fields, requests: Fields = limits) {
  return {
    requests: { cpu: "100m", memory: "128Mi", ...requests },
    limits: { cpu: "1", memory: "256Mi", ...limits },
  };
}

const oneGpu = resourcesOf({ "nvidia.com/gpu": "1" });

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

/** An EKS group without GPUs. */
export function cpuGroup(changes: Fields = {}): TestResource {
  return eksGroup({
    amiType: "AL2023_x86_64_STANDARD",
    instanceTypes: ["m6i.large"],
    ...changes,
  });
}

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

/** A cluster of GKE that holds its pool itself. */
export function clusterWith(pool: TestResource): TestResource {
  return {
    type: "gcp:container/cluster:Cluster",
    name: "cluster",
    props: { nodePools: [pool.props] },
  };
}

export function gpuDeployment(changes: Fields = {}): TestResource {
  return deployment(gpuPodSpec(changes));
}

export function gpuDeploymentOf(fields: Fields, changes: Fields = {}): TestResource {
  return gpuDeployment({ containers: [gpuContainer(fields)], ...changes });
}
