import { expect, it } from "vitest";
import { iamWildcards } from "../../../policy/rules/cloud/iam-wildcards.ts";
import { withValue } from "../kit/change.ts";
import { judge, unknown } from "../kit/judge.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";

describeBreaks(iamWildcards, [
  {
    of: aws.rolePolicy,
    path: "policy",
    wrong: ["", "no JSON", "{}"],
    says: "is no policy that can be read",
    mayBeUnknown: true,
  },
]);

const allowing = (statement: Readonly<Record<string, unknown>>) =>
  withValue(aws.rolePolicy, ["policy"], aws.policy({ Effect: "Allow", ...statement }));
const bucket = "arn:aws:s3:::shop";
const tied = { StringEquals: { "aws:ResourceTag/product": "shop" } };

it.each([
  [{ Action: "*", Resource: bucket }, "allows *"],
  [{ Action: ["s3:*"], Resource: bucket }, "allows s3:*"],
  [{ Action: "s3:Put*", Resource: bucket }, "allows s3:Put*"],
  [{ NotAction: "iam:*", Resource: bucket }, "allows all actions but some"],
  [{ Action: "s3:PutObject", NotResource: bucket }, "allows all resources but some"],
  [{ Action: "s3:DeleteBucket", Resource: "*" }, "allows s3:DeleteBucket on *"],
  [{ Action: "s3:PutObject", Resource: "*", Condition: tied }, "allows s3:PutObject on *"],
  [{ Action: "s3:PutObject", Resource: "arn:aws:s3:::*" }, "without a condition"],
  [{ Action: "s3:PutObject", Resource: [bucket, "arn:aws:s3:::shop-*"] }, "without a condition"],
  [{ Action: "ec2:StopInstances", Resource: "arn:aws:ec2:x:1:instance/*" }, "without a condition"],
  [{ Action: "sqs:SendMessage", Resource: "arn:aws:sqs:x:1:*" }, "without a condition"],
  [{ Action: "sqs:SendMessage", Resource: "arn:aws:sqs:*:123456789012:a" }, "without a condition"],
])("reports a policy that allows %j", (statement, says) => {
  const said = judge(iamWildcards, allowing(statement)).join("\n");
  expect(said).toContain("aws:iam/rolePolicy:RolePolicy shop: allows ");
  expect(said).toContain(says);
});

it.each([
  [{ Action: ["ec2:Describe*", "s3:List*"], Resource: "*" }],
  [{ Action: "s3:PutObject", Resource: `${bucket}/*` }],
  [{ Action: "logs:PutLogEvents", Resource: "arn:aws:logs:eu-central-1:1:log-group:/shop:*" }],
  [{ Action: "ec2:StopInstances", Resource: "arn:aws:ec2:*:1:instance/*", Condition: tied }],
  [{ Effect: "Deny", Action: "*", Resource: "*" }],
])("lets pass %j", (statement) => {
  expect(judge(iamWildcards, allowing(statement))).toEqual([]);
});

it.each([
  "aws:iam/policy:Policy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
])("judges a %s too", (type) => {
  const policy = aws.policy({ Effect: "Allow", Action: "*", Resource: "*" });
  expect(judge(iamWildcards, aws.resource(type, { policy }))).toHaveLength(2);
  expect(judge(iamWildcards, aws.resource(type, { policy: unknown }))).toEqual([]);
});

it("judges the policies in a role", () => {
  const policy = aws.policy({ Effect: "Allow", Action: "*", Resource: bucket });
  const role = withValue(aws.role, ["inlinePolicies"], [{ name: "all", policy }]);
  expect(judge(iamWildcards, role)).toEqual([expect.stringContaining("allows *")]);
});

it.each([
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:kms/key:Key",
  "aws:ecr/repositoryPolicy:RepositoryPolicy",
  "aws:secretsmanager/secretPolicy:SecretPolicy",
])("reports a %s that is for everybody", (type) => {
  const open = aws.policy({ Effect: "Allow", Principal: "*", Action: "x:Y", Resource: "*" });
  expect(judge(iamWildcards, aws.resource(type, { policy: open }))).toEqual([
    expect.stringContaining("allows everybody something"),
  ]);
  const own = aws.policy({
    Effect: "Allow",
    Principal: { AWS: "1" },
    Action: "x:*",
    Resource: "*",
  });
  expect(judge(iamWildcards, aws.resource(type, { policy: own }))).toEqual([]);
  expect(judge(iamWildcards, aws.resource(type, { policy: unknown }))).toEqual([]);
});

it("lets the settings say which actions only look", () => {
  const statement = { Action: "s3:Head*", Resource: bucket };
  expect(judge(iamWildcards, allowing(statement), { looking: ["Head"] })).toEqual([]);
});
