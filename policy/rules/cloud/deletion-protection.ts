import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { numberAt, textAt } from "../../kit/json.ts";
import { type Demand, demandRule, must } from "./cloud-rule.ts";

const guarded = must({ deletionProtection: true });
const kept = must({ forceDestroy: false });

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
    "eks:index:Cluster": guarded,
    "aws:eks/cluster:Cluster": guarded,
    "gcp:container/cluster:Cluster": guarded,
    "aws:rds/instance:Instance": must({
      deletionProtection: true,
      skipFinalSnapshot: false,
      deleteAutomatedBackups: false,
    }),
    "gcp:sql/databaseInstance:DatabaseInstance": must({
      deletionProtection: true,
      // Of Google's own, against deletion by hand.
      "settings.deletionProtectionEnabled": true,
      "settings.finalBackupConfig.enabled": true,
      "settings.retainBackupsOnDelete": true,
    }),
    "aws:s3/bucket:Bucket": kept,
    "gcp:storage/bucket:Bucket": kept,
    "aws:ecr/repository:Repository": must({ forceDelete: false }),
    "aws:kms/key:Key": [keyWindow],
    "gcp:kms/cryptoKey:CryptoKey": [keyWindow],
  },
});
