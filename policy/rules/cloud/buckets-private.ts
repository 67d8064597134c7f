import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { listAt, textAt, textsAt } from "../../kit/json.ts";
import { type Demand, type Demands, exactly, onEach, oneOf } from "./demands.ts";
import { guardRule } from "./guards.ts";
import { grantsOf } from "./google-policies.ts";
import { isForEverybody } from "./policy-conditions.ts";
import { isAllowed, statementsOf } from "./policy-documents.ts";
import { s3Buckets, s3Part } from "./s3.ts";

const blocks = s3Part("BucketPublicAccessBlock");
const ownership = s3Part("BucketOwnershipControls");
const everybody = ["allUsers", "allAuthenticatedUsers"];

function isPublic(text: unknown): boolean {
  return typeof text === "string" && everybody.some((who) => text.endsWith(who));
}

/** Rights of Google are given to members, which may be accounts that are yet to be made. */
function notPublic(path: string): Demand {
  return {
    path,
    holds: (value) => !isPublic(value) && !textsAt(value).some(isPublic),
    problem: `gives rights to everybody (${path})`,
    mayBeUnknown: true,
  };
}

/** Access lists of both clouds have names for common cases. */
function cannedAcl(path: string): Demand {
  return {
    path,
    holds: (value) => typeof value !== "string" || !/^(public|authenticated)/i.test(value),
    problem: `has the access list of a public bucket (${path})`,
  };
}

const fourFlags = [
  exactly("blockPublicAcls", true, "lets access lists make objects public (blockPublicAcls)"),
  exactly("ignorePublicAcls", true, "heeds access lists that are public (ignorePublicAcls)"),
  exactly("blockPublicPolicy", true, "lets a policy make the bucket public (blockPublicPolicy)"),
  exactly("restrictPublicBuckets", true, "serves a bucket that is public (restrictPublicBuckets)"),
];

const notForEverybody: Demand = {
  path: "policy",
  holds: (policy) => !statementsOf(policy).some((row) => isAllowed(row) && isForEverybody(row)),
  problem: "allows everybody something",
  mayBeUnknown: true,
};

/** Groups of everybody, and of everybody with an account, by their addresses. */
function noPublicGrants(path: string, ...uri: readonly string[]): Demand {
  return {
    path,
    holds: (grants) =>
      !listAt(grants).some((grant) =>
        /\/(?:AllUsers|AuthenticatedUsers)$/.test(textAt(grant, ...uri) ?? ""),
      ),
    problem: `gives rights to everybody (${path})`,
  };
}

const s3Demands: Demands = {
  ...onEach(s3Buckets, [cannedAcl("acl"), noPublicGrants("grants", "uri"), notForEverybody]),
  ...onEach(s3Part("BucketAcl"), [
    cannedAcl("acl"),
    noPublicGrants("accessControlPolicy.grants", "grantee", "uri"),
  ]),
  ...onEach([...blocks, "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"], fourFlags),
  ...onEach(ownership, [
    exactly("rule.objectOwnership", "BucketOwnerEnforced", "heeds access lists of single objects"),
  ]),
  "aws:s3/bucketPolicy:BucketPolicy": [notForEverybody],
};

const listDemands = [
  cannedAcl("predefinedAcl"),
  {
    path: "roleEntities",
    holds: (value: unknown) => !textsAt(value).some((entity) => isPublic(entity.split(":").at(-1))),
    problem: "gives rights to everybody (roleEntities)",
  },
];

const gcsDemands: Demands = {
  "gcp:storage/bucket:Bucket": [
    oneOf("publicAccessPrevention", ["enforced"], "may be made public"),
    exactly("uniformBucketLevelAccess", true, "heeds access lists of single objects"),
  ],
  "gcp:storage/bucketIAMMember:BucketIAMMember": [notPublic("member")],
  "gcp:storage/bucketIAMBinding:BucketIAMBinding": [notPublic("members")],
  "gcp:storage/bucketIAMPolicy:BucketIAMPolicy": [
    {
      path: "policyData",
      holds: (data) => !grantsOf(data).some(({ members }) => members.some(isPublic)),
      problem: "gives rights to everybody (policyData)",
      mayBeUnknown: true,
    },
  ],
  "gcp:storage/bucketAccessControl:BucketAccessControl": [notPublic("entity")],
  "gcp:storage/objectAccessControl:ObjectAccessControl": [notPublic("entity")],
  "gcp:storage/defaultObjectAccessControl:DefaultObjectAccessControl": [notPublic("entity")],
  "gcp:storage/bucketACL:BucketACL": listDemands,
  "gcp:storage/defaultObjectACL:DefaultObjectACL": listDemands,
};

export const bucketsPrivate = guardRule({
  name: "buckets-private",
  title: "Buckets are closed to the public, whatever is set on an object",
  why: "One object with a public access list, or one policy for everybody, and whoever knows the name reads what lies there.",
  fix: "give each S3 bucket a BucketPublicAccessBlock with all four flags and BucketOwnershipControls with BucketOwnerEnforced; set publicAccessPrevention to enforced and uniformBucketLevelAccess to true on Google Cloud; name who may, never everybody",
  severity: "critical",
  frameworks: [
    cisAws("S3 buckets with Block Public Access"),
    cisGcp("Cloud Storage buckets not anonymously or publicly accessible"),
  ],
  demands: { ...s3Demands, ...gcsDemands },
  guards: [
    {
      of: s3Buckets,
      by: blocks,
      property: "bucket",
      saidBy: "the guard",
      problem: "has no BucketPublicAccessBlock",
    },
    {
      of: s3Buckets,
      by: ownership,
      property: "bucket",
      saidBy: "the guard",
      problem: "has no BucketOwnershipControls",
    },
  ],
});
