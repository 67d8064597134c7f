import { row004 as row, shown, type SeedRow, type Topic } from "./row.ts";
import { a100, nodes, standard, system } from "./seed-004-pools.ts";

const flags = (value: string) =>
  shown(
    "prod-eks",
    ["deployment", "autoscaler-deployment"],
    "spec.template.spec.containers.0.command",
    value,
  );
const computeClass = (path: string, value: unknown) => ({
  golden: "prod-gke" as const,
  resource: "kubernetes:cloud.google.com/v1:ComputeClass::compute-class",
  path,
  value,
});

const autoscaling: SeedRow[] = [
  row(
    "Scale-up after 30 s pending",
    "infra/eks/autoscaler-spec.ts",
    flags("--new-pod-scale-up-delay=30s"),
    "GKE has no such setting, and looks every 10 s",
  ),
  row(
    "Scale-down below 50 % (EKS)",
    "infra/eks/autoscaler-spec.ts",
    flags("--scale-down-utilization-threshold=0.5"),
  ),
  row(
    "Scale-down below 50 % of the GPUs (EKS)",
    "infra/eks/autoscaler-spec.ts",
    flags("--scale-down-gpu-utilization-threshold=0.5"),
  ),
  row(
    "Scale-down after 10 minutes (EKS)",
    "infra/eks/autoscaler-spec.ts",
    flags("--scale-down-unneeded-time=10m"),
  ),
  row(
    "Scale-down below 50 % of the GPUs (GKE)",
    "infra/gke/compute-class.ts",
    computeClass("spec.autoscalingPolicy.gpuConsolidationThreshold", 50),
  ),
  row(
    "Scale-down after 10 minutes (GKE)",
    "infra/gke/compute-class.ts",
    computeClass("spec.autoscalingPolicy.consolidationDelayMinutes", 10),
  ),
  row(
    "Priority A100 > V100 > CPU (EKS)",
    "gpu.pools.0.priority",
    shown(
      "prod-eks",
      ["configMap", "autoscaler-priorities"],
      "data.priorities",
      "50:\n  - '^eks-gpu-a100-[0-9a-f]{26}-'\n30:\n  - '^eks-gpu-l4-spot-[0-9a-f]{26}-'\n20:\n  - '^eks-gpu-l4-[0-9a-f]{26}-'\n3:\n  - '^eks-cpu-spot-[0-9a-f]{26}-'\n2:\n  - '^eks-cpu-[0-9a-f]{26}-'\n1:\n  - '.*'\n",
    ),
  ),
  row(
    "Priority A100 > V100 (GKE)",
    "gpu.pools.0.priority",
    computeClass("spec.priorities.0", { nodepools: ["pool-a100"] }),
    "no pod fits on both a GPU pool and the CPU nodes",
  ),
  row(
    "Priority: V100 next (GKE)",
    "gpu.pools.0.priority",
    computeClass("spec.priorities.1", { nodepools: ["pool-l4-spot"] }),
  ),
];

function quota(
  service: string,
  namespace: string,
  [cores, memory, slices]: readonly [string, string, string],
): SeedRow[] {
  const hard = (key: string, value: string) =>
    shown(
      "prod-gke",
      ["quota", `tenancy-ai-models-${namespace}-quota`],
      `spec.hard.[${key}]`,
      value,
    );
  const key = { stt: "stt", mt: "mt", tts: "tts", "lip-sync": "lipSync" }[namespace] ?? namespace;
  return [
    row(`${service}: ${cores} cores`, `models.${key}.cpu`, hard("limits.cpu", cores)),
    row(
      `${service}: ${memory.replace("Gi", " GB")}`,
      `models.${key}.memory`,
      hard("limits.memory", memory),
      "GiB, as Kubernetes counts",
    ),
    row(
      `${service}: ${slices} GPUs`,
      `models.${key}.gpuSlices`,
      hard("requests.nvidia.com/gpu", slices),
      "slices: what pods ask for",
    ),
  ];
}

const quotas: SeedRow[] = [
  ...quota("STT", "stt", ["64", "256Gi", "4"]),
  ...quota("MT", "mt", ["32", "128Gi", "2"]),
  ...quota("TTS", "tts", ["64", "256Gi", "4"]),
  ...quota("Lip-sync", "lip-sync", ["32", "128Gi", "2"]),
];

export const seed004: readonly Topic[] = [
  {
    title: "System nodes",
    reason:
      "Everything without a GPU runs on them. Four cores and 16 GiB hold the largest of these pods with room for the node's own parts.",
    rows: system,
  },
  {
    title: "A100 pool",
    reason:
      "For inference: the A100 has no video encoder. Four pods share its 40 GB. Spot capacity is scarce, so the pool is on demand, and it is empty until a pod asks for a slice.",
    rows: a100,
  },
  {
    title: "V100 pool",
    reason:
      "For encoding and light inference, with L4s today; two pods share a GPU. Spot capacity costs 60 to 90 % less than the list price. One node always runs, because a new one takes minutes.",
    rows: standard,
  },
  {
    title: "GPU nodes",
    reason:
      "The taint keeps pods without a GPU off nodes that are expensive; pods select nodes by labels that are the same on every cloud.",
    rows: nodes,
  },
  {
    title: "Autoscaling of nodes",
    reason:
      "Pods that become pending within 30 seconds are placed together. A node that is half empty for ten minutes is removed, which outlasts the pause between two jobs. Work that fits on several pools goes to the fastest GPU.",
    rows: autoscaling,
  },
  {
    title: "Quotas of the model services",
    reason:
      "Each service may use what its largest number of pods needs, so that no service can take the GPUs of another. GPUs are counted in slices, because a pod asks for one slice.",
    rows: quotas,
  },
];
