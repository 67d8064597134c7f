import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import type { ImagesSection } from "../../config/schema.ts";
import type { Place } from "./names.ts";

/** A registry of one's own, or the stack's. */
export function registryOf(place: Place, { registry: own }: ImagesSection): string {
  const { project, region, network } = place;
  return own ?? `${region}-docker.pkg.dev/${project}/${network}`;
}

const day = 86_400;

/** An image, its signature, its list of contents, and an index of the two where the registry needs one. */
const versionsPerRelease = 4;

/**
 * Releases too old to return to, by the first digit of their tags. Signatures and lists of contents are versions like
 * others, whose tag begins with `sha256-` or who have none: no rule deletes them, and the newest versions to keep are counted
 * with them. Those of a deleted release stay, some megabytes each.
 */
const cleanup = [
  {
    id: "newest-50-releases",
    action: "KEEP",
    mostRecentVersions: { keepCount: 50 * versionsPerRelease },
  },
  {
    id: "old-releases",
    action: "DELETE",
    condition: {
      tagState: "TAGGED",
      tagPrefixes: Array.from({ length: 10 }, (_, digit) => String(digit)),
      olderThan: `${90 * day}s`,
    },
  },
];

/** Where the release workflow pushes our images to. Its name is part of every reference, so it is not random. */
export function registry(
  name: string,
  place: Place,
  opts: pulumi.CustomResourceOptions,
): gcp.artifactregistry.Repository {
  return new gcp.artifactregistry.Repository(
    name,
    {
      repositoryId: place.network,
      location: place.region,
      format: "DOCKER",
      description: `Images of framewright, stack ${place.stack}`,
      // A tag names one image for ever, so that a rollout is a new tag and going back is the old one.
      dockerConfig: { immutableTags: true },
      cleanupPolicies: cleanup,
    },
    opts,
  );
}
