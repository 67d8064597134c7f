import { cisAws, cisEks, cisGcp } from "../../kit/frameworks.ts";
import { at, isPresent, keysAt, listAt, numberAt, textAt } from "../../kit/json.ts";
import { bucket } from "./buckets.ts";
import { type Demand, demandRule, given, guarded, guardRule, must } from "./cloud-rule.ts";

const encryption =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const algorithms = ["AES256", "aws:kms", "aws:kms:dsse"];

function isEncrypted(rule: unknown): boolean {
  const algorithm = textAt(rule, "applyServerSideEncryptionByDefault", "sseAlgorithm") ?? "";
  return algorithms.includes(algorithm);
}

/** Google encrypts every object and disk, whatever they say. */
export const storageEncrypted = guardRule({
  name: "storage-encrypted",
  title: "Disks, databases and buckets are encrypted at rest",
  why: "On AWS a disk is readable to whoever gets hold of a copy of it, a snapshot that was shared by mistake above all; and what a bucket doesn't say follows the account's default, which another program may change.",
  fix: "turn on encryption at rest: storageEncrypted of databases, ebs.encrypted of every disk of a launch template, and a BucketServerSideEncryptionConfiguration with sseAlgorithm AES256 or aws:kms for each S3 bucket",
  severity: "high",
  frameworks: [cisAws("Encryption at rest of EBS volumes, RDS instances and S3 buckets")],
  guards: [guarded(bucket, encryption, "bucket")],
  demands: {
    [encryption]: [
      {
        path: "rules",
        holds: (rules) => listAt(rules).length > 0 && listAt(rules).every(isEncrypted),
        problem: "doesn't encrypt all objects as asked for",
      },
    ],
    "aws:ec2/launchTemplate:LaunchTemplate": [
      {
        path: "blockDeviceMappings",
        // Amazon's image has a disk that is not encrypted, unless the template names it.
        holds: (value) => {
          const kept = listAt(value).filter((disk) => !isPresent(disk, "noDevice"));
          const isOn = (disk: unknown) => String(at(disk, "ebs", "encrypted")) === "true";
          return kept.length > 0 && kept.every(isOn);
        },
        problem: "has disks that are not said to be encrypted",
      },
    ],
    "aws:rds/instance:Instance": must({ storageEncrypted: true }),
  },
});

const keyDays = 366;
const notRenewed = "is not renewed in time, or never";

export const keysRotated = demandRule({
  name: "keys-rotated",
  title: "Keys are renewed by themselves",
  why: "The longer one key is used, the more a leak of it opens; what nobody renews by hand is never renewed.",
  fix: "set enableKeyRotation to true on AWS, or a rotationPeriod of 90 days (7776000s) on Google Cloud",
  severity: "medium",
  frameworks: [cisAws("Rotation of symmetric customer-managed keys")],
  demands: {
    "aws:kms/key:Key": [
      {
        path: "",
        holds: (key) =>
          at(key, "enableKeyRotation") === true &&
          (numberAt(key, "rotationPeriodInDays") ?? 365) <= keyDays,
        problem: notRenewed,
      },
    ],
    "gcp:kms/cryptoKey:CryptoKey": [
      {
        path: "",
        // Seconds: `7776000s`. What is no number is never renewed.
        holds: (key) => Number.parseFloat(textAt(key, "rotationPeriod") ?? "") <= keyDays * 86_400,
        problem: notRenewed,
      },
    ],
  },
});

export const registriesGuarded = demandRule({
  name: "registries-guarded",
  title: "Registries never change what a tag names, scan what is pushed and encrypt it",
  why: "Whoever can push overwrites the tag that production pulls next, and nobody sees it.",
  fix: "set imageTagMutability to IMMUTABLE, scanOnPush to true and an encryptionType on ECR, and dockerConfig.immutableTags to true on Artifact Registry",
  severity: "high",
  frameworks: [cisEks("Image vulnerability scanning using Amazon ECR")],
  demands: {
    "aws:ecr/repository:Repository": [
      ...must({ imageTagMutability: "IMMUTABLE", "imageScanningConfiguration.scanOnPush": true }),
      {
        path: "encryptionConfigurations",
        holds: (value: unknown) =>
          listAt(value).some((one) =>
            ["AES256", "KMS", "KMS_DSSE"].includes(textAt(one, "encryptionType") ?? ""),
          ),
        problem: "doesn't say how it encrypts images",
      },
    ],
    "gcp:artifactregistry/repository:Repository": must({ "dockerConfig.immutableTags": true }),
  },
});

/** A provider's lists and objects reach the engine as JSON in a text. */
function decoded(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined; // Nothing that a provider would take.
  }
}

/** Labels, or tags below a key of their own. */
function marks(path: string, ...below: readonly string[]): Demand {
  const holds = (value: unknown) => keysAt(decoded(value), ...below).length > 0;
  return { path, holds, problem: `doesn't mark what it makes (${path})` };
}

function isOneAccount(value: unknown): boolean {
  const accounts = decoded(value);
  return Array.isArray(accounts) && accounts.length === 1;
}

export const providersBound = demandRule({
  name: "providers-bound",
  title: "Providers work in one account, project or cluster alone, and mark what they make",
  why: "With the wrong profile in a shell, the program is made a second time in somebody else's account; what carries no mark is never found again.",
  fix: "set allowedAccountIds to one account and defaultTags of the AWS provider, project and defaultLabels of the Google one, kubeconfig of the Kubernetes one",
  severity: "medium",
  frameworks: [cisAws("Separate accounts"), cisGcp("Separate projects")],
  demands: {
    "pulumi:providers:aws": [
      {
        path: "allowedAccountIds",
        holds: isOneAccount,
        problem: "works in any account",
      },
      marks("defaultTags", "tags"),
    ],
    "pulumi:providers:gcp": [given("project", "works in any project"), marks("defaultLabels")],
    "pulumi:providers:kubernetes": [
      {
        path: "",
        holds: (inputs) =>
          ["kubeconfig", "renderYamlToDirectory"].some((key) => keysAt(inputs).includes(key)),
        problem: "works on whichever cluster the shell is set to",
      },
    ],
  },
});

export const otherRules = [storageEncrypted, keysRotated, registriesGuarded, providersBound];
