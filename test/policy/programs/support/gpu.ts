import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import type { types } from "@pulumi/kubernetes";
import { onAws } from "./aws.ts";
import { onCluster } from "./cluster.ts";
import { denyAll, labels, limits, makeNamespace, namespace, quota } from "./namespace.ts";
import { budget, container, deployment, podSpec, serviceAccount } from "./workload.ts";

type Container = types.input.core.v1.Container;
type PodSpec = types.input.core.v1.PodSpec;

/** What a container asks for that has GPUs. */
export function withGpus(count: string): Container["resources"] {
  return {
    requests: { cpu: "100m", memory: "256Mi", "nvidia.com/gpu": count },
    limits: { cpu: "1", memory: "256Mi", "nvidia.com/gpu": count },
  };
}

/** A container with a slice of a GPU; `changes` replace its fields. */
export function gpuContainer(changes: Partial<Container> = {}): Container {
  return container({ resources: withGpus("1"), ...changes });
}

/** A pod with a GPU that every rule accepts; `changes` replace its fields. */
export function gpuPodSpec(changes: Partial<PodSpec> = {}): PodSpec {
  return podSpec({
    containers: [gpuContainer()],
    nodeSelector: { "framewright.dev/gpu": "l4" },
    tolerations: [{ key: "nvidia.com/gpu", operator: "Exists" }],
    priorityClassName: "gpu-standard",
    ...changes,
  });
}

/** A whole program with a GPU that every rule accepts, around a pod: with a quota and the priority class that it names. */
export function gpuShop(
  spec: PodSpec = gpuPodSpec(),
  hard: Record<string, string> = { "requests.nvidia.com/gpu": "2" },
): void {
  makeNamespace();
  denyAll();
  limits();
  quota(namespace, hard);
  new k8s.scheduling.v1.PriorityClass(
    "gpu-standard",
    { metadata: { name: "gpu-standard", labels }, value: 1000, description: "GPU work" },
    onCluster,
  );
  serviceAccount();
  deployment(spec);
  budget();
}

/** A group of EKS nodes with L4s that every rule accepts; `changes` replace its properties. */
export function gpuGroup(name: string, changes: Partial<aws.eks.NodeGroupArgs> = {}): void {
  const template = new aws.ec2.LaunchTemplate(
    name,
    {
      blockDeviceMappings: [
        { deviceName: "/dev/xvda", ebs: { encrypted: "true", volumeSize: 100, volumeType: "gp3" } },
      ],
      metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
    },
    onAws,
  );
  new aws.eks.NodeGroup(
    name,
    {
      clusterName: "shop",
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      nodeRoleArn: "arn:aws:iam::123456789012:role/nodes",
      subnetIds: ["subnet-0a1b2c3d"],
      amiType: "AL2023_x86_64_NVIDIA",
      instanceTypes: ["g6.2xlarge"],
      capacityType: "ON_DEMAND",
      scalingConfig: { minSize: 0, maxSize: 2, desiredSize: 0 },
      labels: { "framewright.dev/gpu": "l4" },
      taints: [{ key: "nvidia.com/gpu", value: "true", effect: "NO_SCHEDULE" }],
      ...changes,
    },
    onAws,
  );
}
