import type { GpuCloud } from "./gpu-catalogue.ts";
import type { ConfigValues } from "./schema.ts";

/** One pool of nodes for CPU workers. All of them start without a node and grow when a worker asks for one. */
export interface CpuPoolSpec {
  readonly name: "cpu-spot" | "cpu";
  readonly machine: string;
  readonly spot: boolean;
  /** Nodes in the whole pool, over all zones. */
  readonly maxNodes: number;
  /** The highest number grows first; pools of GPUs, on which no CPU worker may run, have theirs from 2 on. */
  readonly priority: number;
  readonly diskGi: number;
}

/** Spot comes first: seed 002 saves 60 to 90 % with it. */
const priorities = { spot: 3, onDemand: 2 } as const;

type Sections = Pick<ConfigValues, GpuCloud>;

/** The section about these nodes, where a stack makes nodes. */
const sections = {
  local: () => undefined,
  gke: ({ gke }: Sections) => gke?.workers,
  eks: ({ eks }: Sections) => eks?.workers,
} as const satisfies Record<ConfigValues["cloud"], unknown>;

/**
 * Where the CPU workers of a stack run: on spot nodes, in production with nodes on demand behind them. None where
 * there are no CPU workers, and on a cluster that is already there.
 */
export function cpuPoolsOf(
  config: Pick<ConfigValues, GpuCloud | "cloud" | "environment" | "workers">,
): CpuPoolSpec[] {
  const section = sections[config.cloud](config);
  if (section === undefined || config.workers.cpu.replicas.max === 0) return [];
  const { machine, maxNodes, diskGi } = section;
  const shared = { machine, maxNodes, diskGi };
  const spot: CpuPoolSpec = { ...shared, name: "cpu-spot", spot: true, priority: priorities.spot };
  const onDemand: CpuPoolSpec = {
    ...shared,
    name: "cpu",
    spot: false,
    priority: priorities.onDemand,
  };
  if (!section.spot) return [onDemand];
  return config.environment === "production" ? [spot, onDemand] : [spot];
}
