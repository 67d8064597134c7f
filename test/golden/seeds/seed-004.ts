import { shown, type SeedRow, type Topic } from "./row.ts";

function row(figure: string, source: string, at: SeedRow["shown"], note?: string): SeedRow {
  return { seed: "004", figure, source, shown: at, ...(note === undefined ? {} : { note }) };
}

const gkePool = (name: string, path: string, value: unknown) =>
  shown("prod-gke", ["gkePool", `pool-${name}`], path, value);
const eksPool = (name: string, path: string, value: unknown) =>
  shown("prod-eks", ["eksPool", `nodes-gpu-${name}-nodes`], path, value);
const accelerator = "nodeConfig.guestAccelerators.0";
const clients = `${accelerator}.gpuSharingConfig.maxSharedClientsPerGpu`;
const defaults = "config/gpu-pools.ts";

const system: SeedRow[] = [
  row(
    "System nodes: n2-standard-4",
    "gke.system.machine",
    shown("dev-gke", ["gkePool", "pool-system"], "nodeConfig.machineType", "n2-standard-4"),
  ),
  row(
    "System nodes: m6i.xlarge, the same size on EC2",
    "eks.system.machine",
    shown(
      "prod-eks",
      ["eksPool", "nodes-system-us-east-1a-nodes"],
      "instanceTypes.0",
      "m6i.xlarge",
    ),
    "the seed names no type",
  ),
  row(
    "System nodes: at least 1",
    "gke.system.minNodes",
    shown("dev-gke", ["gkePool", "pool-system"], "autoscaling.totalMinNodeCount", 1),
  ),
  row(
    "System nodes: at most 10",
    "gke.system.maxNodes",
    shown("prod-gke", ["gkePool", "pool-system"], "autoscaling.totalMaxNodeCount", 10),
  ),
  row(
    "Region us-central1",
    "gke.region",
    shown("dev-gke", ["gke", "gke-cluster"], "location", "us-central1"),
  ),
  row(
    "Add-on: persistent disk CSI driver",
    "infra/gke/control-plane-spec.ts",
    shown(
      "prod-gke",
      ["gke", "gke-cluster"],
      "addonsConfig.gcePersistentDiskCsiDriverConfig.enabled",
      true,
    ),
  ),
];

const a100: SeedRow[] = [
  row(
    "A100: a2-highgpu-1g",
    "config/gpu-catalogue.ts",
    gkePool("a100", "nodeConfig.machineType", "a2-highgpu-1g"),
  ),
  row(
    "A100: accelerator nvidia-tesla-a100",
    "config/gpu-catalogue.ts",
    gkePool("a100", `${accelerator}.type`, "nvidia-tesla-a100"),
  ),
  row(
    "A100: 1 GPU per node",
    "config/gpu-catalogue.ts",
    gkePool("a100", `${accelerator}.count`, 1),
    "8 on EC2, which has no smaller node",
  ),
  row("A100: 4 workloads share a GPU", defaults, gkePool("a100", clients, 4)),
  row(
    "A100: 4 workloads share a GPU (EKS)",
    defaults,
    shown(
      "prod-eks",
      ["configMap", "device-plugin-a100-config"],
      "data.[config.json]",
      '"replicas": 4',
    ),
  ),
  row(
    "A100: 0 nodes at the start",
    "infra/eks/node-spec.ts",
    eksPool("a100", "scalingConfig.desiredSize", 0),
    "on GKE as well",
  ),
  row("A100: at least 0 nodes", defaults, gkePool("a100", "autoscaling.totalMinNodeCount", 0)),
  row("A100: at most 4 nodes", defaults, gkePool("a100", "autoscaling.totalMaxNodeCount", 4)),
  row(
    "A100: at most 4 nodes (EKS)",
    defaults,
    eksPool("a100", "scalingConfig.maxSize", 1),
    "one node of eight GPUs: more than the seed's four",
  ),
  row(
    "A100: tier premium",
    "infra/gpu/pools.ts",
    gkePool("a100", "nodeConfig.labels.[framewright.dev/tier]", "premium"),
  ),
  row(
    "A100: label gpu-type a100",
    "infra/gpu/pools.ts",
    gkePool("a100", "nodeConfig.labels.[framewright.dev/gpu]", "a100"),
  ),
];

