/** Types of S3: since version 7 of the provider the names without V2 are the current ones, and both exist. */

export const s3Buckets = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];

function token(name: string): string {
  return `aws:s3/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;
}

/** What is set beside a bucket by a resource of its own, like `BucketVersioning`. */
export function s3Part(name: string): readonly string[] {
  return [token(name), token(`${name}V2`)];
}
