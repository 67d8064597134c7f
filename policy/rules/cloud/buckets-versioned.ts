import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { exactly, onEach } from "./demands.ts";
import { guardRule } from "./guards.ts";
import { s3Buckets, s3Part } from "./s3.ts";

const versioning = s3Part("BucketVersioning");

export const bucketsVersioned = guardRule({
  name: "buckets-versioned",
  title: "Buckets keep what was overwritten or deleted",
  why: "A wrong command, or somebody with a stolen key, deletes what lies in a bucket; without versions it is gone.",
  fix: "give each S3 bucket a BucketVersioning with status Enabled, and set versioning.enabled to true on Google Cloud; let a lifecycle rule delete old versions",
  severity: "high",
  frameworks: [
    cisAws("Versioning of S3 buckets"),
    cisGcp("Object versioning of Cloud Storage buckets"),
  ],
  demands: {
    ...onEach(versioning, [
      exactly("versioningConfiguration.status", "Enabled", "doesn't keep old versions"),
    ]),
    "gcp:storage/bucket:Bucket": [exactly("versioning.enabled", true, "doesn't keep old versions")],
  },
  guards: [
    {
      of: s3Buckets,
      by: versioning,
      property: "bucket",
      saidBy: "the guard",
      problem: "has no BucketVersioning",
    },
  ],
});