const v100: SeedRow[] = [
  row(
    "V100: n1-standard-8",
    "config/gpu-catalogue.ts",
    gkePool("v100-spot", "nodeConfig.machineType", "n1-standard-8"),
  ),
  row(
    "V100: p3.2xlarge, the same GPU on EC2",
    "config/gpu-catalogue.ts",
    eksPool("v100-spot", "instanceTypes.0", "p3.2xlarge"),
    "the seed names no type",
  ),
  row(
    "V100: accelerator nvidia-tesla-v100",
    "config/gpu-catalogue.ts",
    gkePool("v100-spot", `${accelerator}.type`, "nvidia-tesla-v100"),
  ),
  row(
    "V100: 1 GPU per node",
    "config/gpu-catalogue.ts",
    gkePool("v100-spot", `${accelerator}.count`, 1),
  ),
  row("V100: 2 workloads share a GPU", defaults, gkePool("v100-spot", clients, 2)),
  row(
    "V100: 2 workloads share a GPU (EKS)",
    defaults,
    shown(
      "prod-eks",
      ["configMap", "device-plugin-v100-spot-config"],
      "data.[config.json]",
      '"replicas": 2',
    ),
  ),
  row(
    "V100: 1 node at the start",
    "infra/eks/node-spec.ts",
    eksPool("v100-spot", "scalingConfig.desiredSize", 1),
    "on GKE the first pod brings it",
  ),
  row("V100: at least 1 node", defaults, gkePool("v100-spot", "autoscaling.totalMinNodeCount", 1)),
  row("V100: at most 8 nodes", defaults, gkePool("v100-spot", "autoscaling.totalMaxNodeCount", 8)),
  row("V100: spot", defaults, gkePool("v100-spot", "nodeConfig.spot", true)),
  row("V100: spot (EKS)", defaults, eksPool("v100-spot", "capacityType", "SPOT")),
  row(
    "V100: tier standard",
    "infra/gpu/pools.ts",
    gkePool("v100-spot", "nodeConfig.labels.[framewright.dev/tier]", "standard"),
  ),
  row(
    "V100: label gpu-type v100",
    "infra/gpu/pools.ts",
    gkePool("v100-spot", "nodeConfig.labels.[framewright.dev/gpu]", "v100"),
  ),
];

const nodes: SeedRow[] = [
  row(
    "GPU nodes: label workload-type ai-inference",
    "infra/gpu/pools.ts",
    gkePool("a100", "nodeConfig.labels.[framewright.dev/pool-kind]", "gpu"),
    "of every GPU pool: they encode as well",
  ),
  row(
    "GPU nodes: taint nvidia.com/gpu=true:NoSchedule",
    "infra/gpu/pools.ts",
    eksPool("a100", "taints.0", { key: "nvidia.com/gpu", value: "true", effect: "NO_SCHEDULE" }),
    "GKE adds its own of that key, and refuses ours",
  ),
  row(
    "All nodes: secure boot",
    "infra/gke/node-spec.ts",
    gkePool("v100-spot", "nodeConfig.shieldedInstanceConfig.enableSecureBoot", true),
  ),
];

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
      "50:\n  - '^eks-gpu-a100-[0-9a-f]{26}-'\n30:\n  - '^eks-gpu-v100-spot-[0-9a-f]{26}-'\n20:\n  - '^eks-gpu-v100-[0-9a-f]{26}-'\n1:\n  - '.*'\n",
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
    computeClass("spec.priorities.1", { nodepools: ["pool-v100-spot"] }),
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
      "For encoding and light inference; two pods share its 16 GB. Spot capacity costs 60 to 90 % less than the list price. One node always runs, because a new one takes minutes.",
    rows: v100,
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
