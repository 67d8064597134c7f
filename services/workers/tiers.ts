import type { Tier } from "@framewright/contracts/job.ts";
import { parseQuantity } from "../../config/units.ts";
import type { Resources } from "../../infra/cluster.ts";

interface TierRow {
  /** Cores that encode at about real time. */
  readonly cpu: string;
  readonly memory: string;
}

/** Seed 000, resource tuning of CPU workers. */
export const tierTable = {
  "720p": { cpu: "1", memory: "2Gi" },
  "1080p": { cpu: "2", memory: "4Gi" },
  "2160p": { cpu: "4", memory: "8Gi" },
} as const satisfies Record<Tier, TierRow>;

/** The tier that sizes a pod which serves all of these. */
export function largestTier(tiers: readonly Tier[]): Tier {
  const sorted = tiers.toSorted(
    (a, b) => parseQuantity(tierTable[b].memory) - parseQuantity(tierTable[a].memory),
  );
  const first = sorted[0];
  if (first === undefined) throw new RangeError("a worker needs at least one tier");
  return first;
}

function times(quantity: string, slots: number): string {
  const match = /^([0-9]+)([A-Za-z]*)$/.exec(quantity);
  return `${Number(match?.[1] ?? 0) * slots}${match?.[2] ?? ""}`;
}

export interface SizingArgs {
  readonly tiers: readonly Tier[];
  readonly slots: number;
  readonly requests?: { readonly cpu: string; readonly memory: string };
  readonly limitCpu: boolean;
}

/** Resources of one pod: the largest tier's figures for each slot; smaller requests where config says so. */
export function workerResources({ tiers, slots, requests, limitCpu }: SizingArgs): Resources {
  const row = tierTable[largestTier(tiers)];
  const full = { cpu: times(row.cpu, slots), memory: times(row.memory, slots) };
  return {
    requests: requests ?? full,
    limits: { cpu: limitCpu ? full.cpu : "none", memory: full.memory },
  };
}
