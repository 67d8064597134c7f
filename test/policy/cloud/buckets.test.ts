import {
  bucketsDemandTls,
  bucketsPrivate,
  bucketsVersioned,
} from "../../../policy/rules/cloud/buckets.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import * as aws from "./aws.ts";
import { accepted, programWith, programWithout, right, wrong } from "./compliant.ts";
import * as gcp from "./gcp.ts";

const allow = { Effect: "Allow", Action: "s3:GetObject" };
const open = [
  { ...allow, Principal: "*" },
  { ...allow, Principal: { AWS: ["*"] } },
  { ...allow, NotPrincipal: { AWS: "1" } },
  { ...allow, Principal: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } },
].map((statement) => aws.policy(aws.tlsOnly, statement));
const own = aws.policy(aws.tlsOnly, { ...allow, Principal: { AWS: "123456789012" } });
const { props } = aws.publicAccessBlock;

describeRule(bucketsPrivate, {
  passes: [
    accepted,
    ...right(aws.bucketPolicy, "policy", [own, unknown]),
    ["a guard that names its bucket", programWith({ ...aws.publicAccessBlock, madeFrom: {} })],
  ],
  fails: [
    ...wrong(aws.publicAccessBlock, "blockPublicAcls", [unknown]),
    ...wrong(aws.bucketPolicy, "policy", open, "allows everybody something"),
    ...wrong(aws.bucket, "policy", open, "allows everybody something"),
    ["no block", programWithout(aws.publicAccessBlock), "Bucket shop: has no BucketPublicAccessBl"],
    ["no ownership", programWithout(aws.ownership), "Bucket shop: has no BucketOwnershipControls"],
    [
      "another bucket's guard",
      programWith({ ...aws.publicAccessBlock, madeFrom: {}, props: { ...props, bucket: "other" } }),
      "has no BucketPublicAccessBlock",
    ],
  ],
});

describeRule(bucketsVersioned, {
  passes: [accepted],
  fails: [
    ...wrong(aws.versioning, "versioningConfiguration.status", [unknown]),
    ...wrong(gcp.bucket, "versioning", [undefined, { enabled: false }]),
    ["no versioning", programWithout(aws.versioning), "has no BucketVersioning"],
  ],
});

const weaker = [
  { ...aws.tlsOnly, Effect: "Allow" },
  { ...aws.tlsOnly, Principal: { AWS: "1" } },
  { ...aws.tlsOnly, Action: "s3:GetObject" },
  { ...aws.tlsOnly, Condition: {} },
].map((statement) => aws.policy(statement));

describeRule(bucketsDemandTls, {
  passes: [
    accepted,
    ...right(aws.bucketPolicy, "policy", [unknown, aws.policy({ ...aws.tlsOnly, Action: "*" })]),
  ],
  fails: [
    ...wrong(aws.bucketPolicy, "policy", ["no JSON", ...weaker], "doesn't refuse requests without"),
    ["no policy", programWithout(aws.bucketPolicy), "has no BucketPolicy that refuses requests"],
  ],
});
