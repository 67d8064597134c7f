import type { WebhooksSection } from "../../config/schema.ts";
import type { Growth } from "../../infra/cluster.ts";

/** In the namespace of the API. */
export function webhooksGrowth({
  enabled,
  replicas,
}: Pick<WebhooksSection, "enabled" | "replicas">): Growth[] {
  return enabled ? [{ role: "api", pods: replicas.max }] : [];
}
