import { Type } from "typebox";
import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { at, listAt, textAt } from "../../kit/json.ts";
import type { Settings } from "../../kit/rule.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { onEach } from "./demands.ts";
import { guardRule } from "./guards.ts";
import { s3Buckets, s3Part } from "./s3.ts";

const encryption = s3Part("BucketServerSideEncryptionConfiguration");

const config = Type.Object({
  ownKeys: Type.Boolean({
    default: false,
    description: "Whether buckets need a key of one's own, and not the cloud's.",
  }),
});
type Config = (typeof config)["properties"];

/** A key may be made in the same program, and be known in the update alone. */
function hasKey(value: unknown, ...path: readonly string[]): boolean {
  return ifKnown(() => textAt(value, ...path) ?? "") !== "";
}

function isEncrypted(rule: unknown, { ownKeys }: Settings<Config>): boolean {
  const how = at(rule, "applyServerSideEncryptionByDefault");
  const algorithm = textAt(how, "sseAlgorithm") ?? "";
  if (!ownKeys) return ["AES256", "aws:kms", "aws:kms:dsse"].includes(algorithm);
  return algorithm.startsWith("aws:kms") && hasKey(how, "kmsMasterKeyId");
}

export const bucketsEncrypted = guardRule<Config>({
  name: "buckets-encrypted",
  title: "Buckets say how their objects are encrypted",
  why: "What nobody says follows the account's default, which another program may change; and a key of one's own can be taken away from whoever has copied the objects.",
  fix: "give each S3 bucket a BucketServerSideEncryptionConfiguration with sseAlgorithm AES256, or aws:kms and a key where keys of one's own are asked for; on Google Cloud set encryption.defaultKmsKeyName there",
  severity: "high",
  frameworks: [
    cisAws("Encryption of S3 buckets at rest"),
    cisGcp("Customer-managed encryption keys"),
  ],
  config,
  demands: {
    ...onEach(encryption, [
      {
        path: "rules",
        holds: (rules: unknown, settings: Settings<Config>) =>
          listAt(rules).length > 0 && listAt(rules).every((rule) => isEncrypted(rule, settings)),
        problem: "doesn't encrypt all objects as asked for",
      },
    ]),
    "gcp:storage/bucket:Bucket": [
      {
        path: "",
        holds: (bucket, { ownKeys }) =>
          !ownKeys || hasKey(bucket, "encryption", "defaultKmsKeyName"),
        problem: "is not encrypted with a key of one's own",
      },
    ],
  },
  guards: [
    {
      of: s3Buckets,
      by: encryption,
      property: "bucket",
      saidBy: "the guard",
      problem: "has no BucketServerSideEncryptionConfiguration",
    },
  ],
});
