import type { Version } from "./images.ts";

/** A cleanup policy of Artifact Registry, as the provider takes it. */
export interface CleanupPolicy {
  readonly id: string;
  readonly action: "DELETE" | "KEEP";
  readonly condition?: {
    readonly tagState?: "ANY" | "TAGGED" | "UNTAGGED";
    readonly tagPrefixes?: readonly string[];
    readonly olderThan?: string;
  };
  readonly mostRecentVersions?: { readonly keepCount: number };
}

const daySeconds = 86_400;

function meets({ condition = {} }: CleanupPolicy, { tags, ageDays }: Version): boolean {
  const { tagState = "ANY", tagPrefixes = [], olderThan = "0s" } = condition;
  if (tagState === "TAGGED" && tags.length === 0) return false;
  if (tagState === "UNTAGGED" && tags.length > 0) return false;
  const named =
    tagPrefixes.length === 0 ||
    tags.some((tag) => tagPrefixes.some((prefix) => tag.startsWith(prefix)));
  return named && ageDays * daySeconds > Number.parseInt(olderThan, 10);
}

function selected(policy: CleanupPolicy, versions: readonly Version[]): readonly Version[] {
  const { mostRecentVersions } = policy;
  return mostRecentVersions === undefined
    ? versions.filter((version) => meets(policy, version))
    : versions.toSorted((a, b) => a.ageDays - b.ageDays).slice(0, mostRecentVersions.keepCount);
}

/**
 * What a package has after its policies were applied: what one deletes and none keeps has gone (Artifact Registry,
 * "Cleanup policies"). Signatures are versions like others.
 */
export function afterCleanup(
  policies: readonly CleanupPolicy[],
  versions: readonly Version[],
): readonly Version[] {
  const by = (action: CleanupPolicy["action"]) =>
    new Set(
      policies
        .filter((policy) => policy.action === action)
        .flatMap((policy) => selected(policy, versions))
        .map(({ digest }) => digest),
    );
  const [deleted, kept] = [by("DELETE"), by("KEEP")];
  return versions.filter(({ digest }) => !deleted.has(digest) || kept.has(digest));
}
