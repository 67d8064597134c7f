import { beforeAll, describe, expect, test } from "vitest";
import * as pulumi from "@pulumi/pulumi";
import { maskSecrets } from "../../support/mocks.ts";
import { inputsOf } from "../../support/under-mocks.ts";
import { requestOf, type Provisioned } from "../eks/requests.ts";
import { namesOf, provisioned } from "./provisioned.ts";

const managed = { machine: "db-custom-4-16384", storageGi: 100, highAvailability: true };

let made: Provisioned;
beforeAll(async () => {
  made = await provisioned({ postgres: { managed } });
});

function of(name: string) {
  return inputsOf(made.resources, name);
}

function settled<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

test("without postgres.managed, Postgres is ours and Google's is not made", async () => {
  const run = await provisioned();
  expect(run.cluster.database).toEqual({ kind: "in-cluster" });
  expect(namesOf(run, "gcp:sql/databaseInstance:DatabaseInstance")).toEqual([]);
});

test("the instance is exactly this", () => {
  expect(of("database-server")).toEqual({
    databaseVersion: "POSTGRES_17",
    region: "us-central1",
    deletionProtection: true,
    settings: {
      edition: "ENTERPRISE",
      tier: "db-custom-4-16384",
      availabilityType: "REGIONAL",
      diskType: "PD_SSD",
      diskSize: 100,
      diskAutoresize: true,
      ipConfiguration: {
        ipv4Enabled: false,
        pscConfigs: [{ pscEnabled: true, allowedConsumerProjects: ["my-framewright"] }],
        sslMode: "ENCRYPTED_ONLY",
        serverCaMode: "GOOGLE_MANAGED_INTERNAL_CA",
      },
      backupConfiguration: {
        enabled: true,
        startTime: "02:00",
        backupRetentionSettings: { retainedBackups: 30, retentionUnit: "COUNT" },
        pointInTimeRecoveryEnabled: true,
        transactionLogRetentionDays: 7,
      },
      deletionProtectionEnabled: true,
      finalBackupConfig: { enabled: true, retentionDays: 30 },
      retainBackupsOnDelete: true,
      insightsConfig: { queryInsightsEnabled: true },
      maintenanceWindow: { day: 7, hour: 4, updateTrack: "stable" },
      userLabels: { "framewright-stack": "prod" },
    },
  });
});

test("a disk that Google has grown is not taken back", () => {
  expect(requestOf(made.requests, "database-server").ignoreChanges).toEqual(["settings.diskSize"]);
});

test("it has an address in our subnetwork and nowhere else", () => {
  expect(of("database-address")).toEqual({
    region: "us-central1",
    subnetwork: "network-nodes-id",
    addressType: "INTERNAL",
  });
  expect(of("database-endpoint")).toMatchObject({
    network: "network-vpc-id",
    target: "projects/google/serviceAttachments/database-server",
    loadBalancingScheme: "",
  });
});

test("what the services get is the primary's secret URL, its port, range and authority", async () => {
  const { database } = made.cluster;
  if (database.kind !== "managed") throw new Error(`it is ${database.kind}`);
  expect(database.port).toBe(5432);
  expect(database.network).toEqual({ cidr: "10.10.0.0/20", except: [] });
  expect(await pulumi.isSecret(database.url)).toBe(true);
  expect(await settled(database.url)).toMatch(
    /^postgres:\/\/framewright:[A-Za-z0-9]{32}@10\.10\.0\.9:5432\/framewright$/,
  );
  expect(await settled(database.ca)).toContain("-----BEGIN CERTIFICATE-----");
});

test("the password is random and secret", () => {
  expect(maskSecrets(of("database-owner"))).toMatchObject({
    instance: "database-server",
    name: "framewright",
    password: "<secret>",
  });
  expect(of("database-content")).toMatchObject({
    instance: "database-server",
    name: "framewright",
  });
});

describe("config decides", () => {
  test("one zone, where a standby is not asked for", async () => {
    const run = await provisioned({
      postgres: { managed: { ...managed, highAvailability: false } },
    });
    expect(inputsOf(run.resources, "database-server")).toMatchObject({
      settings: { availabilityType: "ZONAL" },
    });
  });

  test("nothing is protected and nothing kept, where the config says so", async () => {
    const run = await provisioned({
      environment: "development",
      deletionProtection: false,
      retainVolumes: false,
      postgres: { managed },
    });
    expect(inputsOf(run.resources, "database-server")).toMatchObject({
      deletionProtection: false,
      settings: {
        deletionProtectionEnabled: false,
        finalBackupConfig: { enabled: false },
        retainBackupsOnDelete: false,
      },
    });
  });
});
