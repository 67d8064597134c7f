import { policy } from "../cloud/aws.ts";
import { set, type ProgramBreak } from "./program-break.ts";

const bucket = "aws:s3/bucket:Bucket";
const role = "aws:iam/role:Role";
const rights = "aws:iam/rolePolicy:RolePolicy";

/** The rule, what is broken and how, and what the rule says. */
export type Row = readonly [
  rule: string,
  of: string,
  what: string,
  change: ProgramBreak["change"],
  says: string,
];

/** Of who may do what in an account of AWS. */
export const iamRows: readonly Row[] = [
  [
    "iam-wildcards",
    rights,
    "allows everything",
    set("policy", policy({ Effect: "Allow", Action: "*", Resource: "*" })),
    "allows * on *",
  ],
  [
    "iam-wildcards",
    rights,
    "allows all but little",
    set("policy", policy({ Effect: "Allow", NotAction: "iam:*", Resource: "*" })),
    "allows all actions but some",
  ],
  [
    "buckets-private",
    bucket,
    "is for everybody who comes by TLS",
    set(
      "policy",
      policy({
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: "*",
        Condition: { Bool: { "aws:SecureTransport": "true" } },
      }),
    ),
    "allows everybody something",
  ],
  [
    "iam-wildcards",
    rights,
    "reads all secrets",
    set(
      "policy",
      policy({ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: "*" }),
    ),
    "allows secretsmanager:GetSecretValue on *",
  ],
  [
    "role-trust",
    role,
    "trusts every pipeline of a company",
    set(
      "assumeRolePolicy",
      policy({
        Effect: "Allow",
        Principal: {
          Federated: "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com",
        },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:shop/*" } },
      }),
    ),
    "trusts every account of an OpenID provider",
  ],
  [
    "role-trust",
    role,
    "trusts everybody",
    set("assumeRolePolicy", policy({ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" })),
    "trusts everybody",
  ],
  [
    "no-broad-roles",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "gives everything",
    set("policyArn", "arn:aws:iam::aws:policy/AdministratorAccess"),
    "gives AdministratorAccess",
  ],
  [
    "no-standing-keys",
    rights,
    "is a key for ever",
    (resource) => ({ ...resource, type: "aws:iam/accessKey:AccessKey" }),
    "is an access key",
  ],
];
