import type { Accel } from "@framewright/contracts/job.ts";
import type { Plan } from "@framewright/media/plan.ts";
import { rungOf, type Metrics } from "../ops/metrics.ts";
import { renditionResults } from "../media/tracks.ts";
import type { Encoded } from "./encode.ts";

export interface EncodeFigures {
  readonly plan: Plan;
  readonly encoded: Encoded;
  readonly accel: Accel;
}

/** How fast it was encoded, and at what rates. */
export function observeEncode(
  { speed, bitrate }: Pick<Metrics, "speed" | "bitrate">,
  { plan, encoded, accel }: EncodeFigures,
): void {
  const tallest = Math.max(0, ...plan.renditions.map(({ height }) => height));
  if (encoded.speed !== undefined && tallest > 0) {
    speed.observe({ accel, rung: rungOf(tallest) }, encoded.speed);
  }
  for (const { height, averageBandwidth } of renditionResults(plan, encoded.tracks)) {
    if (height !== undefined) bitrate.observe({ rung: rungOf(height) }, averageBandwidth / 8);
  }
}
