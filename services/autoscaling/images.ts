import type { AutoscalingSection } from "../../config/schema.ts";
import type { Cluster } from "../../infra/cluster.ts";

/** A test compares it with the Go module of which our own images are made. */
export const kedaVersion = "2.21.0";

const upstream = {
  "keda-operator": `ghcr.io/kedacore/keda:${kedaVersion}`,
  "keda-adapter": `ghcr.io/kedacore/keda-metrics-apiserver:${kedaVersion}`,
} as const;

/** Both start the same program with the same arguments. */
export function kedaImage(
  { image, pullsUpstream }: Pick<Cluster, "image" | "pullsUpstream">,
  { images }: Pick<AutoscalingSection, "images">,
  name: keyof typeof upstream,
): string {
  return pullsUpstream && images === "upstream" ? upstream[name] : image(name);
}
