import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { isPresent, listAt, numberAt, textAt } from "../../kit/json.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { atLeast, demandRule, guardRule, must, naming } from "./cloud-rule.ts";

export const databasesPrivate = demandRule({
  name: "databases-private",
  title: "Databases have no public address",
  why: "A database that everybody reaches is guessed at day and night, and one hole in it is enough.",
  fix: "set publiclyAccessible to false on RDS, and ipConfiguration.ipv4Enabled to false on Cloud SQL",
  severity: "critical",
  frameworks: [cisAws("RDS instances without public access")],
  demands: {
    "aws:rds/instance:Instance": must({ publiclyAccessible: false }),
    "gcp:sql/databaseInstance:DatabaseInstance": must({
      "settings.ipConfiguration.ipv4Enabled": false,
    }),
  },
});

const parameters = "aws:rds/parameterGroup:ParameterGroup";

export const databasesDemandTls = guardRule({
  name: "databases-demand-tls",
  title: "Databases refuse connections without TLS",
  why: "A client that forgets TLS sends passwords and data readable through the network.",
  fix: 'give RDS a parameter group of the program with rds.force_ssl "1", and set sslMode to ENCRYPTED_ONLY on Cloud SQL',
  severity: "high",
  frameworks: [cisAws("Encryption in transit of RDS")],
  demands: {
    [parameters]: [
      {
        path: "parameters",
        holds: (rows) =>
          listAt(rows).some(
            (row) => textAt(row, "name") === "rds.force_ssl" && textAt(row, "value") === "1",
          ),
        problem: "doesn't demand TLS",
      },
    ],
    "gcp:sql/databaseInstance:DatabaseInstance": must({
      "settings.ipConfiguration.sslMode": ["ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"],
    }),
  },
  guards: [
    naming(
      "aws:rds/instance:Instance",
      parameters,
      "parameterGroupName",
      "has no parameter group of this program that demands TLS",
    ),
  ],
});

/** Days, and on Cloud SQL backups, of which there is one each day. */
const kept = 7;
const backup = "settings.backupConfiguration";

export const databasesBackedUp = demandRule({
  name: "databases-backed-up",
  title: "Databases are backed up",
  why: "A wrong statement takes with it what no backup has; the day one needs one is too late to turn it on.",
  fix: "set backupRetentionPeriod to 7 or more on RDS; set backupConfiguration with pointInTimeRecoveryEnabled on Cloud SQL",
  severity: "high",
  frameworks: [cisGcp("Cloud SQL instances with automated backups"), cisAws("Backups of RDS")],
  demands: {
    "aws:rds/instance:Instance": [atLeast("backupRetentionPeriod", kept)],
    "gcp:sql/databaseInstance:DatabaseInstance": [
      ...must({ [`${backup}.enabled`]: true, [`${backup}.pointInTimeRecoveryEnabled`]: true }),
      {
        path: `${backup}.backupRetentionSettings`,
        // Google keeps seven where nothing is said.
        holds: (value) => (numberAt(value, "retainedBackups") ?? kept) >= kept,
        problem: "keeps too few backups",
      },
    ],
  },
});

const passwords: Readonly<Record<string, string>> = {
  "aws:rds/instance:Instance": "password",
  "gcp:sql/user:User": "password",
  "gcp:sql/databaseInstance:DatabaseInstance": "rootPassword",
};

export const databasePasswords = stackRule({
  name: "database-passwords",
  title: "Passwords of databases are made by the program, not written in it",
  why: "What is written in a program or in its config is known to whoever reads either, and is the same in every copy.",
  fix: "let a RandomPassword make it",
  severity: "high",
  frameworks: [cisAws("No credentials in code"), cisGcp("No secrets in code or configuration")],
  collect: ({ type, props }) => {
    const property = passwords[type];
    if (property === undefined) return undefined;
    // Unknown means that another resource makes it.
    const literal = ifKnown(() => isPresent(props, property)) === true;
    return literal ? property : undefined;
  },
  check: ({ type, props }, report) => {
    const property = passwords[type];
    if (property !== "password") return;
    if (ifKnown(() => isPresent(props, property)) === false) report("lets in without a password");
  },
  evaluate: (found, report) => {
    for (const { subject, fact: property, madeFrom } of found) {
      if ((madeFrom[property] ?? []).length === 0) {
        report(subject, `has a password that no resource made (${property})`);
      }
    }
  },
});

export const databaseRules = [
  databasesPrivate,
  databasesDemandTls,
  databasesBackedUp,
  databasePasswords,
];
