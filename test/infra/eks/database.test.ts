import type * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import type { StackConfig } from "../../../config/load.ts";
import { maskSecrets } from "../../support/mocks.ts";
import { inputsOf, testConfig } from "../../support/under-mocks.ts";
import { eksEntries } from "../../config/support.ts";
import { provisioned, provisionedWith, requestOf, type Provisioned } from "./requests.ts";

const managed = {
  machine: "db.m6g.large",
  storageGi: 100,
  highAvailability: true,
  ca: "-----BEGIN CERTIFICATE-----",
};

function configWith(change: Partial<typeof managed>, entries = {}): StackConfig {
  const config = testConfig({ ...eksEntries, ...entries });
  return { ...config, postgres: { ...config.postgres, managed: { ...managed, ...change } } };
}

function settled<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

let made: Provisioned;
beforeAll(async () => {
  made = await provisionedWith(configWith({}));
});

function of(name: string) {
  return inputsOf(made.resources, name);
}

test("the server is exactly this", () => {
  expect(maskSecrets(of("database-server"))).toEqual({
    engine: "postgres",
    engineVersion: "17",
    autoMinorVersionUpgrade: true,
    instanceClass: "db.m6g.large",
    allocatedStorage: 100,
    storageType: "gp3",
    storageEncrypted: true,
    multiAz: true,
    dbName: "framewright",
    username: "framewright",
    password: "<secret>",
    port: 5432,
    dbSubnetGroupName: "database-subnets",
    vpcSecurityGroupIds: ["database-security-group-id"],
    parameterGroupName: "database-parameters",
    publiclyAccessible: false,
    backupRetentionPeriod: 30,
    backupWindow: "02:00-03:00",
    copyTagsToSnapshot: true,
    performanceInsightsEnabled: true,
    performanceInsightsRetentionPeriod: 7,
    deletionProtection: true,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: expect.stringMatching(/^framewright-prod-last-[0-9a-f]+$/) as string,
    deleteAutomatedBackups: false,
  });
});

test("refuses clients without TLS", () => {
  expect(of("database-parameters")).toMatchObject({
    family: "postgres17",
    parameters: [{ name: "rds.force_ssl", value: "1" }],
  });
});

test("is reached by the cluster's nodes only", () => {
  expect(of("database-from-nodes")).toMatchObject({
    securityGroupId: "database-security-group-id",
    referencedSecurityGroupId: "sg-eks-cluster",
    ipProtocol: "tcp",
    fromPort: 5432,
    toPort: 5432,
  });
  const rules = made.resources.filter(({ type }) => /securityGroup.*Rule/.test(type));
  expect(rules.map(({ name }) => name)).toEqual(["database-from-nodes"]);
  expect(of("database-security-group")).not.toHaveProperty("ingress");
});

test("is in the private subnets", () => {
  expect(of("database-subnets").subnetIds).toEqual([
    "network-private-use1-az1-id",
    "network-private-use1-az2-id",
  ]);
});

test("is there when its URL is used, and can be reached then", () => {
  expect(requestOf(made.requests, "database-server").dependsOn).toContain("database-from-nodes");
});

describe("what services learn of it", () => {
  function managedOf({ cluster: { database } }: Provisioned) {
    if (database.kind !== "managed") throw new Error("no managed database");
    return database;
  }

  test("is a secret URL of the primary, the authorities, and where it is", async () => {
    const database = managedOf(made);
    expect(database).toMatchObject({ port: 5432, network: { cidr: "10.10.0.0/16", except: [] } });
    expect(await settled(database.url)).toMatch(
      /^postgres:\/\/framewright:[^@]{32}@database\.rds\.example\.com:5432\/framewright$/,
    );
    expect(await (database.url as unknown as { isSecret: Promise<boolean> }).isSecret).toBe(true);
    expect(await settled(database.ca)).toBe(managed.ca);
  });

  test("is that Postgres is in the cluster, when the config does not ask for it", async () => {
    const { cluster, resources } = await provisioned();
    expect(cluster.database).toEqual({ kind: "in-cluster" });
    expect(resources.filter(({ type }) => type.startsWith("aws:rds"))).toEqual([]);
  });
});

test("data that need not outlive the stack go without a snapshot", async () => {
  const entries = { environment: "development", deletionProtection: false, retainVolumes: false };
  const { resources } = await provisionedWith(configWith({ highAvailability: false }, entries));
  const server = inputsOf(resources, "database-server");
  expect(server).toMatchObject({
    multiAz: false,
    deletionProtection: false,
    skipFinalSnapshot: true,
    deleteAutomatedBackups: true,
  });
  expect(server).not.toHaveProperty("finalSnapshotIdentifier");
});

test("without the authorities that AWS publishes there is no database", async () => {
  const config = configWith({});
  const { machine, storageGi, highAvailability } = managed;
  const without = { machine, storageGi, highAvailability };
  const broken = { ...config, postgres: { ...config.postgres, managed: without } };
  await expect(provisionedWith(broken)).rejects.toThrow("postgres.managed.caFile");
});
