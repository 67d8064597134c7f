import { gpuNames, machinesOf, type GpuCloud } from "./gpu-catalogue.ts";

/** What the label of a machine says; {@link allocatable} is what pods get of it. */
export interface MachineSize {
  readonly vcpus: number;
  readonly memoryGi: number;
}

/** GiB for each vCPU, by the word in a type of Compute Engine (its machine families page); N1 is older. */
const gceRatios: Readonly<Record<string, number>> = {
  "n1-standard": 3.75,
  "n1-highmem": 6.5,
  "n1-highcpu": 0.9,
  "c3-highcpu": 2,
  "c3d-highcpu": 2,
  "c4-highcpu": 2,
  "c2d-highcpu": 2,
  "n4-highcpu": 2,
  standard: 4,
  highmem: 8,
  highcpu: 1,
};

/** `n2-standard-8`: series, ratio and vCPUs. */
function sizeOnGce(type: string): MachineSize | undefined {
  const [, series, word, count] = /^([a-z]\w+)-(standard|highmem|highcpu)-(\d+)$/.exec(type) ?? [];
  if (series === undefined || word === undefined) return undefined;
  const ratio = gceRatios[`${series}-${word}`] ?? gceRatios[word] ?? 0;
  const vcpus = Number(count);
  return { vcpus, memoryGi: ratio * vcpus };
}

/** GiB for each vCPU, by the first letter of an instance type of EC2 (Amazon EC2 instance types). */
const ec2Ratios: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

/** `m6i.2xlarge`: a large has two vCPUs, an xlarge four, an Nxlarge N times four. */
function sizeOnEc2(type: string): MachineSize | undefined {
  const [, family = "", times, size] =
    /^([cmr])\d[a-z]*\.(?:(\d*)xlarge|(large))$/.exec(type) ?? [];
  const ratio = ec2Ratios[family];
  if (ratio === undefined) return undefined;
  const vcpus = size === "large" ? 2 : 4 * Number(times === "" ? 1 : times);
  return { vcpus, memoryGi: ratio * vcpus };
}

const byName = { gke: sizeOnGce, eks: sizeOnEc2 } as const satisfies Record<GpuCloud, unknown>;

/** The size of a machine type: the catalogue's where it has a GPU, else what its name says; undefined if unknown. */
export function machineSize(cloud: GpuCloud, type: string): MachineSize | undefined {
  const listed = gpuNames
    .flatMap((gpu) => machinesOf(gpu, cloud))
    .find((machine) => machine.type === type);
  return listed ?? byName[cloud](type);
}
