/** What a node costs by the hour, of a machine type and, where it can have several, of the GPU in it. */
interface Price {
  readonly machine: string;
  /** Of machines that can have several: `nvidia-tesla-t4`. */
  readonly accelerator?: string;
  readonly price: keyof typeof classPrices;
}

function priced(price: Price["price"], ...machines: readonly string[]): Price[] {
  return machines.map((machine) => ({ machine, price }));
}

/**
 * Classes and not prices, because those move. Sources: list prices on demand of early 2026, at
 * aws.amazon.com/ec2/pricing/on-demand for us-east-1 and at cloud.google.com/compute/gpus-pricing, with the machine, for
 * us-central1.
 */
export const listPrices: readonly Price[] = [
  ...priced("under-1", "g2-standard-8", "g4dn.2xlarge", "g6.2xlarge"),
  ...priced("1-to-4", "a2-highgpu-1g", "g2-standard-16", "g2-standard-24"),
  ...priced("1-to-4", "g4dn.4xlarge", "g4dn.12xlarge", "g5.2xlarge", "g5.4xlarge", "g6.4xlarge"),
  ...priced("4-to-16", "a2-highgpu-2g", "a2-highgpu-4g"),
  ...priced("4-to-16", "g5.12xlarge", "g6.12xlarge"),
  ...priced("above-16", "a2-highgpu-8g", "p4d.24xlarge"),
  { machine: "n1-standard-8", accelerator: "nvidia-tesla-v100", price: "1-to-4" },
  { machine: "n1-standard-16", accelerator: "nvidia-tesla-v100", price: "4-to-16" },
  { machine: "n1-standard-8", accelerator: "nvidia-tesla-t4", price: "under-1" },
  { machine: "n1-standard-16", accelerator: "nvidia-tesla-t4", price: "1-to-4" },
];

/** What a node of each class costs at most; above 16, the dearest of the list. */
export const classPrices = { "under-1": 1, "1-to-4": 4, "4-to-16": 16, "above-16": 33 };
