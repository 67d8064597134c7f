import type { Version } from "./images.ts";

interface Selection {
  readonly tagStatus: "tagged" | "untagged" | "any";
  readonly tagPatternList?: readonly string[];
  readonly tagPrefixList?: readonly string[];
  readonly countType: "imageCountMoreThan" | "sinceImagePushed";
  readonly countNumber: number;
}

/** A lifecycle policy of ECR, as its JSON has it. */
export interface LifecyclePolicy {
  readonly rules: readonly { readonly rulePriority: number; readonly selection: Selection }[];
}

/** `*` stands for any text, and all patterns of a list must match (ECR, "Lifecycle policy properties"). */
function matches(pattern: string, tag: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(tag);
}

function selects(selection: Selection, { tags }: Version): boolean {
  const { tagStatus, tagPatternList = [], tagPrefixList = [] } = selection;
  if (tagStatus === "any") return true;
  if (tagStatus === "untagged") return tags.length === 0;
  const patterns = [...tagPatternList, ...tagPrefixList.map((prefix) => `${prefix}*`)];
  return tags.length > 0 && patterns.every((pattern) => tags.some((tag) => matches(pattern, tag)));
}

/**
 * What a repository has after ECR has applied a policy. Rules apply by priority; a version that one rule has matched is no
 * other's. Signatures count as images, and those of an image that has gone go with it (aws/containers-roadmap #2613).
 */
export function afterLifecycle(
  { rules }: LifecyclePolicy,
  versions: readonly Version[],
): readonly Version[] {
  const claimed = new Set<string>();
  const expired = new Set<string>();
  for (const { selection } of rules.toSorted((a, b) => a.rulePriority - b.rulePriority)) {
    const mine = versions
      .filter((version) => !claimed.has(version.digest) && selects(selection, version))
      .toSorted((a, b) => a.ageDays - b.ageDays);
    for (const { digest } of mine) claimed.add(digest);
    const { countType, countNumber } = selection;
    const gone =
      countType === "imageCountMoreThan"
        ? mine.slice(countNumber)
        : mine.filter(({ ageDays }) => ageDays > countNumber);
    for (const { digest } of gone) expired.add(digest);
  }
  return versions.filter(
    ({ digest, subject }) => !expired.has(digest) && !expired.has(subject ?? ""),
  );
}
