import { expect, it } from "vitest";
import { roleTrust } from "../../../policy/rules/cloud/role-trust.ts";
import { withValue } from "../kit/change.ts";
import { evaluate } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";

describeBreaks(roleTrust, [
  {
    of: aws.role,
    path: "assumeRolePolicy",
    wrong: ["", "no JSON", "{}"],
    says: "has no trust policy that can be read",
    mayBeUnknown: true,
  },
]);

const trusting = (statement: Readonly<Record<string, unknown>>) =>
  withValue(
    aws.role,
    ["assumeRolePolicy"],
    aws.policy({ Effect: "Allow", Action: "sts:AssumeRole", ...statement }),
  );
const pods = { Service: "pods.eks.amazonaws.com" };
const openId = {
  Federated: "arn:aws:iam::1:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/A",
};

const anyPod = {
  "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-central-1:123456789012:cluster/shop",
  "aws:RequestTag/kubernetes-namespace": "shop",
  "aws:RequestTag/kubernetes-service-account": "*",
};

it.each([
  [{ Principal: "*" }, "trusts everybody"],
  [{ Principal: { AWS: "*" } }, "trusts everybody"],
  [{ Principal: { AWS: ["1", "*"] }, Condition: { Bool: { a: "b" } } }, "trusts everybody"],
  [{}, "doesn't say whom it trusts"],
  [{ Principal: pods }, "trusts pods without naming eks-cluster-arn, kubernetes-namespace"],
  [
    { Principal: pods, Condition: { StringEquals: { "aws:RequestTag/eks-cluster-arn": "x" } } },
    "trusts pods without naming kubernetes-namespace, kubernetes-service-account",
  ],
  [{ Principal: openId }, "trusts every account of an OpenID provider"],
  [{ Principal: { Federated: "accounts.google.com" } }, "trusts every account"],
  [
    { Principal: pods, Condition: { StringLike: anyPod } },
    "trusts pods without naming kubernetes-service-account",
  ],
])("reports a role whose trust is %j", (statement, says) => {
  expect(evaluate(roleTrust, trusting(statement)).join("\n")).toContain(`shop: ${says}`);
});

it.each<Readonly<Record<string, unknown>>>([
  { StringLike: { "oidc.eks/id/A:sub": "*" } },
  { StringLike: { "oidc.eks/id/A:sub": "system:serviceaccount:*:cart" } },
  { StringLike: { "oidc.eks/id/A:sub": "system:serviceaccount:shop:*" } },
  { StringLike: { "token.actions.githubusercontent.com:sub": "repo:*" } },
  { StringLike: { "token.actions.githubusercontent.com:sub": ["repo:a/b:*", "repo:a/*"] } },
  { StringNotEquals: { "oidc.eks/id/A:sub": "system:serviceaccount:shop:cart" } },
  { "ForAllValues:StringEquals": { "oidc.eks/id/A:sub": "system:serviceaccount:shop:cart" } },
  { StringEqualsIfExists: { "oidc.eks/id/A:sub": "system:serviceaccount:shop:cart" } },
  { StringEquals: { "oidc.eks/id/A:aud": "sts.amazonaws.com" } },
])("takes it that %j names no account", (Condition) => {
  expect(evaluate(roleTrust, trusting({ Principal: openId, Condition }))).toEqual([
    expect.stringContaining("trusts every account of an OpenID provider"),
  ]);
});

it.each([
  [{ Principal: { Service: "ec2.amazonaws.com" } }],
  [{ Principal: { AWS: "arn:aws:iam::123456789012:root" } }],
  [{ Principal: openId, Condition: { StringEquals: { "oidc.eks/id/A:sub": "system:x" } } }],
  [{ Principal: openId, Condition: { StringLike: { "a:sub": "repo:shop/cart:ref:refs/tags/*" } } }],
  [{ Principal: { Federated: "arn:aws:iam::1:saml-provider/company" } }],
  [
    {
      Principal: { Federated: "cognito-identity.amazonaws.com" },
      Condition: { StringEquals: { "cognito-identity.amazonaws.com:aud": "eu-central-1:1" } },
    },
  ],
])("lets pass a role whose trust is %j", (statement) => {
  expect(evaluate(roleTrust, trusting(statement))).toEqual([]);
});

it("lets the settings say by which tags pods are known", () => {
  expect(evaluate(roleTrust, trusting({ Principal: pods }), { podTags: [] })).toEqual([]);
});
