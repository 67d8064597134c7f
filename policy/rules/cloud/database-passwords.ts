import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { isPresent, textAt } from "../../kit/json.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { ifKnown } from "../../kit/unknown.ts";

/** The property with the password, by type. */
const passwords: Readonly<Record<string, string>> = {
  "aws:rds/instance:Instance": "password",
  "aws:rds/cluster:Cluster": "masterPassword",
  "aws:docdb/cluster:Cluster": "masterPassword",
  "aws:redshift/cluster:Cluster": "masterPassword",
  "aws:redshiftserverless/namespace:Namespace": "adminUserPassword",
  "aws:lightsail/database:Database": "masterPassword",
  "aws:elasticache/replicationGroup:ReplicationGroup": "authToken",
  "aws:elasticache/user:User": "passwords",
  "aws:mq/broker:Broker": "users",
  "aws:dms/endpoint:Endpoint": "password",
  "gcp:alloydb/cluster:Cluster": "initialUser",
  "gcp:sql/user:User": "password",
  "gcp:sql/databaseInstance:DatabaseInstance": "rootPassword",
};

/** A copy, and what is restored, has the password of what it is made from. */
const waysIn: Readonly<Record<string, readonly string[]>> = {
  "aws:rds/instance:Instance": [
    "password",
    "passwordWo",
    "manageMasterUserPassword",
    "replicateSourceDb",
    "snapshotIdentifier",
    "restoreToPointInTime",
  ],
  "gcp:sql/user:User": ["password", "passwordWo"],
};

export const databasePasswords = stackRule({
  name: "database-passwords",
  title: "Passwords of databases are made by the program, not written in it",
  why: "What is written in a program or in its config is known to whoever reads either, and is the same in every copy.",
  fix: "let a RandomPassword make it, or let AWS keep it (manageMasterUserPassword)",
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
    const ways = waysIn[type];
    if (ways === undefined || (textAt(props, "type") ?? "").startsWith("CLOUD_IAM")) return;
    if (!ways.some((key) => ifKnown(() => isPresent(props, key)) ?? true)) {
      report("lets in without a password");
    }
  },
  evaluate: (found, report) => {
    for (const { subject, fact: property, madeFrom } of found) {
      if ((madeFrom[property] ?? []).length === 0) {
        report(subject, `has a password that no resource made (${property})`);
      }
    }
  },
});
