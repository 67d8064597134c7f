import { Type } from "typebox";
import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { at, textAt } from "../../kit/json.ts";
import { demandRule, type Demand } from "./demands.ts";

const config = Type.Object({
  days: Type.Integer({
    default: 366,
    minimum: 1,
    description: "Days after which a key must be renewed at the latest.",
  }),
});
type Config = (typeof config)["properties"];

/** Keys that sign, or that two sides share, can't be renewed by the cloud. */
const renewable = ["ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", undefined];

const awsKey: Demand<Config> = {
  path: "",
  holds: (key, { days }) =>
    !renewable.includes(textAt(key, "customerMasterKeySpec")) ||
    (at(key, "enableKeyRotation") === true &&
      Number(at(key, "rotationPeriodInDays") ?? 365) <= days),
  problem: "is not renewed in time, or never",
};

const gcpKey: Demand<Config> = {
  path: "",
  holds: (key, { days }) =>
    !renewable.includes(textAt(key, "purpose")) ||
    // Seconds: `7776000s`. What is no number is never renewed.
    Number.parseFloat(textAt(key, "rotationPeriod") ?? "") <= days * 86_400,
  problem: "is not renewed in time, or never",
};

export const keysRotated = demandRule<Config>({
  name: "keys-rotated",
  title: "Keys are renewed by themselves",
  why: "The longer one key is used, the more a leak of it opens; what nobody renews by hand is never renewed.",
  fix: "set enableKeyRotation to true on AWS, or a rotationPeriod of 90 days (7776000s) on Google Cloud",
  severity: "medium",
  frameworks: [
    cisAws("Rotation of symmetric customer-managed keys"),
    cisGcp("KMS encryption keys rotated within 90 days"),
  ],
  config,
  demands: { "aws:kms/key:Key": [awsKey], "gcp:kms/cryptoKey:CryptoKey": [gcpKey] },
});
