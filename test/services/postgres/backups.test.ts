import { Type } from "typebox";
import { Value } from "typebox/value";
import { beforeAll, describe, expect, test } from "vitest";
import type { Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, registeredOn, testConfig } from "../../support/under-mocks.ts";
import { BackupStore } from "../../../services/object-store/backup-store.ts";
import { Postgres } from "../../../services/postgres/postgres.ts";

let resources: Registration[];
beforeAll(async () => {
  const config = testConfig({ backups: { enabled: true } });
  resources = await registeredOn(config, (cluster, on) => {
    const { backups: section } = config;
    const repository = new BackupStore("backup-store", { cluster, storage: section.storage }, on);
    return new Postgres(
      "postgres",
      { cluster, ...config.postgres, rotation: 0, backups: { section, repository } },
      on,
    );
  });
});

test("backups are exactly these resources beside the server's own", () => {
  const own = leaves(resources).filter((name) => !/ postgres-(server|password|owner)/.test(name));
  expect(own).toEqual([
    "CronJob postgres-backups-backup-cron",
    "CronJob postgres-backups-drill-cron",
    "CronJob postgres-backups-restore-cron",
    "Job postgres-backups-backup-first",
    "NetworkPolicy postgres-backups-backup-to-object-store-egress",
    "NetworkPolicy postgres-backups-backup-to-object-store-ingress",
    "NetworkPolicy postgres-backups-drill-to-object-store-egress",
    "NetworkPolicy postgres-backups-drill-to-object-store-ingress",
    "NetworkPolicy postgres-backups-restore-to-object-store-egress",
    "NetworkPolicy postgres-backups-restore-to-object-store-ingress",
    "NetworkPolicy postgres-backups-to-server-egress",
    "NetworkPolicy postgres-backups-to-server-ingress",
    "NetworkPolicy postgres-to-object-store-egress",
    "NetworkPolicy postgres-to-object-store-ingress",
    "RandomPassword backup-store-access-key",
    "RandomPassword backup-store-certificate",
    "RandomPassword backup-store-owner-access-key",
    "RandomPassword backup-store-owner-secret-key",
    "RandomPassword backup-store-secret-key",
    "RandomPassword postgres-backups-certificates",
    "RandomPassword postgres-backups-cipher-key",
    "Secret backup-store-server-secrets",
    "Secret postgres-backups-backup-secrets",
    "Secret postgres-backups-drill-secrets",
    "Secret postgres-backups-restore-secrets",
    "Service backup-store-server-nodes",
    "Service backup-store-server-service",
    "ServiceAccount backup-store-server-account",
    "ServiceAccount postgres-backups-backup-account",
    "ServiceAccount postgres-backups-drill-account",
    "ServiceAccount postgres-backups-restore-account",
    "StatefulSet backup-store-server-set",
  ]);
});

function cronJob(name: string) {
  return inputsOf(resources, `postgres-backups-${name}-cron`);
}

describe("the clock", () => {
  test.each([
    // Seed 002: daily at two, in UTC.
    ["backup", "0 2 * * *", false],
    ["drill", "0 4 * * 0", false],
    // Runs only for `npm run restore`.
    ["restore", "0 0 30 2 *", true],
  ])("%s runs at %s, suspended %s", (name, schedule, suspend) => {
    expect(cronJob(name)).toMatchObject({
      spec: { schedule, suspend, timeZone: "Etc/UTC", concurrencyPolicy: "Forbid" },
    });
  });
});

const Pod = Type.Object({
  containers: Type.Array(
    Type.Object({
      name: Type.String(),
      args: Type.Array(Type.String()),
      env: Type.Array(Type.Unknown()),
    }),
  ),
  volumes: Type.Array(Type.Unknown()),
});
const Template = Type.Object({ template: Type.Object({ spec: Pod }) });

function podOf(name: string) {
  const Inputs = Type.Object({
    spec: Type.Object({ jobTemplate: Type.Object({ spec: Template }) }),
  });
  return Value.Parse(Inputs, cronJob(name)).spec.jobTemplate.spec.template.spec;
}

test("the server archives its log each minute, and hands its files out in a container of its own", () => {
  const set = inputsOf(resources, "postgres-server-set");
  const { containers } = Value.Parse(Type.Object({ spec: Template }), set).spec.template.spec;
  expect(containers.map(({ name }) => name)).toEqual(["postgres", "backup"]);
  const [server, handout] = containers;
  expect(server?.args).toEqual(
    expect.arrayContaining([
      "archive_mode=on",
      "archive_timeout=60s",
      "archive_command=pgbackrest --log-level-console=warn archive-push %p",
    ]),
  );
  expect(handout).toMatchObject({
    args: ["pgbackrest", "server"],
    ports: [{ name: "backup", containerPort: 8432 }],
  });
});

test.each(["backup", "drill", "restore"])("%s has the key that encrypts by its Secret", (name) => {
  const [container] = podOf(name).containers;
  const key = "PGBACKREST_REPO1_CIPHER_PASS";
  expect(container?.env).toContainEqual({
    name: "PGBACKREST_REPO1_CIPHER_TYPE",
    value: "aes-256-cbc",
  });
  expect(container?.env).toContainEqual({
    name: key,
    valueFrom: { secretKeyRef: { name: `${container?.name ?? ""}-secrets`, key } },
  });
});

test("one can go back for 30 days", () => {
  const [container] = podOf("backup").containers;
  expect(container?.env).toContainEqual({ name: "PGBACKREST_REPO1_RETENTION_FULL", value: "30" });
  expect(container?.env).toContainEqual({
    name: "PGBACKREST_REPO1_RETENTION_FULL_TYPE",
    value: "time",
  });
});

test("the drill has a volume of its own, which goes with its pod; the restore has that of the server", () => {
  const spec = {
    accessModes: ["ReadWriteOnce"],
    storageClassName: "local-path",
    resources: { requests: { storage: "20Gi" } },
  };
  expect(podOf("drill").volumes).toContainEqual({
    name: "data",
    ephemeral: { volumeClaimTemplate: { spec } },
  });
  expect(podOf("restore").volumes).toContainEqual({
    name: "data",
    persistentVolumeClaim: { claimName: "data-postgres-0" },
  });
});

test("the pods of backups have the key of the store's account, never the store's own", () => {
  for (const name of ["backup", "drill", "restore"]) {
    const text = JSON.stringify(inputsOf(resources, `postgres-backups-${name}-secrets`));
    expect(text).toContain("PGBACKREST_REPO1_S3_KEY_SECRET");
    expect(text).not.toContain("ROOT_");
  }
});

test("`up` does not wait for the first backup", () => {
  expect(inputsOf(resources, "postgres-backups-backup-first")).toMatchObject({
    metadata: {
      name: "postgres-first-backup",
      annotations: { "pulumi.com/skipAwait": "true" },
    },
  });
});
