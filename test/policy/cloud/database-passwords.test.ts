import { expect, it } from "vitest";
import { databasePasswords } from "../../../policy/rules/cloud/database-passwords.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(databasePasswords, [
  {
    of: aws.database,
    path: "password",
    says: "lets in without a password",
    mayBeUnknown: true,
  },
  {
    of: gcp.user,
    path: "password",
    says: "lets in without a password",
    mayBeUnknown: true,
  },
]);

it.each([
  ["aws:rds/instance:Instance", "password"],
  ["aws:rds/cluster:Cluster", "masterPassword"],
  ["aws:docdb/cluster:Cluster", "masterPassword"],
  ["aws:redshift/cluster:Cluster", "masterPassword"],
  ["aws:redshiftserverless/namespace:Namespace", "adminUserPassword"],
  ["aws:lightsail/database:Database", "masterPassword"],
  ["aws:elasticache/replicationGroup:ReplicationGroup", "authToken"],
  ["aws:elasticache/user:User", "passwords"],
  ["aws:mq/broker:Broker", "users"],
  ["aws:dms/endpoint:Endpoint", "password"],
  ["gcp:alloydb/cluster:Cluster", "initialUser"],
  ["gcp:sql/user:User", "password"],
  ["gcp:sql/databaseInstance:DatabaseInstance", "rootPassword"],
])("reports a %s with a written password, without telling it", (type, property) => {
  const written = aws.resource(type, { [property]: "hunter2hunter2" });
  const [said, ...more] = evaluate(databasePasswords, written);
  expect(said).toContain(`${type} shop: has a password that no resource made (${property})`);
  expect(said).not.toContain("hunter2");
  expect(more).toEqual([]);
  for (const value of [unknown, "made"]) {
    const made = aws.resource(type, { [property]: value }, { [property]: aws.key });
    expect(evaluate(databasePasswords, made)).toEqual([]);
  }
});

it("asks no password of an account of Google's", () => {
  const user = aws.resource(gcp.user.type, { type: "CLOUD_IAM_SERVICE_ACCOUNT" });
  expect(evaluate(databasePasswords, user)).toEqual([]);
});

it.each(["manageMasterUserPassword", "replicateSourceDb", "snapshotIdentifier"])(
  "asks no password of a database with %s",
  (property) => {
    const database = aws.resource(aws.database.type, { [property]: unknown });
    expect(evaluate(databasePasswords, database)).toEqual([]);
  },
);
