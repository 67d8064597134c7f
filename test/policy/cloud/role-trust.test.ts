import { expect, it } from "vitest";
import { roleTrust } from "../../../policy/rules/cloud/role-trust.ts";
import { withValue } from "../kit/change.ts";
import { judge } from "../kit/judge.ts";
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
])("reports a role whose trust is %j", (statement, says) => {
  expect(judge(roleTrust, trusting(statement)).join("\n")).toContain(`shop: ${says}`);
});

it.each([
  [{ Principal: { Service: "ec2.amazonaws.com" } }],
  [{ Principal: { AWS: "arn:aws:iam::123456789012:root" } }],
  [{ Principal: openId, Condition: { StringEquals: { "oidc.eks/id/A:sub": "system:x" } } }],
])("lets pass a role whose trust is %j", (statement) => {
  expect(judge(roleTrust, trusting(statement))).toEqual([]);
});

it("lets the settings say by which tags pods are known", () => {
  expect(judge(roleTrust, trusting({ Principal: pods }), { podTags: [] })).toEqual([]);
});
