import type { Tier } from "@framewright/contracts/job.ts";
import { tierRequest, tierSize } from "../../config/tiers.ts";
import type { Resources } from "../../infra/cluster.ts";

export interface SizingArgs {
  readonly tiers: readonly Tier[];
  readonly slots: number;
  readonly requests?: { readonly cpu: string; readonly memory: string };
  readonly limitCpu: boolean;
}

/** Resources of one pod: the tier's figures, or other requests where config says so. */
export function workerResources({ tiers, slots, requests, limitCpu }: SizingArgs): Resources {
  const size = tierSize(tiers, slots);
  return {
    requests: requests ?? tierRequest(tiers, slots),
    limits: { cpu: limitCpu ? size.cpu : "none", memory: size.memory },
  };
}
