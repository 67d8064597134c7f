import type { AutoscalingSection, ConfigValues } from "../../config/schema.ts";
import type { Growth } from "../../infra/cluster.ts";

/** A queue for each service that is on; what runs models has quotas of its own. */
export function modelQueuesGrowth(
  sections: ConfigValues["modelServices"],
  { enabled }: Pick<AutoscalingSection, "enabled">,
): Growth[] {
  const { stt, mt, tts, lipSync } = sections;
  const pods = [stt, mt, tts, lipSync].filter((section) => section.enabled).length;
  return enabled && pods > 0 ? [{ role: "workers", pods }] : [];
}
