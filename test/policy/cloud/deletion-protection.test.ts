import { expect, it } from "vitest";
import { deletionProtection } from "../../../policy/rules/cloud/deletion-protection.ts";
import { withValue } from "../kit/change.ts";
import { evaluate } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(deletionProtection, [
  {
    of: aws.component,
    path: "deletionProtection",
    wrong: [false],
    says: "can be deleted by one command",
  },
  {
    of: aws.cluster,
    path: "deletionProtection",
    wrong: [false],
    says: "can be deleted by one command",
  },
  {
    of: aws.database,
    path: "deletionProtection",
    wrong: [false],
    says: "can be deleted by one command",
  },
  {
    of: gcp.cluster,
    path: "deletionProtection",
    wrong: [false],
    says: "can be deleted by one command",
  },
  {
    of: gcp.database,
    path: "deletionProtection",
    wrong: [false],
    says: "can be deleted by one command",
  },
  {
    of: gcp.database,
    path: "settings.deletionProtectionEnabled",
    wrong: [false],
    says: "can be deleted by hand",
  },
  { of: aws.bucket, path: "forceDestroy", wrong: [true], says: "is deleted with what is in it" },
  { of: gcp.bucket, path: "forceDestroy", wrong: [true], says: "is deleted with what is in it" },
  { of: aws.repository, path: "forceDelete", wrong: [true], says: "is deleted with what is in it" },
  {
    of: aws.key,
    path: "deletionWindowInDays",
    wrong: [7],
    says: "is gone for good soon after somebody deletes it",
    optional: true,
  },
  {
    of: gcp.key,
    path: "destroyScheduledDuration",
    wrong: ["86400s"],
    says: "is gone for good soon after somebody deletes it",
    optional: true,
  },
]);

it.each(["aws:rds/cluster:Cluster", "aws:docdb/cluster:Cluster", "aws:neptune/cluster:Cluster"])(
  "judges %s too",
  (type) => {
    expect(evaluate(deletionProtection, aws.resource(type, {}))).toHaveLength(1);
  },
);

it("asks for Pulumi's own protection where the settings say so", () => {
  const config = { protect: [aws.bucket.type] };
  expect(evaluate(deletionProtection, aws.bucket, config)).toEqual([
    expect.stringContaining("is not protected by Pulumi (protect)"),
  ]);
  expect(evaluate(deletionProtection, { ...aws.bucket, protect: true }, config)).toEqual([]);
});

it("lets the settings say how long a deleted key can be brought back", () => {
  const soon = withValue(aws.key, ["deletionWindowInDays"], 7);
  expect(evaluate(deletionProtection, soon, { keyDays: 7 })).toEqual([]);
});
