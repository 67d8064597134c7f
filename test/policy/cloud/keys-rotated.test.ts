import { expect, it } from "vitest";
import { keysRotated } from "../../../policy/rules/cloud/keys-rotated.ts";
import { evaluate } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(keysRotated, [
  {
    of: aws.key,
    path: "enableKeyRotation",
    wrong: [false],
    says: "is not renewed in time, or never",
  },
  {
    of: aws.key,
    path: "rotationPeriodInDays",
    wrong: [400],
    says: "is not renewed in time, or never",
    optional: true,
  },
  {
    of: gcp.key,
    path: "rotationPeriod",
    wrong: ["315360000s", "never"],
    says: "is not renewed in time, or never",
  },
]);

it.each([
  ["aws:kms/key:Key", { customerMasterKeySpec: "RSA_4096" }],
  ["gcp:kms/cryptoKey:CryptoKey", { purpose: "ASYMMETRIC_SIGN" }],
])("asks nothing of a %s that no cloud can renew", (type, props) => {
  expect(evaluate(keysRotated, aws.resource(type, props))).toEqual([]);
});

it("lets the settings say how old a key may get", () => {
  expect(evaluate(keysRotated, aws.key, { days: 90 })).toHaveLength(1);
  expect(evaluate(keysRotated, gcp.key, { days: 30 })).toHaveLength(1);
});
