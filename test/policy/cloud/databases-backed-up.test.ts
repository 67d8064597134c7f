import { expect, it } from "vitest";
import { databasesBackedUp } from "../../../policy/rules/cloud/databases-backed-up.ts";
import { withValue } from "../kit/change.ts";
import { evaluate, remediated } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(databasesBackedUp, [
  {
    of: aws.database,
    path: "backupRetentionPeriod",
    wrong: [0, 1, 6],
    says: "doesn't keep backups long enough",
  },
  {
    of: aws.database,
    path: "skipFinalSnapshot",
    wrong: [true],
    says: "leaves no last snapshot",
  },
  {
    of: aws.database,
    path: "deleteAutomatedBackups",
    wrong: [true],
    says: "takes its backups along when it goes",
  },
  {
    of: gcp.database,
    path: "settings.backupConfiguration.enabled",
    wrong: [false],
    says: "is not backed up",
  },
  {
    of: gcp.database,
    path: "settings.backupConfiguration.pointInTimeRecoveryEnabled",
    wrong: [false],
    says: "can't be brought back to a moment",
  },
  {
    of: gcp.database,
    path: "settings.backupConfiguration.backupRetentionSettings.retainedBackups",
    wrong: [1],
    says: "keeps too few backups",
    optional: true,
  },
  {
    of: gcp.database,
    path: "settings.finalBackupConfig.enabled",
    wrong: [false],
    says: "leaves no last backup",
  },
  {
    of: gcp.database,
    path: "settings.retainBackupsOnDelete",
    wrong: [false],
    says: "takes its backups along when it goes",
  },
]);

it("asks for nothing that outlives a database where the setting says so", () => {
  const passing = withValue(aws.database, ["skipFinalSnapshot"], true);
  expect(evaluate(databasesBackedUp, passing, { afterDeletion: false })).toEqual([]);
  const unkept = withValue(aws.database, ["backupRetentionPeriod"], 0);
  expect(evaluate(databasesBackedUp, unkept, { afterDeletion: false })).toHaveLength(1);
});

it("keeps backups as long as the setting says", () => {
  expect(evaluate(databasesBackedUp, aws.database, { days: 31 })).toHaveLength(1);
  expect(evaluate(databasesBackedUp, gcp.database, { days: 31 })).toHaveLength(1);
});

it("takes the binary log of MySQL for its recovery", () => {
  const path = ["settings", "backupConfiguration"];
  const mysql = withValue(gcp.database, path, { enabled: true, binaryLogEnabled: true });
  expect(evaluate(databasesBackedUp, mysql)).toEqual([]);
});

it("puts right what has one right value", async () => {
  const bad = withValue(gcp.database, ["settings", "backupConfiguration", "enabled"], false);
  expect(await remediated(databasesBackedUp, bad)).toEqual(gcp.database.props);
});
