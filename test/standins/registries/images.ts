/** What a registry has beside its layers: an image, or what says something of an image. */
export interface Version {
  readonly digest: string;
  readonly tags: readonly string[];
  /** Days since it was pushed. */
  readonly ageDays: number;
  /** Digest of the image of which it is the signature or the list of contents. */
  readonly subject?: string;
}

/** How cosign attaches to an image: by a tag that is made of its digest, or by a reference without a tag (OCI 1.1). */
export type Attachment = "by-tag" | "by-reference";

function attachments(digest: string, ageDays: number, how: Attachment): Version[] {
  return ["sig", "att"].map((kind) => ({
    digest: `${digest}-${kind}`,
    tags: how === "by-tag" ? [`sha256-${digest}.${kind}`] : [],
    ageDays,
    subject: digest,
  }));
}

/** Releases, a week apart, the newest one today: each is an image, its signature and its list of contents. */
export function releases(count: number, how: Attachment): Version[] {
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const digest = `image${index.toString()}`;
    const tag = `1.${(count - index).toString()}.0`;
    return [{ digest, tags: [tag], ageDays: 7 * index }, ...attachments(digest, 7 * index, how)];
  });
}

/** Digests of images that are there without something that was attached to them. */
export function bare(before: readonly Version[], after: readonly Version[]): string[] {
  const left = new Set(after.map(({ digest }) => digest));
  return after
    .filter(({ subject }) => subject === undefined)
    .filter(({ digest }) =>
      before.some((version) => version.subject === digest && !left.has(version.digest)),
    )
    .map(({ digest }) => digest);
}
