/**
 * EC2's families p, g and gr, and GCE's a2, a3, a4, g2 and g4; G1 of GCE is no GPU. Sources: the lists of accelerated
 * types at aws.amazon.com/ec2/instance-types and of accelerator-optimised machines at cloud.google.com/compute/docs.
 */
const gpuMachine = /^(?:(?:p|g|gr)\d[a-z0-9-]*\.|(?:a[2-9]x?|g[2-9])-)/;

export function isGpuMachine(machine: string): boolean {
  return gpuMachine.test(machine);
}

/** The families that have a GPU, which is called as in names of accelerators. */
const familiesOf: Readonly<Record<string, readonly string[]>> = {
  v100: ["p3", "p3dn"],
  a100: ["p4d", "p4de", "a2-highgpu", "a2-megagpu", "a2-ultragpu"],
  h100: ["p5", "a3-edgegpu", "a3-highgpu", "a3-megagpu"],
  h200: ["p5e", "p5en", "a3-ultragpu"],
  b200: ["p6-b200", "a4-highgpu"],
  gb200: ["a4x-highgpu"],
  b300: ["p6-b300"],
  t4: ["g4dn"],
  a10g: ["g5"],
  t4g: ["g5g"],
  l4: ["g6", "gr6", "g2-standard"],
  l40s: ["g6e"],
};

function modelOfMachine(machine: string): string {
  const family = /^(?:[^.]+(?=\.)|[^-]+-[^-]+)/.exec(machine)?.[0] ?? machine;
  const models = Object.keys(familiesOf);
  return models.find((model) => familiesOf[model]?.includes(family)) ?? family;
}

/** What a node is made of. */
export interface Hardware {
  readonly machines: readonly string[];
  /** What the cloud calls the GPU, where it is named apart from the machine. */
  readonly accelerators: readonly string[];
}

/** `nvidia-tesla-t4` and `g4dn.2xlarge` are both `t4`. */
export function modelsOf({ accelerators, machines }: Hardware): string[] {
  const named = accelerators.map((type) => type.replace(/^nvidia-(?:tesla-)?/, ""));
  return named.length > 0 ? named : machines.filter(isGpuMachine).map(modelOfMachine);
}
