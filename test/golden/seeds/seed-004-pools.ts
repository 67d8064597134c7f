import { row004 as row, shown, type SeedRow } from "./row.ts";

const gkePool = (name: string, path: string, value: unknown) =>
  shown("prod-gke", ["gkePool", `pool-${name}`], path, value);
const eksPool = (name: string, path: string, value: unknown) =>
  shown("prod-eks", ["eksPool", `nodes-gpu-${name}-nodes`], path, value);
const accelerator = "nodeConfig.guestAccelerators.0";
const clients = `${accelerator}.gpuSharingConfig.maxSharedClientsPerGpu`;
const defaults = "config/gpu-pools.ts";

export const system: SeedRow[] = [
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
      ["eksPool", "nodes-system-use1-az1-nodes"],
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

export const a100: SeedRow[] = [
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

/** The seed's V100 pools: with L4s by default, and with V100s on GKE by `gpu.standard`. */
export const standard: SeedRow[] = [
  row(
    "V100: n1-standard-8",
    "gpu.standard",
    gkePool("l4-spot", "nodeConfig.machineType", "g2-standard-8"),
    "L4: R580 is the last driver of V100; `v100` gives the seed's",
  ),
  row(
    "V100 on EC2: g6.2xlarge",
    "gpu.standard",
    eksPool("l4-spot", "instanceTypes.0", "g6.2xlarge"),
    "L4: EC2 has retired P3; T4 and A10G are the choices",
  ),
  row(
    "V100: accelerator nvidia-tesla-v100",
    "gpu.standard",
    gkePool("l4-spot", `${accelerator}.type`, "nvidia-l4"),
    "as the machine",
  ),
  row(
    "V100: 1 GPU per node",
    "config/gpu-catalogue.ts",
    gkePool("l4-spot", `${accelerator}.count`, 1),
  ),
  row("V100: 2 workloads share a GPU", defaults, gkePool("l4-spot", clients, 2)),
  row(
    "V100: 2 workloads share a GPU (EKS)",
    defaults,
    shown(
      "prod-eks",
      ["configMap", "device-plugin-l4-spot-config"],
      "data.[config.json]",
      '"replicas": 2',
    ),
  ),
  row(
    "V100: 1 node at the start",
    "infra/eks/node-minimum-spec.ts",
    shown("prod-eks", ["deployment", "node-minimum-l4-spot-placeholders"], "spec.replicas", 1),
    "a pod brings it once the cloud has one, on GKE as well: capacity that is missing would fail the `up`",
  ),
  row("V100: at least 1 node", defaults, gkePool("l4-spot", "autoscaling.totalMinNodeCount", 1)),
  row("V100: at most 8 nodes", defaults, gkePool("l4-spot", "autoscaling.totalMaxNodeCount", 8)),
  row("V100: spot", defaults, gkePool("l4-spot", "nodeConfig.spot", true)),
  row("V100: spot (EKS)", defaults, eksPool("l4-spot", "capacityType", "SPOT")),
  row(
    "V100: tier standard",
    "infra/gpu/pools.ts",
    gkePool("l4-spot", "nodeConfig.labels.[framewright.dev/tier]", "standard"),
  ),
  row(
    "V100: label gpu-type v100",
    "infra/gpu/pools.ts",
    gkePool("l4-spot", "nodeConfig.labels.[framewright.dev/gpu]", "l4"),
    "as the machine",
  ),
];

export const nodes: SeedRow[] = [
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
    gkePool("l4-spot", "nodeConfig.shieldedInstanceConfig.enableSecureBoot", true),
  ),
];

