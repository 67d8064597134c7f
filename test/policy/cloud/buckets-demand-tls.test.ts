import { expect, it } from "vitest";
import { bucketsDemandTls } from "../../../policy/rules/cloud/buckets-demand-tls.ts";
import { withValue } from "../kit/change.ts";
import { evaluateStack } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks, programWith, programWithout } from "./breaks.ts";

describeBreaks(bucketsDemandTls, [
  {
    of: aws.bucketPolicy,
    path: "policy",
    wrong: [
      "no JSON",
      aws.policy({ ...aws.tlsOnly, Effect: "Allow" }),
      aws.policy({ ...aws.tlsOnly, Principal: { AWS: "arn:aws:iam::123456789012:root" } }),
      aws.policy({ ...aws.tlsOnly, Action: ["s3:GetObject"] }),
      aws.policy({ ...aws.tlsOnly, Condition: { Bool: { "aws:SecureTransport": "true" } } }),
      aws.policy({ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" }),
    ],
    says: "doesn't refuse requests without TLS",
    mayBeUnknown: true,
  },
]);

it("reports a bucket without a policy", () => {
  for (const options of [{}, { unknownProvider: true }]) {
    expect(evaluateStack(bucketsDemandTls, programWithout(aws.bucketPolicy), options)).toEqual([
      expect.stringContaining("has no BucketPolicy that refuses requests without TLS"),
    ]);
  }
});

it.each([
  ["a single action", { ...aws.tlsOnly, Action: "s3:*" }],
  ["an account of everybody", { ...aws.tlsOnly, Principal: { AWS: "*" } }],
  ["no text", { ...aws.tlsOnly, Condition: { Bool: { "aws:SecureTransport": false } } }],
])("takes a refusal that is written with %s", (_, statement) => {
  const written = withValue(aws.bucketPolicy, ["policy"], aws.policy(statement));
  expect(evaluateStack(bucketsDemandTls, programWith(written))).toEqual([]);
});
