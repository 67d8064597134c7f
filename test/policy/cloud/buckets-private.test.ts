import { describe, expect, it } from "vitest";
import { bucketsPrivate } from "../../../policy/rules/cloud/buckets-private.ts";
import { evaluateStack } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks, programWith, programWithout } from "./breaks.ts";
import * as gcp from "./gcp.ts";

const flags = [
  ["blockPublicAcls", "lets access lists make objects public"],
  ["ignorePublicAcls", "heeds access lists that are public"],
  ["blockPublicPolicy", "lets a policy make the bucket public"],
  ["restrictPublicBuckets", "serves a bucket that is public"],
] as const;
const forEverybody = aws.policy({ Effect: "Allow", Principal: "*", Action: "s3:GetObject" });
const forEveryAccount = aws.policy({
  Effect: "Allow",
  Principal: { AWS: "*" },
  Action: "s3:GetObject",
});
const forAllBut = aws.policy({ Effect: "Allow", NotPrincipal: { AWS: "x" }, Action: "s3:*" });

const forEverybodyByTls = aws.policy({
  Effect: "Allow",
  Principal: "*",
  Action: "s3:GetObject",
  Condition: { Bool: { "aws:SecureTransport": "true" } },
});
const allUsers = "http://acs.amazonaws.com/groups/global/AllUsers";

describeBreaks(bucketsPrivate, [
  ...flags.map(([path, says]) => ({ of: aws.publicAccessBlock, path, wrong: [false], says })),
  {
    of: aws.ownership,
    path: "rule.objectOwnership",
    wrong: ["ObjectWriter", "BucketOwnerPreferred"],
    says: "heeds access lists of single objects",
  },
  {
    of: aws.bucket,
    path: "acl",
    wrong: ["public-read", "public-read-write", "authenticated-read"],
    says: "has the access list of a public bucket",
    optional: true,
  },
  {
    of: aws.bucketPolicy,
    path: "policy",
    wrong: [forEverybody, forEveryAccount, forAllBut, forEverybodyByTls],
    says: "allows everybody something",
    optional: true,
    mayBeUnknown: true,
  },
  {
    of: aws.bucket,
    path: "policy",
    wrong: [forEverybody],
    says: "allows everybody something",
    optional: true,
    mayBeUnknown: true,
  },
  {
    of: aws.bucket,
    path: "grants",
    wrong: [[{ type: "Group", uri: allUsers, permissions: ["READ"] }]],
    says: "gives rights to everybody (grants)",
    optional: true,
  },
  {
    of: gcp.bucket,
    path: "publicAccessPrevention",
    wrong: ["inherited"],
    says: "may be made public",
  },
  {
    of: gcp.bucket,
    path: "uniformBucketLevelAccess",
    wrong: [false],
    says: "heeds access lists of single objects",
  },
  {
    of: gcp.bucketMember,
    path: "member",
    wrong: ["allUsers", "allAuthenticatedUsers"],
    says: "gives rights to everybody",
    optional: true,
    mayBeUnknown: true,
  },
]);

describe("what else can make a bucket public", () => {
  it.each([
    ["aws:s3/bucketAcl:BucketAcl", { acl: "public-read" }],
    [
      "aws:s3/bucketAcl:BucketAcl",
      { accessControlPolicy: { grants: [{ grantee: { type: "Group", uri: allUsers } }] } },
    ],
    [
      "gcp:storage/bucketIAMPolicy:BucketIAMPolicy",
      { policyData: JSON.stringify({ bindings: [{ role: "x", members: ["allUsers"] }] }) },
    ],
    ["gcp:storage/bucketIAMBinding:BucketIAMBinding", { members: ["user:a@b.c", "allUsers"] }],
    ["gcp:storage/bucketAccessControl:BucketAccessControl", { entity: "allUsers" }],
    ["gcp:storage/defaultObjectAccessControl:DefaultObjectAccessControl", { entity: "allUsers" }],
    ["gcp:storage/objectAccessControl:ObjectAccessControl", { entity: "allAuthenticatedUsers" }],
    ["gcp:storage/bucketACL:BucketACL", { predefinedAcl: "publicRead" }],
    ["gcp:storage/defaultObjectACL:DefaultObjectACL", { roleEntities: ["READER:allUsers"] }],
  ])("is reported: a %s", (type, props) => {
    expect(evaluateStack(bucketsPrivate, programWith(aws.resource(type, props)))).toEqual([
      expect.stringContaining(`${type} shop: `),
    ]);
  });

  it.each([
    ["aws:s3/bucketAcl:BucketAcl", { acl: "private" }],
    ["gcp:storage/bucketIAMBinding:BucketIAMBinding", { members: ["user:a@b.c"] }],
    ["gcp:storage/bucketAccessControl:BucketAccessControl", { entity: "user-a@b.c" }],
    ["gcp:storage/defaultObjectACL:DefaultObjectACL", { roleEntities: ["OWNER:user-a@b.c"] }],
  ])("is not a %s for somebody", (type, props) => {
    expect(evaluateStack(bucketsPrivate, programWith(aws.resource(type, props)))).toEqual([]);
  });

  it.each([
    ["BucketPublicAccessBlock", aws.publicAccessBlock],
    ["BucketOwnershipControls", aws.ownership],
  ])("is that there is no %s", (kind, guard) => {
    for (const options of [{}, { unknownProvider: true }]) {
      expect(evaluateStack(bucketsPrivate, programWithout(guard), options)).toEqual([
        expect.stringContaining(`aws:s3/bucket:Bucket shop: has no ${kind}. Fix: `),
      ]);
    }
  });

  it("is that the guard is another bucket's", () => {
    const others = { ...aws.publicAccessBlock, madeFrom: {} };
    const elsewhere = { ...others, props: { ...others.props, bucket: "other" } };
    expect(evaluateStack(bucketsPrivate, programWith(elsewhere))).toEqual([
      expect.stringContaining("has no BucketPublicAccessBlock"),
    ]);
    // Both names are literals.
    expect(evaluateStack(bucketsPrivate, programWith(others))).toEqual([]);
  });
});
