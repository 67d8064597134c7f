import { beforeAll, describe, expect, test } from "vitest";
import { patroniSettings, sharedSettings } from "../../../services/postgres/members.ts";
import { Postgres } from "../../../services/postgres/postgres.ts";
import { asArguments, serverSettings } from "../../../services/postgres/settings.ts";
import type { Endpoint } from "../../../services/kit/app.ts";
import type { Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, registeredOn, testConfig } from "../../support/under-mocks.ts";

let resources: Registration[];
beforeAll(async () => {
  const config = testConfig();
  resources = await registeredOn(
    config,
    (cluster, on) => new Postgres("postgres", { cluster, ...config.postgres, rotation: 0 }, on),
  );
});

test("Postgres is exactly these resources", () => {
  expect(leaves(resources)).toEqual([
    "RandomPassword postgres-password",
    "Secret postgres-owner",
    "Service postgres-server-nodes",
    "Service postgres-server-service",
    "ServiceAccount postgres-server-account",
    "StatefulSet postgres-server-set",
  ]);
});

test("its volume is of the configured size and class, and outlives the stack", () => {
  expect(inputsOf(resources, "postgres-server-set")).toMatchObject({
    spec: {
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      volumeClaimTemplates: [
        {
          spec: {
            accessModes: ["ReadWriteOnce"],
            storageClassName: "local-path",
            resources: { requests: { storage: "20Gi" } },
          },
        },
      ],
    },
  });
});

test("no client outside the cluster reaches it", () => {
  expect(inputsOf(resources, "postgres-server-service")).toMatchObject({
    spec: { type: "ClusterIP", ports: [{ port: 5432 }] },
  });
});

test.each([
  ["1Gi", "256MB", "512MB"],
  ["2Gi", "512MB", "1024MB"],
  ["64Mi", "32MB", "64MB"],
])("with %s of memory, buffers are %s and the cache estimate is %s", (limit, buffers, cache) => {
  expect(serverSettings({ memoryLimit: limit, maxConnections: 200 })).toMatchObject({
    shared_buffers: buffers,
    effective_cache_size: cache,
  });
});

test("settings are passed as -c arguments", () => {
  expect(asArguments({ shared_buffers: "256MB", max_connections: "200" })).toEqual([
    ...["-c", "shared_buffers=256MB"],
    ...["-c", "max_connections=200"],
  ]);
});

describe("a database of three servers", () => {
  let three: Registration[];
  let endpointOfThree: Endpoint;
  beforeAll(async () => {
    const config = testConfig();
    three = await registeredOn(config, (cluster, on) => {
      const args = { cluster, ...config.postgres, replicas: 3, rotation: 0 };
      endpointOfThree = new Postgres("postgres", args, on).endpoint;
    });
  });

  test("has accounts of its own, rights in its namespace, edges between servers, and a budget", () => {
    const alone = new Set(leaves(resources));
    expect(leaves(three).filter((one) => !alone.has(one))).toEqual([
      "NetworkPolicy postgres-to-kubernetes-egress",
      "NetworkPolicy postgres-to-members-egress",
      "NetworkPolicy postgres-to-members-ingress",
      "NetworkPolicy postgres-to-servers-egress",
      "NetworkPolicy postgres-to-servers-ingress",
      "PodDisruptionBudget postgres-server-budget",
      "RandomPassword postgres-members",
      "RandomPassword postgres-replication",
      "RandomPassword postgres-rewind",
      "Role postgres-framewright-data-role",
      "RoleBinding postgres-framewright-data-binding",
      "Secret postgres-server-secrets",
      "Service postgres-writer",
      "ValidatingAdmissionPolicy postgres-policy",
      "ValidatingAdmissionPolicyBinding postgres-policy-binding",
    ]);
  });

  test("sends clients to the server that writes, and members to all", () => {
    const name = { "app.kubernetes.io/name": "postgres" };
    expect(inputsOf(three, "postgres-writer")).toMatchObject({
      spec: { selector: { ...name, role: "primary" }, ports: [{ port: 5432 }] },
    });
    expect(endpointOfThree.host).toBe("postgres-writer.framewright-data.svc.cluster.local");
    expect(inputsOf(three, "postgres-server-nodes").spec).toHaveProperty("selector", name);
  });

  test("settings that all members need alike are Patroni's, the others each server's own", () => {
    const settings = { max_connections: "250", shared_buffers: "256MB" };
    expect(sharedSettings(settings)).toMatchObject({
      synchronous_mode: true,
      postgresql: { parameters: { max_connections: "250" } },
    });
    const { parameters } = patroniSettings(settings).postgresql;
    expect(parameters).toHaveProperty("shared_buffers", "256MB");
    expect(parameters).not.toHaveProperty("max_connections");
  });
});
