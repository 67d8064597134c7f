import { expect, it } from "vitest";
import { logRetention } from "../../../policy/rules/cloud/log-retention.ts";
import { evaluate } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";

describeBreaks(logRetention, [
  {
    of: aws.logGroup,
    path: "retentionInDays",
    wrong: [0, 7],
    says: "keeps its lines for ever, or not long enough",
  },
]);

it("judges log buckets of Google too", () => {
  const type = "gcp:logging/projectBucketConfig:ProjectBucketConfig";
  expect(evaluate(logRetention, aws.resource(type, { retentionDays: 30 }))).toEqual([]);
  expect(evaluate(logRetention, aws.resource(type, {}))).toHaveLength(1);
});

it("lets the settings say how long", () => {
  expect(evaluate(logRetention, aws.logGroup, { days: 365 })).toHaveLength(1);
});
