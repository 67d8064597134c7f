import { Type } from "typebox";
import { cisGcp, cisAws } from "../../kit/frameworks.ts";
import { at, numberAt } from "../../kit/json.ts";
import type { Settings } from "../../kit/rule.ts";
import { demandRule, exactly, type Demand } from "./demands.ts";

const config = Type.Object({
  days: Type.Integer({
    default: 7,
    minimum: 1,
    description: "Days that backups are kept at least.",
  }),
  afterDeletion: Type.Boolean({
    default: true,
    description: "Whether backups, and a last one, outlive the database.",
  }),
});
type Config = (typeof config)["properties"];

function keptFor(path: string): Demand<Config> {
  return {
    path,
    holds: (value, { days }) => typeof value === "number" && value >= days,
    problem: `doesn't keep backups long enough (${path})`,
  };
}

/** What matters only where backups are to outlive their database. */
function lasting({ path, holds, problem }: Demand): Demand<Config> {
  return {
    path,
    problem,
    holds: (value, config: Settings<Config>) => !config.afterDeletion || holds(value, config),
  };
}

const lastSnapshot = [
  lasting(exactly("skipFinalSnapshot", false, "leaves no last snapshot")),
  lasting(exactly("deleteAutomatedBackups", false, "takes its backups along when it goes")),
];

const backup = "settings.backupConfiguration";

export const databasesBackedUp = demandRule<Config>({
  name: "databases-backed-up",
  title: "Databases are backed up, and backups outlive them",
  why: "A wrong statement or a deleted instance takes with it what no backup has; the day one needs one is too late to turn it on.",
  fix: "set backupRetentionPeriod, skipFinalSnapshot false and deleteAutomatedBackups false on RDS; set backupConfiguration with pointInTimeRecoveryEnabled, finalBackupConfig.enabled and retainBackupsOnDelete on Cloud SQL",
  severity: "high",
  frameworks: [cisGcp("Cloud SQL instances with automated backups"), cisAws("Backups of RDS")],
  config,
  demands: {
    "aws:rds/instance:Instance": [keptFor("backupRetentionPeriod"), ...lastSnapshot],
    "aws:rds/cluster:Cluster": [keptFor("backupRetentionPeriod"), ...lastSnapshot],
    "aws:docdb/cluster:Cluster": [keptFor("backupRetentionPeriod")],
    "aws:neptune/cluster:Cluster": [keptFor("backupRetentionPeriod")],
    "gcp:sql/databaseInstance:DatabaseInstance": [
      exactly(`${backup}.enabled`, true, "is not backed up"),
      {
        path: backup,
        holds: (value: unknown) =>
          at(value, "pointInTimeRecoveryEnabled") === true ||
          at(value, "binaryLogEnabled") === true,
        problem: "can't be brought back to a moment, only to its last backup",
      },
      {
        path: `${backup}.backupRetentionSettings`,
        // Google keeps seven where nothing is said.
        holds: (value, { days }) => (numberAt(value, "retainedBackups") ?? 7) >= days,
        problem: "keeps too few backups",
      },
      lasting(exactly("settings.finalBackupConfig.enabled", true, "leaves no last backup")),
      lasting(
        exactly("settings.retainBackupsOnDelete", true, "takes its backups along when it goes"),
      ),
    ],
  },
});
