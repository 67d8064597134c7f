import type { AutoscalingSection } from "../../config/schema.ts";
import type { Growth } from "../../infra/cluster.ts";

/** The operator, the adapter, and what keeps deletion costs. */
const pods = 3;

export function autoscalingGrowth({ enabled }: Pick<AutoscalingSection, "enabled">): Growth[] {
  return enabled ? [{ role: "autoscaling", pods }] : [];
}
