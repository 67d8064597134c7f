import { expect, it } from "vitest";
import { bucketsEncrypted } from "../../../policy/rules/cloud/buckets-encrypted.ts";
import { withValue } from "../kit/change.ts";
import { evaluate, evaluateStack, unknown } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks, programWithout } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(bucketsEncrypted, [
  {
    of: aws.encryption,
    path: "rules",
    wrong: [[], [{}], [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "none" } }]],
    says: "doesn't encrypt all objects as asked for",
  },
  {
    of: aws.encryption,
    path: "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm",
    says: "doesn't encrypt all objects as asked for",
  },
]);

it("reports a bucket of which nobody says how it is encrypted", () => {
  for (const options of [{}, { unknownProvider: true }]) {
    expect(evaluateStack(bucketsEncrypted, programWithout(aws.encryption), options)).toEqual([
      expect.stringContaining("has no BucketServerSideEncryptionConfiguration"),
    ]);
  }
});

const byKey = (kmsMasterKeyId?: unknown) =>
  withValue(aws.encryption, ["rules", 0, "applyServerSideEncryptionByDefault"], {
    sseAlgorithm: "aws:kms",
    ...(kmsMasterKeyId === undefined ? {} : { kmsMasterKeyId }),
  });
const googleKey = (defaultKmsKeyName: unknown) =>
  withValue(gcp.bucket, ["encryption"], { defaultKmsKeyName });

it.each([
  ["the cloud's own key on AWS", aws.encryption, 1],
  ["AWS's key of the account", byKey(), 1],
  ["a key of the program on AWS", byKey(unknown), 0],
  ["the cloud's own key on Google Cloud", gcp.bucket, 1],
  ["a key on Google Cloud", googleKey("projects/shop/locations/x/keyRings/y/cryptoKeys/z"), 0],
  ["a key of the program on Google Cloud", googleKey(unknown), 0],
])("asks for keys of one's own where the setting says so: %s", (_, resource, count) => {
  expect(evaluate(bucketsEncrypted, resource, { ownKeys: true })).toHaveLength(count);
});
