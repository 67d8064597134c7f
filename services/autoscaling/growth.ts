import type { AutoscalingSection } from "../../config/schema.ts";
import type { Growth } from "../../infra/cluster.ts";

/** The operator and the adapter. */
const pods = 2;

export function autoscalingGrowth({ enabled }: Pick<AutoscalingSection, "enabled">): Growth[] {
  return enabled ? [{ role: "autoscaling", pods }] : [];
}
