import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { BucketCredentials, ObjectStorage } from "../cluster.ts";
import { Component } from "../component.ts";
import type { Place } from "./names.ts";

const day = 86_400;

/**
 * Seed 002: standard for 30 days, infrequent access until 90, then the archive. Of Google's colder classes COLDLINE:
 * all of them answer at once, and ARCHIVE charges a year of storage for what is deleted before.
 */
const tiers = [
  { age: 30, storageClass: "NEARLINE", from: ["STANDARD"] },
  { age: 90, storageClass: "COLDLINE", from: ["NEARLINE"] },
] as const;

/** Days until a version that was overwritten or deleted is gone for good. */
const undoDays = 30;
/** Days until the parts of an unfinished upload are deleted. */
const uploadDays = 7;

export const lifecycleRules = [
  ...tiers.map(({ age, storageClass, from }) => ({
    action: { type: "SetStorageClass", storageClass },
    condition: { age, matchesStorageClasses: [...from] },
  })),
  {
    action: { type: "Delete" },
    condition: { daysSinceNoncurrentTime: undoDays, withState: "ARCHIVED" },
  },
  { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: uploadDays } },
];

export interface MediaBucketArgs {
  readonly place: Place;
  readonly deletionProtection: boolean;
  /** False: the owner makes the key of the API's account, and keeps it. */
  readonly makesKey: boolean;
}

type Opts = pulumi.CustomResourceOptions;

/**
 * Encrypted by Google's own keys, as everything there is: a key of ours would have to outlive the stack wherever
 * its media do. No CORS: browsers play through the API, and uploads come from its clients' servers.
 */
function makeBucket(name: string, args: MediaBucketArgs, opts: Opts): gcp.storage.Bucket {
  const { place, deletionProtection } = args;
  return new gcp.storage.Bucket(
    name,
    {
      location: place.region.toUpperCase(),
      storageClass: "STANDARD",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      versioning: { enabled: true },
      lifecycleRules,
      // Brings back what was deleted with all its versions; while nothing is protected it only costs.
      softDeletePolicy: { retentionDurationSeconds: deletionProtection ? 7 * day : 0 },
      forceDestroy: !deletionProtection,
    },
    { ...opts, protect: deletionProtection },
  );
}

/** Google signs S3 requests of an account with a key of that account, which may do what the account may. */
function makeAccess(
  name: string,
  { place, makesKey }: MediaBucketArgs,
  bucket: gcp.storage.Bucket,
  opts: Opts,
) {
  const account = new gcp.serviceaccount.Account(
    `${name}-api`,
    {
      displayName: `API of ${place.network}`,
      description: `Framewright, stack ${place.stack}`,
    },
    opts,
  );
  const right = new gcp.storage.BucketIAMMember(
    `${name}-api-may-use`,
    {
      bucket: bucket.name,
      // Objects of this bucket: read, write, list, delete; not the bucket's settings.
      role: "roles/storage.objectUser",
      member: pulumi.interpolate`serviceAccount:${account.email}`,
    },
    opts,
  );
  return { credentials: makesKey ? makeKey(name, account, opts) : outside, right };
}

const outside: BucketCredentials = { kind: "stored" };

function makeKey(name: string, account: gcp.serviceaccount.Account, opts: Opts): BucketCredentials {
  const key = new gcp.storage.HmacKey(
    `${name}-api-key`,
    { serviceAccountEmail: account.email },
    opts,
  );
  return {
    kind: "keys",
    accessKeyId: key.accessId,
    secretAccessKey: pulumi.secret(key.secret),
  };
}

/** The bucket of media. Only the API has its key. */
export class MediaBucket extends Component {
  readonly storage: ObjectStorage;
  /** The API comes after it: without it the key opens nothing. */
  readonly right: pulumi.Resource;

  constructor(name: string, args: MediaBucketArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "MediaBucket", name, opts);
    const inside = { parent: this };
    const bucket = makeBucket(`${name}-bucket`, args, inside);
    const { credentials, right } = makeAccess(name, args, bucket, inside);
    this.right = right;
    this.storage = {
      kind: "bucket",
      endpoint: "https://storage.googleapis.com",
      region: "auto",
      writeOnce: "generation-match",
      bucket: bucket.name,
      credentials,
    };
    this.registerOutputs({ bucket: bucket.name });
  }
}
