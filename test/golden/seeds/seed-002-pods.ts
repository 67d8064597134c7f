import { row002 as row, shown, type SeedRow } from "./row.ts";

type Family = "api-server" | "workers-cpu-pods" | "workers-nvenc-l4-pods";

function container(family: Family, path: string, value: string) {
  const place = `spec.template.spec.containers.0.${path}`;
  return shown("prod-gke", ["deployment", `${family}-deployment`], place, value);
}

function podResources(
  family: Family,
  who: string,
  key: string,
  amounts: readonly [string, string, string, string],
): SeedRow[] {
  const [cpu, cpuLimit, memory, memoryLimit] = amounts;
  return [
    row(
      `${who}: CPU request ${cpu}`,
      `${key}.requests.cpu`,
      container(family, "resources.requests.cpu", cpu),
    ),
    row(
      `${who}: CPU limit ${cpuLimit}`,
      `${key}.limits.cpu`,
      container(family, "resources.limits.cpu", cpuLimit),
    ),
    row(
      `${who}: memory request ${memory}`,
      `${key}.requests.memory`,
      container(family, "resources.requests.memory", memory),
    ),
    row(
      `${who}: memory limit ${memoryLimit}`,
      `${key}.limits.memory`,
      container(family, "resources.limits.memory", memoryLimit),
    ),
  ];
}

export const resources: SeedRow[] = [
  ...podResources("api-server", "API pod", "api.resources", ["500m", "2", "512Mi", "2Gi"]),
  row(
    "CPU worker pod: CPU request 2",
    "config/tiers.ts",
    container("workers-cpu-pods", "resources.requests.cpu", "2"),
    "half of the tier 2160p, unless a stack file sets it",
  ),
  row(
    "CPU worker pod: memory request 4Gi",
    "config/tiers.ts",
    container("workers-cpu-pods", "resources.requests.memory", "4Gi"),
    "half of the tier 2160p, unless a stack file sets it",
  ),
  row(
    "CPU worker pod: CPU limit 4",
    "config/tiers.ts",
    container("workers-cpu-pods", "resources.limits.cpu", "4"),
    "of the tier 2160p (seed 000)",
  ),
  row(
    "CPU worker pod: memory limit 8Gi",
    "config/tiers.ts",
    container("workers-cpu-pods", "resources.limits.memory", "8Gi"),
    "of the tier 2160p (seed 000)",
  ),
  row(
    "GPU worker pod: CPU request 4",
    "workers.nvenc.resources.requests.cpu",
    container("workers-nvenc-l4-pods", "resources.requests.cpu", "1500m"),
    "1 to 2 of seed 000: slices share the node, and with 4 a node of 8 cores had room for one worker",
  ),
  row(
    "GPU worker pod: CPU limit 8",
    "workers.nvenc.resources.limits.cpu",
    container("workers-nvenc-l4-pods", "resources.limits.cpu", "8"),
  ),
  row(
    "GPU worker pod: memory request 8Gi",
    "workers.nvenc.resources.requests.memory",
    container("workers-nvenc-l4-pods", "resources.requests.memory", "4Gi"),
    "4 GB of seed 000, for the same reason",
  ),
  row(
    "GPU worker pod: memory limit 16Gi",
    "workers.nvenc.resources.limits.memory",
    container("workers-nvenc-l4-pods", "resources.limits.memory", "16Gi"),
  ),
  row(
    "GPU worker pod: 1 NVIDIA GPU",
    "services/kit/pods/placement.ts",
    container("workers-nvenc-l4-pods", "resources.limits.[nvidia.com/gpu]", "1"),
    "one slice of a GPU that is shared; config refuses requests of which a node does not hold one for each slice",
  ),
];

