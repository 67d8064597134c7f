import { beforeAll, describe, expect, test } from "vitest";
import { patroniSettings, sharedSettings } from "../../../services/postgres/members.ts";
import { Postgres } from "../../../services/postgres/postgres.ts";
import { asArguments, serverSettings } from "../../../services/postgres/settings.ts";
import { clientsOfOne, type TlsMode } from "../../../services/postgres/tls.ts";
import { InsideAuthority } from "../../../services/kit/tls/inside-tls.ts";
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

interface Container {
  readonly args?: string[];
  readonly env: { readonly name: string; readonly value?: string }[];
  readonly readinessProbe: object;
}

/** The server's container, and the text of everything else that the database is made of. */
async function withTls(tls: TlsMode, replicas: 1 | 3 = 1) {
  const config = testConfig();
  const all = await registeredOn(config, (cluster, on) => {
    const authority = new InsideAuthority("inside", 0, on);
    const own = { ...config.postgres, tls, replicas, rotation: 0, authority };
    new Postgres("postgres", { cluster, ...own }, on);
  });
  const set = inputsOf(all, "postgres-server-set") as {
    spec: { template: { spec: { containers: Container[]; volumes: object[] } } };
  };
  const { containers, volumes } = set.spec.template.spec;
  const [container] = containers;
  if (container === undefined) throw new Error("the pod has no container");
  const variables = new Map(container.env.map(({ name, value }) => [name, value]));
  return { all, container, volumes, variables };
}

describe("with TLS", () => {
  test("the server shows the certificate in its Secret, and is told when that changes", async () => {
    const { all, container, volumes, variables } = await withTls("required");
    expect(leaves(all)).toContain("Secret postgres-tls");
    expect(container.args).toEqual(
      expect.arrayContaining([
        "ssl=on",
        "ssl_cert_file=/etc/framewright-tls/tls.crt",
        "ssl_key_file=/etc/framewright-tls/tls.key",
        "ssl_min_protocol_version=TLSv1.3",
        "hba_file=/etc/framewright/pg_hba.conf",
      ]),
    );
    expect(volumes).toContainEqual({
      name: "postgres-tls",
      secret: { secretName: "postgres-tls", defaultMode: 0o440 },
    });
    expect(variables.get("TLS_FOLDER")).toBe("/etc/framewright-tls");
  });

  test.each([
    { mode: "offered", line: "host" },
    { mode: "required", line: "hostssl" },
  ] as const)("$mode, clients are let in by lines that begin with $line", ({ mode, line }) => {
    expect(clientsOfOne(mode).split("\n")[1]).toBe(`${line} all all all scram-sha-256`);
  });

  test.each([
    { mode: "offered", sslmode: "prefer", authorities: undefined },
    {
      mode: "required",
      sslmode: "verify-full",
      authorities: "/etc/framewright-tls/ca.crt",
    },
  ] as const)(
    "$mode, members of three connect to each other with $sslmode",
    async ({ mode, sslmode, authorities }) => {
      const { container, variables } = await withTls(mode, 3);
      expect(variables.get("PATRONI_REPLICATION_SSLMODE")).toBe(sslmode);
      expect(variables.get("PATRONI_REPLICATION_SSLROOTCERT")).toBe(authorities);
      expect(variables.get("PATRONI_RESTAPI_CAFILE")).toBe("/etc/framewright-tls/ca.crt");
      expect(container.readinessProbe).toMatchObject({ httpGet: { scheme: "HTTPS" } });
    },
  );

  test("Patroni has the server's settings, and lets followers in by TLS alone", () => {
    const { pg_hba } = patroniSettings({}, "required").postgresql;
    expect(pg_hba).toEqual([
      "local all all trust",
      "hostssl replication patroni_replication all scram-sha-256",
      "hostssl all all all scram-sha-256",
    ]);
  });

  test("without an authority there is no certificate, and no server", async () => {
    const config = testConfig();
    await registeredOn(config, (cluster, on) => {
      const own = { cluster, ...config.postgres, tls: "required", rotation: 0 } as const;
      expect(() => new Postgres("postgres", own, on)).toThrow(
        "postgres with TLS required needs an authority",
      );
    });
  });
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
