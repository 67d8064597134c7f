import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { numberAt, textAt } from "../../kit/json.ts";
import { type Demand, demandRule, exactly } from "./cloud-rule.ts";

const guarded = exactly("deletionProtection", true, "can be deleted by one command");
const withContent = "is deleted with what is in it";
const withBackups = "takes its backups along when it goes";

/** Thirty days where nothing is said, of both clouds. */
const keyWindow: Demand = {
  path: "",
  holds: (key) => {
    const seconds = textAt(key, "destroyScheduledDuration");
    if (seconds !== undefined) return Number.parseFloat(seconds) >= 30 * 86_400;
    return (numberAt(key, "deletionWindowInDays") ?? 30) >= 30;
  },
  problem: "is gone for good soon after somebody deletes it",
};

export const deletionProtection = demandRule({
  name: "deletion-protection",
  title: "Clusters, databases, buckets, images and keys are protected from deletion",
  why: "One wrong name in a command, and what took years to collect is gone.",
  fix: "set deletionProtection to true, forceDestroy and forceDelete to false, let backups outlive their database (skipFinalSnapshot and deleteAutomatedBackups false on RDS, finalBackupConfig.enabled and retainBackupsOnDelete on Cloud SQL), and let deleted keys be brought back for 30 days",
  severity: "high",
  frameworks: [cisGcp("Deletion protection"), cisAws("Deletion protection of RDS and EKS")],
  demands: {
    "eks:index:Cluster": [guarded],
    "aws:eks/cluster:Cluster": [guarded],
    "gcp:container/cluster:Cluster": [guarded],
    "aws:rds/instance:Instance": [
      guarded,
      exactly("skipFinalSnapshot", false, "leaves no last snapshot"),
      exactly("deleteAutomatedBackups", false, withBackups),
    ],
    "gcp:sql/databaseInstance:DatabaseInstance": [
      guarded,
      exactly(
        "settings.deletionProtectionEnabled",
        true,
        "can be deleted by hand (settings.deletionProtectionEnabled)",
      ),
      exactly("settings.finalBackupConfig.enabled", true, "leaves no last backup"),
      exactly("settings.retainBackupsOnDelete", true, withBackups),
    ],
    "aws:s3/bucket:Bucket": [exactly("forceDestroy", false, withContent)],
    "gcp:storage/bucket:Bucket": [exactly("forceDestroy", false, withContent)],
    "aws:ecr/repository:Repository": [exactly("forceDelete", false, withContent)],
    "aws:kms/key:Key": [keyWindow],
    "gcp:kms/cryptoKey:CryptoKey": [keyWindow],
  },
});
