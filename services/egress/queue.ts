import { memoryTarget } from "../../config/load-figures.ts";
import type { EgressSection } from "../../config/schema.ts";
import type { Endpoint } from "../kit/app.ts";
import type { QueueScaling } from "../kit/scaling/queue-scaler.ts";
import { scaling } from "../kit/scaling/scaling.ts";

export interface EgressQueueArgs extends Pick<QueueScaling, "scaler" | "pollingSeconds"> {
  /** Where the API says how many recordings there are. */
  readonly figures: Endpoint;
}

/** Above it pods are added, so that a recording that comes finds a slot before they are there. */
const usedShare = 0.7;

/** The measures of seed 003, with slots in place of a number of recordings that no pod can have. */
export function egressQueue(
  { figures, scaler, pollingSeconds }: EgressQueueArgs,
  { slots, resources }: Pick<EgressSection, "slots" | "resources">,
): QueueScaling {
  const { cpuPercent, memoryPercentOfLimit } = scaling.egress;
  const url = `http://${figures.host}:${figures.port}/scaling/egress`;
  return {
    scaler,
    pollingSeconds,
    triggers: [
      { kind: "figure", url, key: "slots", perPod: usedShare * slots },
      { kind: "cpu", percent: cpuPercent },
      { kind: "memory", average: memoryTarget(resources.limits.memory, memoryPercentOfLimit) },
    ],
  };
}
