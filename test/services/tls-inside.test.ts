import { beforeAll, describe, expect, test } from "vitest";
import { edgesOf, edgeText, halvesOf } from "../support/edges.ts";
import type { Registration } from "../support/mocks.ts";
import { inputsOf, leaves, platformOn, testConfig } from "../support/under-mocks.ts";

let resources: Registration[];
beforeAll(async () => {
  resources = await platformOn(
    testConfig({
      ...{ postgres: { tls: "required" }, rabbitmq: { tls: "required" } },
      ...{ redis: { tls: "required" }, monitoring: { enabled: true } },
      autoscaling: { enabled: true },
    }),
  );
});

interface Pod {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: {
          readonly env: { readonly name: string; readonly value?: string }[];
          readonly volumeMounts: { readonly mountPath: string }[];
        }[];
      };
    };
  };
}

/** A workload's files with authorities, by the variable that names each. */
function authorities(workload: string): Record<string, string | undefined> {
  const { containers } = (inputsOf(resources, workload) as unknown as Pod).spec.template.spec;
  const mounted = containers.flatMap(({ volumeMounts }) =>
    volumeMounts.map(({ mountPath }) => mountPath),
  );
  const variables = containers
    .flatMap(({ env }) => env)
    .filter(({ value }) => value?.endsWith("-ca.pem"));
  for (const { value } of variables) expect(mounted).toContain(value);
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}

const database = { DATABASE_CA_FILE: "/etc/framewright/database-ca.pem" };
const broker = { AMQP_CA_FILE: "/etc/framewright/broker-ca.pem" };

describe("with TLS inside", () => {
  test.each([
    {
      workload: "api-server-deployment",
      files: { ...database, ...broker, REDIS_CA_FILE: "/etc/framewright/cache-ca.pem" },
    },
    { workload: "api-migration-job", files: database },
    { workload: "webhooks-pods-deployment", files: database },
    { workload: "workers-cpu-pods-deployment", files: broker },
    {
      workload: "monitoring-exporters-redis-exporter-deployment",
      files: { REDIS_EXPORTER_TLS_CA_CERT_FILE: "/etc/framewright/cache-ca.pem" },
    },
  ])("$workload has what it checks servers by", ({ workload, files }) => {
    expect(authorities(workload)).toEqual(files);
  });

  test("a list of authorities that changes makes another Job of the migration, which cannot change itself", async () => {
    const job = async (inside: number, tls: string): Promise<unknown> => {
      const all = await platformOn(testConfig({ postgres: { tls }, rotations: { inside } }));
      return (inputsOf(all, "api-migration-job") as { metadata: { name: string } }).metadata.name;
    };
    const names = [await job(0, "none"), await job(0, "offered"), await job(1, "offered")];
    expect(new Set(names).size).toBe(3);
  });

  test("KEDA checks the broker by the same authorities", () => {
    expect(inputsOf(resources, "autoscaling-broker-authentication")).toMatchObject({
      spec: {
        secretTargetRef: [
          { parameter: "host", name: "keda-broker", key: "host" },
          { parameter: "tls", name: "keda-broker-tls", key: "tls" },
          { parameter: "ca", name: "keda-broker-tls", key: "ca" },
        ],
      },
    });
  });

  test("the broker's edges lead to its ports for TLS, and every edge has both halves", () => {
    const edges = edgesOf(resources).pods.filter(({ to }) => to === "framewright-data/rabbitmq");
    expect(edges.map(edgeText)).toEqual([
      "framewright-api/api → framewright-data/rabbitmq:5671",
      "framewright-autoscaling/keda-operator → framewright-data/rabbitmq:15671",
      "framewright-ops/prometheus → framewright-data/rabbitmq:15692",
      "framewright-workers/worker-cpu → framewright-data/rabbitmq:5671",
    ]);
    const { out, in: into } = halvesOf(resources);
    expect(out).toEqual(into);
  });

  test("one authority signs for all three", () => {
    const own = leaves(resources.filter(({ name }) => /inside|-tls$/.test(name)));
    expect(own).toEqual([
      "RandomPassword inside-authority",
      "RandomPassword inside-authority-1",
      "Secret autoscaling-broker-tls",
      "Secret postgres-tls",
      "Secret rabbitmq-tls",
      "Secret redis-tls",
    ]);
  });
});

test("without it there is no authority, and nobody has a file of one", async () => {
  const all = await platformOn(testConfig());
  expect(leaves(all).filter((name) => /inside|-tls/.test(name))).toEqual([]);
  expect(JSON.stringify(all)).not.toContain("-ca.pem");
});
