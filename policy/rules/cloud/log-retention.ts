import { Type } from "typebox";
import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import type { Settings } from "../../kit/rule.ts";
import { demandRule } from "./demands.ts";

const config = Type.Object({
  days: Type.Integer({
    default: 30,
    minimum: 1,
    description: "Days that logs are kept at least.",
  }),
});
type Config = (typeof config)["properties"];

export const logRetention = demandRule<Config>({
  name: "log-retention",
  title: "Logs are kept for a time that somebody chose",
  why: "What nobody chose is kept for ever and paid for, or is gone before anybody asks what happened.",
  fix: "set retentionInDays of the LogGroup, or retentionDays of the log bucket, to 30 or more",
  severity: "low",
  frameworks: [
    cisAws("Retention of CloudWatch log groups"),
    cisGcp("Retention policies of log buckets"),
  ],
  config,
  demands: {
    "aws:cloudwatch/logGroup:LogGroup": [
      {
        path: "retentionInDays",
        holds: (value: unknown, { days }: Settings<Config>) =>
          typeof value === "number" && value >= days,
        problem: "keeps its lines for ever, or not long enough",
      },
    ],
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": [
      {
        path: "retentionDays",
        holds: (value: unknown, { days }: Settings<Config>) =>
          typeof value === "number" && value >= days,
        problem: "keeps its lines for a time that nobody chose, or not long enough",
      },
    ],
  },
});
