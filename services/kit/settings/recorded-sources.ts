import type { EgressSourceKind } from "@framewright/contracts/egress-kinds.ts";
import type { EgressSection } from "../../../config/schema.ts";

/** What recorders take: the sources of config, and rooms where there is a server of them. */
export function recordedSources({
  sources,
  livekit,
}: Pick<EgressSection, "sources" | "livekit">): EgressSourceKind[] {
  return [...sources, ...(livekit.enabled ? (["livekit"] as const) : [])];
}

/** What the API takes: that, and pages where there are recorders of them. */
export function offeredSources(
  section: Pick<EgressSection, "sources" | "livekit" | "web">,
): EgressSourceKind[] {
  return [...recordedSources(section), ...(section.web.enabled ? (["web"] as const) : [])];
}
