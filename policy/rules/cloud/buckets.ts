import { cisAws } from "../../kit/frameworks.ts";
import { at } from "../../kit/json.ts";
import { type Demand, guarded, guardRule, must } from "./cloud-rule.ts";
import {
  isAllowed,
  isForEverybody,
  type Statement,
  statementsOf,
  textsOf,
} from "./iam-policies.ts";

export const bucket = "aws:s3/bucket:Bucket";
const policy = "aws:s3/bucketPolicy:BucketPolicy";
const block = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const ownership = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";

const notForEverybody: Demand = {
  path: "policy",
  holds: (policy) => !statementsOf(policy).some((row) => isAllowed(row) && isForEverybody(row)),
  problem: "allows everybody something",
  mayBeUnknown: true,
};

export const bucketsPrivate = guardRule({
  name: "buckets-private",
  title: "Buckets are closed to the public, whatever is set on an object",
  why: "One object with a public access list, or one policy for everybody, and whoever knows the name reads what lies there.",
  fix: "give each S3 bucket a BucketPublicAccessBlock with all four flags and BucketOwnershipControls with BucketOwnerEnforced; set publicAccessPrevention to enforced and uniformBucketLevelAccess to true on Google Cloud; name who may, never everybody",
  severity: "critical",
  frameworks: [cisAws("S3 buckets with Block Public Access")],
  demands: {
    [bucket]: [notForEverybody],
    [policy]: [notForEverybody],
    [block]: must({
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    }),
    [ownership]: must({ "rule.objectOwnership": "BucketOwnerEnforced" }),
    "gcp:storage/bucket:Bucket": must({
      publicAccessPrevention: "enforced",
      uniformBucketLevelAccess: true,
    }),
  },
  guards: [guarded(bucket, block, "bucket"), guarded(bucket, ownership, "bucket")],
});

const versioning = "aws:s3/bucketVersioning:BucketVersioning";

export const bucketsVersioned = guardRule({
  name: "buckets-versioned",
  title: "Buckets keep what was overwritten or deleted",
  why: "A wrong command, or somebody with a stolen key, deletes what lies in a bucket; without versions it is gone.",
  fix: "give each S3 bucket a BucketVersioning with status Enabled, and set versioning.enabled to true on Google Cloud; let a lifecycle rule delete old versions",
  severity: "high",
  frameworks: [cisAws("Versioning of S3 buckets")],
  demands: {
    [versioning]: must({ "versioningConfiguration.status": "Enabled" }),
    "gcp:storage/bucket:Bucket": must({ "versioning.enabled": true }),
  },
  guards: [guarded(bucket, versioning, "bucket")],
});

function refusesPlainText(statement: Statement): boolean {
  return (
    at(statement, "Effect") === "Deny" &&
    isForEverybody(statement) &&
    textsOf(statement, "Action").some((action) => ["*", "s3:*"].includes(action)) &&
    String(at(statement, "Condition", "Bool", "aws:SecureTransport")) === "false"
  );
}

export const bucketsDemandTls = guardRule({
  name: "buckets-demand-tls",
  title: "Buckets refuse whoever asks without TLS",
  why: "S3 also answers in plain text, where everybody on the way reads objects and signatures.",
  fix: 'give each S3 bucket a BucketPolicy that denies s3:* to "*" where aws:SecureTransport is false',
  severity: "medium",
  frameworks: [cisAws("S3 bucket policy denies HTTP requests")],
  demands: {
    [policy]: [
      {
        path: "policy",
        holds: (text) => statementsOf(text).some(refusesPlainText),
        problem: "doesn't refuse requests without TLS",
        mayBeUnknown: true,
      },
    ],
  },
  guards: [
    guarded(bucket, policy, "bucket", {
      problem: "has no BucketPolicy that refuses requests without TLS",
    }),
  ],
});

export const bucketRules = [bucketsPrivate, bucketsVersioned, bucketsDemandTls];
