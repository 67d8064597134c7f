import type { Taint } from "./node-selection.ts";

/** How many nodes a pool may have; undefined: as many as there are. */
export interface Bounds {
  readonly min: number;
  readonly max: number | undefined;
}

/** Machines that a resource lets a cluster have. What is a function is read when a rule asks for it. */
export interface NodePool {
  /** Its place in a resource with several, like `nodePools.0`; empty where the resource is the pool. */
  readonly place: string;
  /** Whether it tells by itself that its nodes have GPUs; a launch template may tell it too. */
  readonly hasGpu: boolean;
  readonly machines: readonly string[];
  /** What the cloud calls the GPU, where it is named apart from the machine. */
  readonly accelerators: readonly string[];
  readonly bounds: () => Bounds;
  /** What {@link Bounds} count: `nodes`, or `GPUs` where only those can be limited. */
  readonly counts: "nodes" | "GPUs";
  readonly isSpot: () => boolean;
  /** Undefined where the resource doesn't show them. */
  readonly taints: () => readonly Taint[] | undefined;
  /** A label of its nodes. */
  readonly label: (key: string) => string | undefined;
}

/**
 * EC2's families p, g and gr, and GCE's a2, a3, a4, g2 and g4; G1 of GCE is no GPU. Sources: the lists of accelerated
 * types at aws.amazon.com/ec2/instance-types and of accelerator-optimised machines at cloud.google.com/compute/docs.
 */
const gpuMachine = /^(?:(?:p|g|gr)\d[a-z0-9-]*\.|(?:a[2-9]x?|g[2-9])-)/;

export function isGpuMachine(machine: string): boolean {
  return gpuMachine.test(machine);
}

/** By family: what a machine has, as the words in names of accelerators say it. */
const gpuOfFamily: Readonly<Record<string, string>> = {
  p2: "k80",
  p3: "v100",
  p3dn: "v100",
  p4d: "a100",
  p4de: "a100",
  p5: "h100",
  p5e: "h200",
  p5en: "h200",
  "p6-b200": "b200",
  "p6-b300": "b300",
  g4dn: "t4",
  g5: "a10g",
  g5g: "t4g",
  g6: "l4",
  gr6: "l4",
  g6e: "l40s",
  "a2-highgpu": "a100",
  "a2-megagpu": "a100",
  "a2-ultragpu": "a100",
  "a3-edgegpu": "h100",
  "a3-highgpu": "h100",
  "a3-megagpu": "h100",
  "a3-ultragpu": "h200",
  "a4-highgpu": "b200",
  "a4x-highgpu": "gb200",
  "g2-standard": "l4",
};

function modelOfMachine(machine: string): string {
  const family = machine.includes(".")
    ? machine.split(".")[0]
    : machine.split("-").slice(0, 2).join("-");
  return gpuOfFamily[family ?? machine] ?? family ?? machine;
}

/** `nvidia-tesla-v100` and `p3.2xlarge` are both `v100`. */
export function modelsOf({ accelerators, machines }: Pick<NodePool, "accelerators" | "machines">) {
  const named = accelerators.map((type) => type.replace(/^nvidia-(?:tesla-)?/, ""));
  return named.length > 0 ? named : machines.filter(isGpuMachine).map(modelOfMachine);
}
