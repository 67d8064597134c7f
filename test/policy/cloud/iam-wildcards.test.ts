import { expect, it } from "vitest";
import { iamWildcards } from "../../../policy/rules/cloud/iam-wildcards.ts";
import { withValue } from "../kit/change.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
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
const anyRole = "arn:aws:iam::123456789012:role/*";
const overTls = { Bool: { "aws:SecureTransport": "true" } };
const ofAll = { StringLike: { "iam:PassedToService": "*" } };
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
  [{ Action: "*:*", Resource: bucket }, "allows *:*"],
  [{ Action: "iam:Pass?ole", Resource: bucket }, "allows iam:Pass?ole"],
  [{ Action: "iam:PassRole", Resource: "*", Condition: tied }, "allows iam:PassRole on *"],
  [{ Action: "iam:PassRole", Resource: anyRole }, "without a condition"],
  [{ Action: "iam:PassRole", Resource: anyRole, Condition: overTls }, "without a condition"],
  [{ Action: "iam:PassRole", Resource: anyRole, Condition: ofAll }, "without a condition"],
  [{ Action: "secretsmanager:GetSecretValue", Resource: "*" }, "allows secretsmanager:GetSecret"],
  [{ Action: "s3:Get*", Resource: "*" }, "allows s3:Get* on *"],
  [{ Action: "ssm:GetParameters", Resource: "arn:aws:ssm:x:1:*" }, "without a condition"],
])("reports a policy that allows %j", (statement, says) => {
  const said = evaluate(iamWildcards, allowing(statement)).join("\n");
  expect(said).toContain("aws:iam/rolePolicy:RolePolicy shop: allows ");
  expect(said).toContain(says);
});

it.each([
  [{ Action: ["ec2:Describe*", "s3:List*"], Resource: "*" }],
  [{ Action: "s3:PutObject", Resource: `${bucket}/*` }],
  [{ Action: ["s3:GetObject*"], Resource: `${bucket}/*` }],
  [{ Action: ["s3:GetBucket*", "sts:GetCallerIdentity"], Resource: "*" }],
  [{ Action: "logs:PutLogEvents", Resource: "arn:aws:logs:eu-central-1:1:log-group:/shop:*" }],
  [{ Action: "ec2:StopInstances", Resource: "arn:aws:ec2:*:1:instance/*", Condition: tied }],
  [{ Effect: "Deny", Action: "*", Resource: "*" }],
])("lets pass %j", (statement) => {
  expect(evaluate(iamWildcards, allowing(statement))).toEqual([]);
});

it.each([
  "aws:iam/policy:Policy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
])("judges a %s too", (type) => {
  const policy = aws.policy({ Effect: "Allow", Action: "*", Resource: "*" });
  expect(evaluate(iamWildcards, aws.resource(type, { policy }))).toHaveLength(2);
  expect(evaluate(iamWildcards, aws.resource(type, { policy: unknown }))).toEqual([]);
});

it("judges the policy in a permission set", () => {
  const type = "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy";
  const inlinePolicy = aws.policy({ Effect: "Allow", Action: "*", Resource: "*" });
  expect(evaluate(iamWildcards, aws.resource(type, { inlinePolicy }))).toHaveLength(2);
});

it("reads a policy that is given as an object", () => {
  const policy = { Statement: { Effect: "Allow", Action: "*", Resource: bucket } };
  expect(evaluate(iamWildcards, withValue(aws.rolePolicy, ["policy"], policy))).toEqual([
    expect.stringContaining("allows *"),
  ]);
});

it("judges the policies in a role", () => {
  const policy = aws.policy({ Effect: "Allow", Action: "*", Resource: bucket });
  const role = withValue(aws.role, ["inlinePolicies"], [{ name: "all", policy }]);
  expect(evaluate(iamWildcards, role)).toEqual([expect.stringContaining("allows *")]);
});

