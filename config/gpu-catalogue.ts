/**
 * The GPUs that pools may have, one row each. Plain facts: config checks pools against them, infra makes
 * machines of them, services place workers by them.
 *
 * Sources: [nvdec] NVIDIA, Video Encode and Decode GPU Support Matrix; [gcp] Compute Engine, GPU machine types;
 * [ec2] kubernetes/autoscaler, cluster-autoscaler/cloudprovider/aws/ec2_instance_types.go (2026-01-22). In which zones a
 * machine is sold changes, and `npm run preflight` asks the account.
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

/** Whether a cloud still sells a GPU. */
export type Offer =
  | { readonly state: "offered" }
  /** Sold, and not for long: the reason, as a clause, and where it is written. */
  | { readonly state: "ending"; readonly why: string; readonly source: string }
  /** Machines of it are refused, in pools of size 0 as well. */
  | { readonly state: "gone"; readonly why: string; readonly source: string };

/** A GPU on one cloud. */
interface Sale {
  readonly offer: Offer;
  /** The machines that carry it, smallest first; none where it is gone. */
  readonly machines: readonly Machine[];
}

export interface GpuRow {
  readonly label: string;
  /** Memory of one GPU, in GB. */
  readonly memoryGb: number;
  /** NVENC engines: none means that an NVENC worker must never be placed there [nvdec]. */
  readonly nvenc: number;
  /** NVDEC engines [nvdec]. */
  readonly nvdec: number;
  /** Which pool is preferred when both fit: premium (seed 004). */
  readonly tier: "premium" | "standard";
  /** The GKE accelerator and its machines [gcp]; none where Google never had it. */
  readonly gke?: Sale & { readonly accelerator: string };
  /** The EC2 instance types [ec2]; none where Amazon never had it. */
  readonly eks?: Sale;
  /** What to expect of spot capacity. */
  readonly spot: string;
}

const offered = { state: "offered" } as const satisfies Offer;

export const gpus = {
  a100: {
    label: "NVIDIA A100 40 GB",
    memoryGb: 40,
    nvenc: 0,
    nvdec: 5,
    tier: "premium",
    gke: {
      accelerator: "nvidia-tesla-a100",
      offer: offered,
      machines: [
        { type: "a2-highgpu-1g", gpus: 1, vcpus: 12, memoryGi: 85, price: "1-to-4" },
        { type: "a2-highgpu-2g", gpus: 2, vcpus: 24, memoryGi: 170, price: "4-to-16" },
        { type: "a2-highgpu-4g", gpus: 4, vcpus: 48, memoryGi: 340, price: "4-to-16" },
        { type: "a2-highgpu-8g", gpus: 8, vcpus: 96, memoryGi: 680, price: "above-16" },
      ],
    },
    // EC2 sells A100s eight at a time.
    eks: {
      offer: offered,
      machines: [{ type: "p4d.24xlarge", gpus: 8, vcpus: 96, memoryGi: 1152, price: "above-16" }],
    },
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
      // No date of Google's is known. The last branch is from NVIDIA's list of legacy GPUs: Maxwell to Volta are 580.xx.
      offer: {
        state: "ending",
        why: "R580 is the last driver for Volta, and NVIDIA ends it in June 2028",
        source:
          "https://docs.nvidia.com/datacenter/tesla/drivers/620/supported-drivers-and-cuda-toolkit-versions.html",
      },
      machines: [
        { type: "n1-standard-8", gpus: 1, vcpus: 8, memoryGi: 30, price: "1-to-4" },
        { type: "n1-standard-16", gpus: 2, vcpus: 16, memoryGi: 60, price: "4-to-16" },
      ],
    },
    eks: {
      offer: {
        state: "gone",
        why: "EC2 retired P3 on 2025-12-20 and describes it no more",
        // The date is from AWS's notice, as zalando-incubator/kubernetes-on-aws #8685 quotes it.
        source: "https://github.com/dstackai/gpuhunt/pull/233",
      },
      machines: [],
    },
    spot: "60 to 90 % below list (seed 004); interrupted often, so production adds an on-demand pool",
  },
  t4: {
    label: "NVIDIA T4 16 GB",
    memoryGb: 16,
    nvenc: 1,
    nvdec: 2,
    tier: "standard",
    gke: {
      accelerator: "nvidia-tesla-t4",
      offer: offered,
      machines: [
        { type: "n1-standard-8", gpus: 1, vcpus: 8, memoryGi: 30, price: "under-1" },
        { type: "n1-standard-16", gpus: 2, vcpus: 16, memoryGi: 60, price: "1-to-4" },
      ],
    },
    eks: {
      offer: offered,
      machines: [
        { type: "g4dn.2xlarge", gpus: 1, vcpus: 8, memoryGi: 32, price: "under-1" },
        { type: "g4dn.4xlarge", gpus: 1, vcpus: 16, memoryGi: 64, price: "1-to-4" },
        { type: "g4dn.12xlarge", gpus: 4, vcpus: 48, memoryGi: 192, price: "1-to-4" },
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
      offer: offered,
      machines: [
        { type: "g2-standard-8", gpus: 1, vcpus: 8, memoryGi: 32, price: "under-1" },
        { type: "g2-standard-16", gpus: 1, vcpus: 16, memoryGi: 64, price: "1-to-4" },
        { type: "g2-standard-24", gpus: 2, vcpus: 24, memoryGi: 96, price: "1-to-4" },
      ],
    },
    eks: {
      offer: offered,
      machines: [
        { type: "g6.2xlarge", gpus: 1, vcpus: 8, memoryGi: 32, price: "under-1" },
        { type: "g6.4xlarge", gpus: 1, vcpus: 16, memoryGi: 64, price: "1-to-4" },
        { type: "g6.12xlarge", gpus: 4, vcpus: 48, memoryGi: 192, price: "4-to-16" },
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
      offer: offered,
      machines: [
        { type: "g5.2xlarge", gpus: 1, vcpus: 8, memoryGi: 32, price: "1-to-4" },
        { type: "g5.4xlarge", gpus: 1, vcpus: 16, memoryGi: 64, price: "1-to-4" },
        { type: "g5.12xlarge", gpus: 4, vcpus: 48, memoryGi: 192, price: "4-to-16" },
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

/** The GPUs of the tier that encodes. */
export const standardGpus = gpuNames.filter((gpu) => gpus[gpu].tier === "standard");

/** The machines that carry a GPU on a cloud, smallest first; none where the cloud does not have it. */
export function machinesOf(gpu: GpuName, cloud: GpuCloud): readonly Machine[] {
  const row: GpuRow = gpus[gpu];
  return row[cloud]?.machines ?? [];
}

/** Whether a cloud sells a GPU; undefined where it never did. */
export function offerOf(gpu: GpuName, cloud: GpuCloud): Offer | undefined {
  const row: GpuRow = gpus[gpu];
  return row[cloud]?.offer;
}

/** The GPUs that a cloud sells, those for the long run before those that end. */
export function gpusOn(cloud: GpuCloud): GpuName[] {
  const inState = (state: Offer["state"]) =>
    gpuNames.filter((gpu) => offerOf(gpu, cloud)?.state === state);
  return [...inState("offered"), ...inState("ending")];
}

export function encodes(gpu: GpuName): boolean {
  return gpus[gpu].nvenc > 0;
}
