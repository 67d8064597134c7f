import * as aws from "../cloud/aws.ts";
import * as gcp from "../cloud/gcp.ts";
import type { TestResource } from "../kit/evaluate.ts";
import { container, deployment, podSpec } from "../kit/workloads.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What a container asks for beside cpu and memory. */
export function resourcesOf(limits: Fields, requests: Fields = limits) {
  return {
    requests: { cpu: "100m", memory: "128Mi", ...requests },
    limits: { cpu: "1", memory: "256Mi", ...limits },
  };
}

/** A container with a slice of a GPU. */
export function gpuContainer(changes: Fields = {}) {
  return container({ resources: resourcesOf({ "nvidia.com/gpu": "1" }), ...changes });
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

const sharing = { gpuSharingStrategy: "TIME_SHARING", maxSharedClientsPerGpu: 4 };

/** A pool of one L4 a node on GKE; `changes` replace its fields, `config` those of its nodes. */
export function gkePool(changes: Fields = {}, config: Fields = {}): TestResource {
  return {
    ...gcp.nodePool,
    name: "gke-pool",
    props: {
      ...gcp.nodePool.props,
      location: "europe-west4",
      autoscaling: { totalMinNodeCount: 0, totalMaxNodeCount: 4 },
      nodeConfig: {
        ...gcp.nodeConfig,
        machineType: "g2-standard-8",
        guestAccelerators: [{ type: "nvidia-l4", count: 1, gpuSharingConfig: sharing }],
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
    ...aws.nodeGroup,
    name: "eks-group",
    props: {
      ...aws.nodeGroup.props,
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

export function gpuDeployment(changes: Fields = {}): TestResource {
  return deployment(gpuPodSpec(changes));
}

export function gpuDeploymentOf(fields: Fields, changes: Fields = {}): TestResource {
  return gpuDeployment({ containers: [gpuContainer(fields)], ...changes });
}
