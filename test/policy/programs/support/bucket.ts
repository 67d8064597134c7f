import * as aws from "@pulumi/aws";
import { onAws } from "./aws.ts";

interface Parts {
  /** Changes of what closes it to the public. */
  readonly block?: Partial<aws.s3.BucketPublicAccessBlockArgs>;
  readonly encrypted?: boolean;
  readonly tlsOnly?: boolean;
}

/** Refuses who asks without TLS; known in the update alone, as it names the bucket. */
function tlsOnlyPolicy(arn: string): string {
  const statement = {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** A bucket of S3 that every rule accepts, but for one part. */
export function s3Bucket({ block = {}, encrypted = true, tlsOnly = true }: Parts): aws.s3.Bucket {
  const made = new aws.s3.Bucket("cart", { forceDestroy: false }, onAws);
  const { bucket, arn } = made;
  new aws.s3.BucketPublicAccessBlock(
    "cart",
    {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
      ...block,
    },
    onAws,
  );
  const rule = { objectOwnership: "BucketOwnerEnforced" };
  new aws.s3.BucketOwnershipControls("cart", { bucket, rule }, onAws);
  const versioningConfiguration = { status: "Enabled" };
  new aws.s3.BucketVersioning("cart", { bucket, versioningConfiguration }, onAws);
  if (encrypted) {
    const rules = [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }];
    new aws.s3.BucketServerSideEncryptionConfiguration("cart", { bucket, rules }, onAws);
  }
  if (tlsOnly) {
    new aws.s3.BucketPolicy("cart", { bucket, policy: arn.apply(tlsOnlyPolicy) }, onAws);
  }
  return made;
}
