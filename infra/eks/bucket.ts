import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../component.ts";
import { policyDocument } from "./iam.ts";

/** Seed 002: standard for 30 days, intelligent tiering until 90, then Glacier. */
const tiers = [
  { days: 30, storageClass: "INTELLIGENT_TIERING" },
  // Of the Glacier classes, the one that still answers at once: a video that is played after a year must start.
  { days: 90, storageClass: "GLACIER_IR" },
] as const;

/** Days until a version that was overwritten or deleted is gone for good. */
const undoDays = 30;
/** Days until the parts of an unfinished upload are deleted. */
const uploadDays = 7;

const housekeeping = [
  {
    id: "old-versions",
    status: "Enabled",
    filter: { prefix: "" },
    noncurrentVersionExpiration: { noncurrentDays: undoDays },
    expiration: { expiredObjectDeleteMarker: true },
  },
  {
    id: "unfinished-uploads",
    status: "Enabled",
    filter: { prefix: "" },
    abortIncompleteMultipartUpload: { daysAfterInitiation: uploadDays },
  },
];

const mediaRules = [
  { id: "tiers", status: "Enabled", filter: { prefix: "" }, transitions: [...tiers] },
  ...housekeeping,
];

/** Refuses everybody, us included, who asks without TLS. */
function tlsOnly(bucketArn: string): string {
  return policyDocument([
    {
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:*"],
      Resource: [bucketArn, `${bucketArn}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
}

/** What the API does with media, and nothing else: not the bucket's settings, not its versions. */
export function mediaRights(bucketArn: string): string {
  return policyDocument([
    {
      Effect: "Allow",
      Action: ["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:GetBucketLocation"],
      Resource: bucketArn,
    },
    {
      Effect: "Allow",
      Action: [
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
      ],
      Resource: `${bucketArn}/*`,
    },
  ]);
}

export interface MediaBucketArgs {
  readonly deletionProtection: boolean;
}

type Opts = pulumi.CustomResourceOptions;

/** Nothing in it is public, whatever anybody sets on an object. */
function close(name: string, bucket: aws.s3.Bucket, opts: Opts): void {
  const block = new aws.s3.BucketPublicAccessBlock(
    `${name}-private`,
    {
      bucket: bucket.bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    opts,
  );
  new aws.s3.BucketOwnershipControls(
    `${name}-ownership`,
    { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    opts,
  );
  new aws.s3.BucketPolicy(
    `${name}-tls-only`,
    { bucket: bucket.bucket, policy: bucket.arn.apply(tlsOnly) },
    // S3 takes one change of a bucket's access at a time.
    { ...opts, dependsOn: [block] },
  );
}

function keep(
  name: string,
  {
    bucket,
    rules,
  }: {
    readonly bucket: aws.s3.Bucket;
    readonly rules: aws.s3.BucketLifecycleConfigurationArgs["rules"];
  },
  opts: Opts,
): void {
  const versioning = new aws.s3.BucketVersioning(
    `${name}-versions`,
    { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
    opts,
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    {
      bucket: bucket.bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    },
    opts,
  );
  new aws.s3.BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    { bucket: bucket.bucket, rules },
    { ...opts, dependsOn: [versioning] },
  );
}

/** The bucket of sources and renditions. */
export class MediaBucket extends Component {
  readonly bucket: aws.s3.Bucket;

  constructor(name: string, args: MediaBucketArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "MediaBucket", name, opts);
    this.bucket = new aws.s3.Bucket(
      `${name}-bucket`,
      // Without it, deleting a bucket that holds objects is refused.
      { forceDestroy: !args.deletionProtection },
      { parent: this, protect: args.deletionProtection },
    );
    close(name, this.bucket, { parent: this });
    keep(name, { bucket: this.bucket, rules: mediaRules }, { parent: this });
    this.registerOutputs({ bucket: this.bucket.bucket });
  }
}

/** What a pod of the backups may do with them. Who only reads cannot spoil them; nobody deletes a version. */
export function backupRights(bucketArn: string, may: "read" | "write"): string {
  const writing = [
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
  ];
  return policyDocument([
    { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: bucketArn },
    {
      Effect: "Allow",
      Action: ["s3:GetObject", ...(may === "write" ? writing : [])],
      Resource: `${bucketArn}/*`,
    },
  ]);
}

/**
 * The bucket of the database's backups, apart from the media: other accounts reach it. pgBackRest deletes what is past its time;
 * versions of that stay as those of media do, also when somebody else deletes it.
 */
export class BackupBucket extends Component {
  readonly bucket: aws.s3.Bucket;

  constructor(name: string, args: MediaBucketArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "BackupBucket", name, opts);
    this.bucket = new aws.s3.Bucket(
      `${name}-bucket`,
      { forceDestroy: !args.deletionProtection },
      { parent: this, protect: args.deletionProtection },
    );
    close(name, this.bucket, { parent: this });
    keep(name, { bucket: this.bucket, rules: housekeeping }, { parent: this });
    this.registerOutputs({ bucket: this.bucket.bucket });
  }
}
