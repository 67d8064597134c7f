import { parseQuantity } from "./units.ts";

/** What a pod uses, in CPU cores and bytes with a unit. */
interface Use {
  readonly cpu: string;
  readonly memory: string;
}

/** When an app gets more pods, against what one of its pods uses anyway. */
export interface LoadFigures {
  /** Mean use above which pods are added, in percent of the CPU that they request. */
  readonly cpuPercent: number;
  /** A guard: mean use above which pods are added, in percent of their memory limit. */
  readonly memoryPercentOfLimit?: number;
  /** Of a pod with nothing to do: a target below it is exceeded for ever. */
  readonly quiet: Use;
  /** Of a pod at work, CPU in cores: a target above it is never reached; unset where work can fill any pod. */
  readonly busyCpu?: string;
}

/**
 * Targets of autoscalers, seed 002 as far as its own figures allow. It measured 300m and 800Mi for a pod of the API, and
 * for workers that encode 1500m and 5Gi (CPU) and 3000m and 10Gi (a whole GPU). Its memory targets were percentages of
 * requests that these pods exceed with nothing to do, and its CPU targets for workers were what a worker at work uses, or more.
 *
 * Memory of workers is no target: it stays allocated after a job. Half of a worker's request is far above a worker that
 * waits (13m and 142 MiB, measured on an idle worker for a minute) and below one that encodes; the number of jobs in the
 * queue will be a better measure.
 */
export const loadFigures = {
  api: { cpuPercent: 70, memoryPercentOfLimit: 80, quiet: { cpu: "300m", memory: "800Mi" } },
  /** Seed 003; a quiet sender, which asks the database twice a second, was measured. */
  webhooks: { cpuPercent: 60, memoryPercentOfLimit: 70, quiet: { cpu: "10m", memory: "125Mi" } },
  /** Seed 003; a recorder without a recording was measured. One that copies uses 3 % of a core for each. */
  egress: { cpuPercent: 70, memoryPercentOfLimit: 80, quiet: { cpu: "10m", memory: "130Mi" } },
  /** It copies bytes: one core carries some hundred streams. */
  egressProxy: { cpuPercent: 70, quiet: { cpu: "10m", memory: "90Mi" } },
  /** It copies bytes, and TLS costs most: measured with a pod that has nothing to do. */
  edge: { cpuPercent: 70, quiet: { cpu: "5m", memory: "40Mi" } },
  cpuWorkers: {
    cpuPercent: 50,
    quiet: { cpu: "13m", memory: "142Mi" },
    busyCpu: "1500m",
  },
  gpuWorkers: {
    cpuPercent: 50,
    quiet: { cpu: "13m", memory: "142Mi" },
    busyCpu: "3000m",
  },
  /** Measured: Whisper base, translation and Kokoro wait with less, and use whole cores for a request. */
  models: { cpuPercent: 60, quiet: { cpu: "10m", memory: "1Gi" }, busyCpu: "1500m" },
} as const satisfies Record<string, LoadFigures>;

/** The quantity of which a percentage is a target, in whole Mi. */
export function memoryTarget(limit: string, percent: number): string {
  return `${Math.floor((parseQuantity(limit) * percent) / 100 / 2 ** 20)}Mi`;
}
