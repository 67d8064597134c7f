import { iamWildcards } from "../../../policy/rules/cloud/iam-policies.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import * as aws from "./aws.ts";
import { accepted, changed, right, wrong } from "./compliant.ts";

type Statement = Readonly<Record<string, unknown>>;

function allowing(statement: Statement): string {
  return aws.policy({ Effect: "Allow", ...statement });
}

const bucket = "arn:aws:s3:::shop";
const anyRole = "arn:aws:iam::123456789012:role/*";
const overTls = { Bool: { "aws:SecureTransport": "true" } };
const ofAll = { StringLike: { "iam:PassedToService": "*" } };
const tied = { StringEquals: { "aws:ResourceTag/product": "shop" } };

function fails([statement, says]: readonly [Statement, string | readonly string[]]) {
  const program = changed(aws.rolePolicy, "policy", allowing(statement));
  return [`a policy that allows ${JSON.stringify(statement)}`, program, says] as const;
}

const inRole = [{ name: "all", policy: allowing({ Action: "*", Resource: bucket }) }];
const forEverybody = allowing({ Principal: "*", Action: "kms:Decrypt", Resource: "*" });
const forOne = allowing({ Principal: { AWS: "1" }, Action: "kms:*", Resource: "*" });

describeRule(iamWildcards, {
  passes: [
    accepted,
    ...right(aws.rolePolicy, "policy", [
      unknown,
      allowing({ Action: ["ec2:Describe*", "s3:List*"], Resource: "*" }),
      allowing({ Action: "s3:PutObject", Resource: `${bucket}/*` }),
      allowing({ Action: ["s3:GetObject*"], Resource: `${bucket}/*` }),
      allowing({ Action: ["s3:GetBucket*", "sts:GetCallerIdentity"], Resource: "*" }),
      allowing({ Action: "logs:PutLogEvents", Resource: "arn:aws:logs:x:1:log-group:/shop:*" }),
      allowing({
        Action: "ec2:StopInstances",
        Resource: "arn:aws:ec2:*:1:instance/*",
        Condition: tied,
      }),
      allowing({ Effect: "Deny", Action: "*", Resource: "*" }),
    ]),
    ...right(aws.key, "policy", [unknown, forOne]),
  ],
  fails: [
    ...wrong(aws.rolePolicy, "policy", ["", "no JSON", "{}"], "is no policy that can be read"),
    ...wrong(aws.role, "inlinePolicies", [inRole], "has policies in itself (inlineP"),
    ...wrong(aws.key, "policy", [forEverybody], "allows everybody something"),
    ...(
      [
        [{ Action: "*", Resource: bucket }, "allows *"],
        [{ Action: ["s3:*"], Resource: bucket }, "allows s3:*"],
        [{ Action: "s3:Put*", Resource: bucket }, "allows s3:Put*"],
        [{ Action: "iam:Pass?ole", Resource: bucket }, "allows iam:Pass?ole"],
        [{ NotAction: "iam:*", Resource: bucket }, "allows all actions but some"],
        [{ Action: "s3:PutObject", NotResource: bucket }, "allows all resources but some"],
        [{ Action: "s3:DeleteBucket", Resource: "*" }, "allows s3:DeleteBucket on *"],
        [{ Action: "s3:PutObject", Resource: "*", Condition: tied }, "allows s3:PutObject on *"],
        [{ Action: "s3:PutObject", Resource: "arn:aws:s3:::*" }, "without a condition"],
        [{ Action: "s3:PutObject", Resource: [bucket, "arn:aws:s3:::a-*"] }, "without a condition"],
        [{ Action: "ec2:StopInstances", Resource: "arn:aws:ec2:x:1:instance/*" }, "without a con"],
        [{ Action: "sqs:SendMessage", Resource: "arn:aws:sqs:*:123456789012:a" }, "without a con"],
        [{ Action: "iam:PassRole", Resource: anyRole }, "without a condition"],
        [{ Action: "iam:PassRole", Resource: anyRole, Condition: overTls }, "without a condition"],
        [{ Action: "iam:PassRole", Resource: anyRole, Condition: ofAll }, "without a condition"],
        [
          { Action: "secretsmanager:GetSecretValue", Resource: "*" },
          "allows secretsmanager:GetSec",
        ],
        [{ Action: "s3:Get*", Resource: "*" }, "allows s3:Get* on *"],
        [{ Action: "ssm:GetParameters", Resource: "arn:aws:ssm:x:1:*" }, "without a condition"],
      ] as const
    ).map(fails),
  ],
});
