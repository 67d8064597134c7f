import {
  databasePasswords,
  databasesBackedUp,
  databasesDemandTls,
  databasesPrivate,
} from "../../../policy/rules/cloud/databases.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import * as aws from "./aws.ts";
import { accepted, programWith, programWithout, right, wrong } from "./compliant.ts";
import * as gcp from "./gcp.ts";

describeRule(databasesPrivate, {
  passes: [accepted],
  fails: wrong(aws.database, "publiclyAccessible", [unknown]),
});

const parameter = (value: string) => [{ name: "rds.force_ssl", value }];

describeRule(databasesDemandTls, {
  passes: [accepted],
  fails: [
    ...wrong(aws.parameterGroup, "parameters", [undefined, [], parameter("0")], "doesn't demand"),
    ["no parameter group", programWithout(aws.parameterGroup), "has no parameter group of this"],
    [
      "somebody else's parameter group",
      programWith({
        ...aws.database,
        props: { ...aws.database.props, parameterGroupName: "default.postgres17" },
        madeFrom: { password: aws.database.madeFrom?.["password"] ?? [] },
      }),
      "has no parameter group of this program",
    ],
  ],
});

const backup = "settings.backupConfiguration";

describeRule(databasesBackedUp, {
  passes: [accepted, ...right(gcp.database, `${backup}.backupRetentionSettings`, [undefined])],
  fails: [
    ...wrong(aws.database, "backupRetentionPeriod", [6]),
    ...wrong(gcp.database, `${backup}.pointInTimeRecoveryEnabled`, [false]),
    ...wrong(
      gcp.database,
      `${backup}.backupRetentionSettings.retainedBackups`,
      [6],
      "keeps too few backups",
    ),
  ],
});

const { password: ofRds, ...otherProps } = aws.database.props;
describeRule(databasePasswords, {
  passes: [accepted, ...right(aws.database, "password", [unknown])],
  fails: [
    ["a written password of RDS", { ...aws.database, madeFrom: {} }, "that no resource made"],
    ["a written password of Cloud SQL", { ...gcp.user, madeFrom: {} }, "that no resource made"],
    [
      "a written password of its root",
      { ...gcp.database, props: { ...gcp.database.props, rootPassword: ofRds } },
      "has a password that no resource made (rootPassword)",
    ],
    ["RDS without one", { ...aws.database, props: otherProps }, "lets in without a password"],
    ["a user without one", { ...gcp.user, props: { name: "shop" } }, "lets in without a password"],
  ],
});
