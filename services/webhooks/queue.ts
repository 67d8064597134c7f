import { memoryTarget } from "../../config/load-figures.ts";
import type { Resources } from "../../config/schema.ts";
import type { Endpoint } from "../kit/app.ts";
import type { QueueScaling } from "../kit/scaling/queue-scaler.ts";
import { scaling } from "../kit/scaling/scaling.ts";

export interface SenderQueueArgs extends Pick<QueueScaling, "scaler" | "pollingSeconds"> {
  readonly deliveriesPerSender: number;
  /** Where the API says how many deliveries are due. */
  readonly figures: Endpoint;
}

/** All three measures of seed 003. */
export function senderQueue(
  { deliveriesPerSender, figures, scaler, pollingSeconds }: SenderQueueArgs,
  { limits }: Resources,
): QueueScaling {
  const { cpuPercent, memoryPercentOfLimit } = scaling.webhooks;
  const url = `http://${figures.host}:${figures.port}/scaling/deliveries`;
  return {
    scaler,
    pollingSeconds,
    triggers: [
      { kind: "figure", url, key: "due", perPod: deliveriesPerSender },
      { kind: "cpu", percent: cpuPercent },
      { kind: "memory", average: memoryTarget(limits.memory, memoryPercentOfLimit) },
    ],
  };
}
