import type { EgressSourceKind } from "@framewright/contracts/egress.ts";
import type { EgressSection } from "../../config/schema.ts";

/** What recorders take: the sources of config, and rooms where there is a server of them. */
export function recordedSources({
  sources,
  livekit,
}: Pick<EgressSection, "sources" | "livekit">): EgressSourceKind[] {
  return [...sources, ...(livekit.enabled ? (["livekit"] as const) : [])];
}
