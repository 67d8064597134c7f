import { Type } from "typebox";
import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { numberAt, textAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import type { Settings } from "../../kit/rule.ts";
import { checkDemands, type Demand, type Demands, exactly, onEach } from "./demands.ts";
import { s3Buckets } from "./s3.ts";

const config = Type.Object({
  keyDays: Type.Integer({
    default: 30,
    minimum: 1,
    description: "Days in which a key that was deleted can be brought back, at least.",
  }),
  protect: Type.Array(Type.String(), {
    default: [],
    description: "Type tokens of resources that need Pulumi's own `protect` as well.",
  }),
});
type Config = (typeof config)["properties"];

const guarded = [exactly("deletionProtection", true, "can be deleted by one command")];
const withContent = [exactly("forceDestroy", false, "is deleted with what is in it")];

const keyWindow: Demand<Config> = {
  path: "",
  holds: (key, { keyDays }) => {
    const seconds = textAt(key, "destroyScheduledDuration");
    // Thirty days where nothing is said, of both clouds.
    const days =
      seconds === undefined
        ? (numberAt(key, "deletionWindowInDays") ?? 30)
        : Number.parseFloat(seconds) / 86_400;
    return days >= keyDays;
  },
  problem: "is gone for good soon after somebody deletes it",
};

const demands: Demands<Config> = {
  "eks:index:Cluster": guarded,
  "aws:eks/cluster:Cluster": guarded,
  "gcp:container/cluster:Cluster": guarded,
  "aws:rds/instance:Instance": guarded,
  "aws:rds/cluster:Cluster": guarded,
  "aws:docdb/cluster:Cluster": guarded,
  "aws:neptune/cluster:Cluster": guarded,
  "gcp:sql/databaseInstance:DatabaseInstance": [
    ...guarded,
    exactly(
      "settings.deletionProtectionEnabled",
      true,
      "can be deleted by hand (settings.deletionProtectionEnabled)",
    ),
  ],
  ...onEach(s3Buckets, withContent),
  "gcp:storage/bucket:Bucket": withContent,
  "aws:ecr/repository:Repository": [exactly("forceDelete", false, "is deleted with what is in it")],
  "aws:kms/key:Key": [keyWindow],
  "gcp:kms/cryptoKey:CryptoKey": [keyWindow],
};
const check = checkDemands(demands);

function lacksProtect(
  { type, protect }: { type: string; protect: boolean },
  config: Settings<Config>,
): boolean {
  return config.protect.includes(type) && !protect;
}

export const deletionProtection = resourceRule<Config>({
  name: "deletion-protection",
  title: "Clusters, databases, buckets, images and keys are protected from deletion",
  why: "One wrong name in a command, and what took years to collect is gone.",
  fix: "set deletionProtection to true, forceDestroy and forceDelete to false, and let deleted keys be brought back for 30 days",
  severity: "high",
  frameworks: [cisGcp("Deletion protection"), cisAws("Deletion protection of RDS and EKS")],
  config,
  check: (subject, report, settings) => {
    check(subject, report, settings);
    if (lacksProtect(subject, settings)) report("is not protected by Pulumi (protect)");
  },
});
