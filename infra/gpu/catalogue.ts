/**
 * The GPUs that pools may have, one row each. Plain facts: config checks pools against them, infra makes
 * machines of them, services place workers by them.
 *
 * Sources: [nvdec] NVIDIA, Video Encode and Decode GPU Support Matrix; [gcp] Compute Engine, GPU machine types;
 * [ec2] kubernetes/autoscaler, cluster-autoscaler/cloudprovider/aws/ec2_instance_types.go (2026-01-22).
 */

/** What one node of a machine type has. */
export interface Machine {
  readonly type: string;
  readonly gpus: number;
  readonly vcpus: number;
  readonly memoryGi: number;
  /** List price on demand, by {@link PriceClass}. */
  readonly price: PriceClass;
}

/** List price of one node on demand, in USD per hour: under 1, 1 to 4, 4 to 16, above 16. */
export type PriceClass = "under-1" | "1-to-4" | "4-to-16" | "above-16";

export interface GpuRow {
  readonly label: string;
  /** Memory of one GPU, in GB. */
  readonly memoryGb: number;
  /** NVENC engines: none means that an NVENC worker must never be placed there [nvdec]. */
  readonly nvenc: number;
  /** NVDEC engines [nvdec]. */
  readonly nvdec: number;
  /** Who the pool is for: premium goes first when both would do (seed 004). */
  readonly tier: "premium" | "standard";
  /** The GKE accelerator and the machines that carry it, smallest first [gcp]; none where GKE lacks it. */
  readonly gke?: {
    readonly accelerator: string;
    readonly machines: readonly [Machine, ...Machine[]];
  };
  /** The EC2 instance types that carry it, smallest first [ec2]. */
  readonly eks?: { readonly machines: readonly [Machine, ...Machine[]] };
  /** What to expect of spot capacity. */
  readonly spot: string;
}

function machine(
  type: string,
  gpus: number,
  vcpus: number,
  memoryGi: number,
  price: PriceClass,
): Machine {
  return { type, gpus, vcpus, memoryGi, price };
}

export const gpus = {
  a100: {
    label: "NVIDIA A100 40 GB",
    memoryGb: 40,
    nvenc: 0,
    nvdec: 5,
    tier: "premium",
    gke: {
      accelerator: "nvidia-tesla-a100",
      machines: [
        machine("a2-highgpu-1g", 1, 12, 85, "1-to-4"),
        machine("a2-highgpu-2g", 2, 24, 170, "4-to-16"),
        machine("a2-highgpu-4g", 4, 48, 340, "4-to-16"),
        machine("a2-highgpu-8g", 8, 96, 680, "above-16"),
      ],
    },
    // EC2 sells A100s eight at a time.
    eks: { machines: [machine("p4d.24xlarge", 8, 96, 1152, "above-16")] },
    spot: "scarce: keep it on demand",
  },
  v100: {
    label: "NVIDIA V100 16 GB",
    memoryGb: 16,
    nvenc: 3,
    nvdec: 1,
    tier: "standard",
    gke: {
      accelerator: "nvidia-tesla-v100",
      machines: [
        machine("n1-standard-8", 1, 8, 30, "1-to-4"),
        machine("n1-standard-16", 2, 16, 60, "4-to-16"),
      ],
    },
    eks: {
      machines: [
        machine("p3.2xlarge", 1, 8, 61, "1-to-4"),
        machine("p3.8xlarge", 4, 32, 244, "4-to-16"),
        machine("p3.16xlarge", 8, 64, 488, "above-16"),
      ],
    },
    spot: "60 to 90 % below list (seed 004); interrupted often, so production adds an on-demand twin",
  },
  t4: {
    label: "NVIDIA T4 16 GB",
    memoryGb: 16,
    nvenc: 1,
    nvdec: 2,
    tier: "standard",
    gke: {
      accelerator: "nvidia-tesla-t4",
      machines: [
        machine("n1-standard-8", 1, 8, 30, "under-1"),
        machine("n1-standard-16", 2, 16, 60, "1-to-4"),
      ],
    },
    eks: {
      machines: [
        machine("g4dn.2xlarge", 1, 8, 32, "under-1"),
        machine("g4dn.4xlarge", 1, 16, 64, "1-to-4"),
        machine("g4dn.12xlarge", 4, 48, 192, "1-to-4"),
      ],
    },
    spot: "plentiful",
  },
  l4: {
    label: "NVIDIA L4 24 GB",
    memoryGb: 24,
    nvenc: 2,
    nvdec: 4,
    tier: "standard",
    gke: {
      accelerator: "nvidia-l4",
      machines: [
        machine("g2-standard-8", 1, 8, 32, "under-1"),
        machine("g2-standard-16", 1, 16, 64, "1-to-4"),
        machine("g2-standard-24", 2, 24, 96, "1-to-4"),
      ],
    },
    eks: {
      machines: [
        machine("g6.2xlarge", 1, 8, 32, "under-1"),
        machine("g6.4xlarge", 1, 16, 64, "1-to-4"),
        machine("g6.12xlarge", 4, 48, 192, "4-to-16"),
      ],
    },
    spot: "good in most regions",
  },
  a10g: {
    label: "NVIDIA A10G 24 GB",
    memoryGb: 24,
    nvenc: 1,
    nvdec: 2,
    tier: "standard",
    eks: {
      machines: [
        machine("g5.2xlarge", 1, 8, 32, "1-to-4"),
        machine("g5.4xlarge", 1, 16, 64, "1-to-4"),
        machine("g5.12xlarge", 4, 48, 192, "4-to-16"),
      ],
    },
    spot: "fair; interrupted more often than T4",
  },
} as const satisfies Record<string, GpuRow>;

export type GpuName = keyof typeof gpus;

/** The clouds that sell GPUs by the node. */
export type GpuCloud = "gke" | "eks";

function isGpuName(text: string): text is GpuName {
  return Object.hasOwn(gpus, text);
}

export const gpuNames = Object.keys(gpus).filter(isGpuName);

/** The machines that carry a GPU on a cloud, smallest first; none where the cloud does not have it. */
export function machinesOf(gpu: GpuName, cloud: GpuCloud): readonly Machine[] {
  const row: GpuRow = gpus[gpu];
  return row[cloud]?.machines ?? [];
}

export function encodes(gpu: GpuName): boolean {
  return gpus[gpu].nvenc > 0;
}