it.each([
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:kms/key:Key",
  "aws:ecr/repositoryPolicy:RepositoryPolicy",
  "aws:secretsmanager/secretPolicy:SecretPolicy",
])("reports a %s that is for everybody", (type) => {
  const open = aws.policy({ Effect: "Allow", Principal: "*", Action: "x:Y", Resource: "*" });
  expect(evaluate(iamWildcards, aws.resource(type, { policy: open }))).toEqual([
    expect.stringContaining("allows everybody something"),
  ]);
  const own = aws.policy({
    Effect: "Allow",
    Principal: { AWS: "1" },
    Action: "x:*",
    Resource: "*",
  });
  expect(evaluate(iamWildcards, aws.resource(type, { policy: own }))).toEqual([]);
  expect(evaluate(iamWildcards, aws.resource(type, { policy: unknown }))).toEqual([]);
});

const everybody = { Effect: "Allow", Principal: "*", Action: "x:Y", Resource: "*" };

it.each([
  ["aws:sqs/queue:Queue", "policy", everybody],
  ["aws:sns/topic:Topic", "policy", { ...everybody, Condition: overTls }],
  ["aws:opensearch/domain:Domain", "accessPolicies", everybody],
  ["aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "policyDocument", everybody],
  ["aws:efs/fileSystemPolicy:FileSystemPolicy", "policy", everybody],
  [
    "aws:dynamodb/resourcePolicy:ResourcePolicy",
    "policy",
    { ...everybody, Condition: { StringNotEquals: { "aws:PrincipalAccount": "1" } } },
  ],
  [
    "aws:kms/key:Key",
    "policy",
    { ...everybody, Condition: { StringEqualsIfExists: { "aws:PrincipalAccount": "1" } } },
  ],
  [
    "aws:sqs/queuePolicy:QueuePolicy",
    "policy",
    { ...everybody, Condition: { IpAddress: { "aws:SourceIp": ["128.0.0.0/1"] } } },
  ],
  [
    "aws:sqs/queuePolicy:QueuePolicy",
    "policy",
    { ...everybody, Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:*:*:*" } } },
  ],
])("reports a %s whose %s is for everybody, whatever else it asks", (type, key, statement) => {
  const open = aws.resource(type, { [key]: aws.policy(statement) });
  expect(evaluate(iamWildcards, open)).toEqual([
    expect.stringContaining("allows everybody something"),
  ]);
});

it.each([
  { StringEquals: { "kms:CallerAccount": "123456789012" } },
  { StringEquals: { "AWS:PrincipalOrgID": "o-1" } },
  { ArnLike: { "aws:SourceArn": "arn:aws:s3:*:*:shop" } },
  { IpAddress: { "aws:SourceIp": ["203.0.113.0/24", "203.0.113.7"] } },
])("takes it that %j says who may", (Condition) => {
  const policy = aws.policy({ ...everybody, Condition });
  expect(evaluate(iamWildcards, aws.resource("aws:sqs/queue:Queue", { policy }))).toEqual([]);
});

it.each([
  ["aws:lambda/permission:Permission", { principal: "*" }, 1],
  ["aws:lambda/permission:Permission", { principal: "*", sourceAccount: "1" }, 0],
  ["aws:lambda/permission:Permission", { principal: "s3.amazonaws.com" }, 0],
  ["aws:lambda/layerVersionPermission:LayerVersionPermission", { principal: "*" }, 1],
  ["aws:lambda/functionUrl:FunctionUrl", { authorizationType: "NONE" }, 1],
  ["aws:lambda/functionUrl:FunctionUrl", { authorizationType: "AWS_IAM" }, 0],
  ["aws:ec2/vpcEndpoint:VpcEndpoint", { policy: aws.policy(everybody) }, 0],
])("judges a %s with %j", (type, props, count) => {
  expect(evaluate(iamWildcards, aws.resource(type, props))).toHaveLength(count);
});

it("lets the settings say which actions give away data", () => {
  const statement = { Action: "x:GetAll", Resource: "*" };
  expect(evaluate(iamWildcards, allowing(statement))).toEqual([]);
  expect(evaluate(iamWildcards, allowing(statement), { secret: ["x:Get*"] })).toHaveLength(1);
});

it("lets the settings say which actions only look", () => {
  const statement = { Action: "s3:Head*", Resource: bucket };
  expect(evaluate(iamWildcards, allowing(statement), { looking: ["Head"] })).toEqual([]);
});
