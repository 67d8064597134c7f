import { expect, it } from "vitest";
import { bucketsVersioned } from "../../../policy/rules/cloud/buckets-versioned.ts";
import { evaluateStack } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks, programWithout } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(bucketsVersioned, [
  {
    of: aws.versioning,
    path: "versioningConfiguration.status",
    wrong: ["Suspended", "Disabled"],
    says: "doesn't keep old versions",
  },
  { of: gcp.bucket, path: "versioning.enabled", wrong: [false], says: "doesn't keep old versions" },
  { of: gcp.bucket, path: "versioning", says: "doesn't keep old versions" },
]);

it("reports a bucket without versioning", () => {
  for (const options of [{}, { unknownProvider: true }]) {
    expect(evaluateStack(bucketsVersioned, programWithout(aws.versioning), options)).toEqual([
      expect.stringContaining("has no BucketVersioning"),
    ]);
  }
});
