import type { TracingSection } from "../../config/schema.ts";
import type { Growth } from "../../infra/cluster.ts";

export function tracingGrowth({ enabled }: Pick<TracingSection, "enabled">): Growth[] {
  return enabled ? [{ role: "ops", pods: 1 }] : [];
}
