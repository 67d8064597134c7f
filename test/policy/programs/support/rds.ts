import * as aws from "@pulumi/aws";
import * as random from "@pulumi/random";
import { onAws } from "./aws.ts";

/** A database on RDS that every rule accepts; `changes` replace its properties. */
export function rds(changes: Partial<aws.rds.InstanceArgs>, forceTls = "1"): aws.rds.Instance {
  const { result } = new random.RandomPassword("database", { length: 32 });
  const { name } = new aws.rds.ParameterGroup(
    "cart",
    { family: "postgres17", parameters: [{ name: "rds.force_ssl", value: forceTls }] },
    onAws,
  );
  return new aws.rds.Instance(
    "cart",
    {
      engine: "postgres",
      engineVersion: "17",
      instanceClass: "db.m6g.large",
      allocatedStorage: 100,
      username: "cart",
      password: result,
      parameterGroupName: name,
      publiclyAccessible: false,
      storageEncrypted: true,
      autoMinorVersionUpgrade: true,
      backupRetentionPeriod: 30,
      deleteAutomatedBackups: false,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "cart-last",
      deletionProtection: true,
      ...changes,
    },
    onAws,
  );
}
