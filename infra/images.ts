import type { ImagesSection } from "../config/schema.ts";
import type { ImageName, ImageSources } from "./cluster.ts";

/** The full reference of one of our images in a registry; with the digests of a release, of exactly what was verified. */
export function imageOf(
  registry: string,
  { tag, digests }: Pick<ImagesSection, "tag" | "digests">,
  name: ImageName,
): string {
  if (digests === undefined) return `${registry}/${name}:${tag}`;
  const digest = digests.images[name];
  if (digest !== undefined) return `${registry}/${name}:${tag}@${digest}`;
  const known = Object.keys(digests.images).join(", ");
  throw new Error(
    `images.digests.images has no "${name}" (it has: ${known}); \`npm run verify -- --tag ${tag}\` prints the digest of each image`,
  );
}

/** Of parts whose images upstream publishes (services/{autoscaling,monitoring,tracing,egress}). */
const upstream = [
  "docker.io/jaegertracing/jaeger",
  "docker.io/livekit/livekit-server",
  "ghcr.io/kedacore/keda",
  "ghcr.io/kedacore/keda-metrics-apiserver",
  "registry.k8s.io/kube-state-metrics/kube-state-metrics",
];

/** Where images of our namespaces may come from. */
export function imageSources(registry: string, { digests, others }: ImagesSection): ImageSources {
  return { registry, byDigest: digests !== undefined, others: [...upstream, ...others] };
}
