import * as k8s from "@pulumi/kubernetes";
import type { types } from "@pulumi/kubernetes";
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

/** A namespace with a quota of GPUs, and the priority class that its pods name. */
function gpuNamespace(hard: Record<string, string>): void {
  makeNamespace();
  denyAll();
  limits();
  quota(namespace, hard);
  new k8s.scheduling.v1.PriorityClass(
    "gpu-standard",
    { metadata: { name: "gpu-standard", labels }, value: 1000, description: "GPU work" },
    onCluster,
  );
}

/** A whole program with a GPU that every rule accepts, around a pod. */
export function gpuShop(
  spec: PodSpec = gpuPodSpec(),
  hard: Record<string, string> = { "requests.nvidia.com/gpu": "2" },
): void {
  gpuNamespace(hard);
  serviceAccount();
  deployment(spec);
  budget();
}

interface Nodes {
  readonly gpu?: string;
  readonly machine?: string;
  readonly most?: number;
  readonly capacity?: "spot" | "on-demand";
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly object[];
}

const gpuTaint = { key: "nvidia.com/gpu", effect: "NoSchedule" };

/** A pool of Karpenter with GPUs that every rule accepts; `nodes` says what is otherwise. */
export function karpenterPool(name: string, nodes: Nodes = {}): void {
  const { gpu = "l4", machine = "g6.2xlarge", most = 2, capacity = "on-demand" } = nodes;
  const requirements = [
    { key: "karpenter.k8s.aws/instance-gpu-name", operator: "In", values: [gpu] },
    { key: "node.kubernetes.io/instance-type", operator: "In", values: [machine] },
    { key: "karpenter.sh/capacity-type", operator: "In", values: [capacity] },
  ];
  const nodeClassRef = { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "default" };
  const spec = {
    limits: { "nvidia.com/gpu": most },
    template: {
      metadata: { labels: { "framewright.dev/gpu": gpu, ...nodes.labels } },
      spec: { nodeClassRef, requirements, taints: nodes.taints ?? [gpuTaint] },
    },
  };
  new k8s.apiextensions.CustomResource(
    name,
    { apiVersion: "karpenter.sh/v1", kind: "NodePool", metadata: { name, labels }, spec },
    onCluster,
  );
}
