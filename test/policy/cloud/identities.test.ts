import { noBroadRoles, noStandingKeys, roleTrust } from "../../../policy/rules/cloud/identities.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import * as aws from "./aws.ts";
import { accepted, changed, right, wrong } from "./compliant.ts";
import * as gcp from "./gcp.ts";

type Statement = Readonly<Record<string, unknown>>;

function trusting(statement: Statement): string {
  return aws.policy({ Effect: "Allow", Action: "sts:AssumeRole", ...statement });
}

const trust = "assumeRolePolicy";
const pods = { Service: "pods.eks.amazonaws.com" };
const openId = { Federated: "arn:aws:iam::1:oidc-provider/oidc.eks.amazonaws.com/id/A" };
const tags = {
  "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-central-1:1:cluster/shop",
  "aws:RequestTag/kubernetes-namespace": "shop",
};
const anyAccount = { ...tags, "aws:RequestTag/kubernetes-service-account": "*" };
const subject = { "oidc.eks/id/A:sub": "system:serviceaccount:shop:cart" };

describeRule(roleTrust, {
  passes: [
    accepted,
    ...right(aws.role, trust, [
      unknown,
      trusting({ Principal: { Service: "ec2.amazonaws.com" } }),
      trusting({ Principal: { AWS: "arn:aws:iam::123456789012:root" } }),
      trusting({ Principal: openId, Condition: { StringEquals: subject } }),
      trusting({ Principal: "*", Effect: "Deny" }),
    ]),
  ],
  fails: [
    ...wrong(aws.role, trust, ["", "no JSON", "{}"], "has no trust policy that can be"),
    ...wrong(
      aws.role,
      trust,
      [
        trusting({ Principal: { AWS: "*" } }),
        trusting({ Principal: { AWS: ["1", "*"] }, Condition: { Bool: { a: "b" } } }),
        trusting({ NotPrincipal: { AWS: "1" }, Principal: { AWS: "2" } }),
      ],
      "trusts everybody",
    ),
    ...wrong(aws.role, trust, [trusting({})], "doesn't say whom it trusts"),
    [
      "a role that is for everybody",
      changed(aws.role, trust, trusting({ Principal: "*" })),
      ["trusts everybody", "doesn't say whom it trusts"],
    ],
    ...wrong(
      aws.role,
      trust,
      [
        trusting({ Principal: pods }),
        trusting({ Principal: pods, Condition: { StringEquals: tags } }),
        trusting({ Principal: pods, Condition: { StringLike: anyAccount } }),
        trusting({ Principal: pods, Condition: { StringEqualsIfExists: anyAccount } }),
      ],
      "trusts pods without naming ",
    ),
    ...wrong(
      aws.role,
      trust,
      [
        trusting({ Principal: openId }),
        trusting({ Principal: openId, Condition: { StringLike: { "a:sub": "repo:*" } } }),
        trusting({ Principal: openId, Condition: { StringNotEquals: subject } }),
        trusting({ Principal: openId, Condition: { "ForAllValues:StringEquals": subject } }),
        trusting({ Principal: openId, Condition: { StringEquals: { "a:aud": "sts" } } }),
      ],
      "trusts every account of an OpenID provider",
    ),
  ],
});

const ofAws = (name: string) => `arn:aws:iam::aws:policy/${name}`;

describeRule(noBroadRoles, {
  passes: [
    accepted,
    ...right(aws.attachment, "policyArn", [unknown, "arn:aws:iam::1:policy/AdministratorAccess"]),
    ...right(gcp.projectMember, "member", [unknown]),
  ],
  fails: [
    ...wrong(
      aws.attachment,
      "policyArn",
      ["AdministratorAccess", "AmazonS3FullAccess", "job-function/DatabaseAdministrator"].map(
        ofAws,
      ),
      "gives ",
    ),
    ...wrong(aws.attachment, "policyArn", [undefined], "doesn't say which policy it gives"),
    ...[gcp.projectMember, gcp.bucketMember].flatMap((of) => [
      ...wrong(of, "role", ["roles/owner", "roles/editor", "roles/storage.admin"], "gives roles/"),
      ...wrong(of, "member", ["allUsers", "allAuthenticatedUsers"], "gives rights to everybody"),
      ...wrong(of, "member", [undefined], "doesn't say who gets a role"),
    ]),
    ...wrong(
      gcp.projectMember,
      "member",
      ["principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/*"],
      "gives rights to everybody",
    ),
    ...wrong(gcp.projectMember, "role", [unknown], ""),
  ],
});

describeRule(noStandingKeys, {
  passes: [accepted],
  fails: [["a key", aws.resource("gcp:storage/hmacKey:HmacKey", {}), "is a key for buckets, good"]],
});
