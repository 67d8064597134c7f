import { cisAws } from "../../kit/frameworks.ts";
import { at } from "../../kit/json.ts";
import { guardRule } from "./guards.ts";
import { statementsOf, textsOf, type Statement } from "./policy-documents.ts";
import { s3Buckets } from "./s3.ts";

const policy = "aws:s3/bucketPolicy:BucketPolicy";

function refusesPlainText(statement: Statement): boolean {
  const everybody = [...textsOf(statement, "Principal"), ...textsOf(statement, "Principal", "AWS")];
  return (
    at(statement, "Effect") === "Deny" &&
    everybody.includes("*") &&
    textsOf(statement, "Action").some((action) => ["*", "s3:*"].includes(action)) &&
    String(at(statement, "Condition", "Bool", "aws:SecureTransport")) === "false"
  );
}

export const bucketsDemandTls = guardRule({
  name: "buckets-demand-tls",
  title: "Buckets refuse whoever asks without TLS",
  why: "S3 also answers in plain text, where everybody on the way reads objects and signatures.",
  fix: 'give each S3 bucket a BucketPolicy that denies s3:* to "*" where aws:SecureTransport is false',
  severity: "medium",
  frameworks: [cisAws("S3 bucket policy denies HTTP requests")],
  demands: {
    [policy]: [
      {
        path: "policy",
        holds: (text) => statementsOf(text).some(refusesPlainText),
        problem: "doesn't refuse requests without TLS",
        // It names the bucket's ARN.
        mayBeUnknown: true,
      },
    ],
  },
  guards: [
    {
      of: s3Buckets,
      by: [policy],
      property: "bucket",
      saidBy: "the guard",
      problem: "has no BucketPolicy that refuses requests without TLS",
    },
  ],
});
