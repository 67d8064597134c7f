import type { CpuPoolSpec } from "../config/cpu-pools.ts";
import { cpuWorkerNodes, poolLabels, type Pool } from "./cluster.ts";

/** Seed 002: label and taint of the spot nodes of workers. */
const spot = {
  label: { "workload-type": "spot" },
  taint: { key: "spot-instance", value: "true" },
} as const;

/** Labels of ours on the nodes of a pool of CPU workers. */
export function cpuPoolLabels({ name, spot: isSpot }: CpuPoolSpec): Record<string, string> {
  return {
    ...cpuWorkerNodes.labels,
    [poolLabels.pool]: name,
    [poolLabels.capacity]: isSpot ? "spot" : "on-demand",
    ...(isSpot ? spot.label : {}),
  };
}

/** Keeps everything but workers off their nodes, which come and go with the work. */
export function cpuPoolTaints({ spot: isSpot }: CpuPoolSpec): { key: string; value: string }[] {
  return [
    isSpot
      ? { ...spot.taint }
      : { key: poolLabels.kind, value: cpuWorkerNodes.labels[poolLabels.kind] },
  ];
}

/** What services know of a pool of CPU workers; of a spot pool the seconds between signal and kill as well. */
export function cpuPool(spec: CpuPoolSpec, spotNoticeSeconds: number): Pool {
  return {
    name: spec.name,
    labels: cpuPoolLabels(spec),
    ...(spec.spot ? { noticeSeconds: spotNoticeSeconds } : {}),
  };
}
