import { beforeAll, expect, test } from "vitest";
import { kinds } from "../../../objects/kinds.ts";
import { deployPlatform } from "../../../services/index.ts";
import { listRights } from "../../../services/monitoring/objects.ts";
import { edgesOf, halvesOf } from "../../support/edges.ts";
import { isSecret, type Registration } from "../../support/mocks.ts";
import {
  inputsOf,
  leaves,
  platformOn,
  registeredOn,
  testConfig,
} from "../../support/under-mocks.ts";

const alerts = {
  slack: { url: "https://hooks.slack.test/services/T/B/x", channel: "#video" },
  pagerduty: { routingKey: "0123456789abcdef0123456789abcdef" },
  email: { to: "ops@example.com", from: "video@example.com", smarthost: "smtp.example.com:587" },
  watchdogUrl: "https://ping.test/uuid",
  ranges: ["10.40.0.0/24"],
};

let resources: Registration[];
beforeAll(async () => {
  const config = testConfig({ monitoring: { enabled: true, alerts } });
  resources = await platformOn(config);
});

test("off, nothing of it is there", async () => {
  const config = testConfig();
  const all = await platformOn(config);
  expect(leaves(all).filter((name) => /monitoring|metrics-password/.test(name))).toEqual([]);
});

test("monitoring is exactly these workloads", () => {
  const workloads = leaves(resources).filter((name) =>
    /^(Deployment|StatefulSet|DaemonSet) monitoring/.test(name),
  );
  expect(workloads).toEqual([
    "Deployment monitoring-exporters-postgres-exporter-deployment",
    "Deployment monitoring-exporters-redis-exporter-deployment",
    "Deployment monitoring-objects-pods-deployment",
    "StatefulSet monitoring-alertmanager-server-set",
    "StatefulSet monitoring-prometheus-server-set",
  ]);
});

test("Prometheus reaches the metrics of everything, and nothing else reaches more than it must", () => {
  const own = edgesOf(resources).pods.filter(({ from }) => from.startsWith("framewright-ops/"));
  expect(own.map(({ from, to, port }) => `${from} → ${to} ${port}`)).toEqual([
    "framewright-ops/postgres-exporter → framewright-data/postgres 5432",
    "framewright-ops/prometheus → framewright-api/api 9090",
    "framewright-ops/prometheus → framewright-api/webhooks 9090",
    "framewright-ops/prometheus → framewright-data/rabbitmq 15692",
    "framewright-ops/prometheus → framewright-ops/alertmanager 9093",
    "framewright-ops/prometheus → framewright-ops/objects 9090",
    "framewright-ops/prometheus → framewright-ops/postgres-exporter 9187",
    "framewright-ops/prometheus → framewright-ops/redis-exporter 9121",
    "framewright-ops/prometheus → framewright-workers/worker-cpu 8080",
    "framewright-ops/redis-exporter → framewright-data/redis 6379",
  ]);
  const { out, in: into } = halvesOf(resources);
  expect(out).toEqual(into);
});

test("three servers of the database are scraped by the port on which they tell how they are", async () => {
  const config = testConfig({ monitoring: { enabled: true }, postgres: { replicas: 3 } });
  const all = await platformOn(config);
  const ways = edgesOf(all).pods.filter(({ from }) => from === "framewright-ops/prometheus");
  expect(ways.map(({ to, port }) => `${to} ${port}`)).toContain("framewright-data/postgres 8008");
  const { out, in: into } = halvesOf(all);
  expect(out).toEqual(into);
  const files = JSON.stringify(all.filter(({ name }) => name.startsWith("monitoring-prometheus")));
  expect(files).toContain("database;patroni");
});

test("with TLS inside, Prometheus and the exporter check the database's certificate", async () => {
  const config = testConfig({
    monitoring: { enabled: true },
    postgres: { replicas: 3, tls: "required" },
  });
  const all = await platformOn(config);
  const { data } = inputsOf(all, "monitoring-prometheus-server-config") as {
    data: Record<string, string>;
  };
  expect(data["postgres-ca.pem"]).toMatch(/^-----BEGIN CERTIFICATE-----/);
  const { scrape_configs: jobs } = JSON.parse(data["prometheus.yml"] ?? "{}") as {
    scrape_configs: object[];
  };
  expect(jobs).toContainEqual(
    expect.objectContaining({
      scheme: "https",
      tls_config: {
        ca_file: "/etc/prometheus/postgres-ca.pem",
        server_name: "postgres-writer.framewright-data.svc.cluster.local",
      },
    }),
  );
  const exporter = inputsOf(all, "monitoring-exporters-postgres-exporter-deployment");
  expect(JSON.stringify(exporter)).toContain('"mountPath":"/etc/framewright/database-ca.pem"');
});

test("only Prometheus and the exporter of objects have tokens, and they read in the platform's namespaces alone", () => {
  const tokens = resources
    .filter(({ type }) => /apps\/v1:/.test(type))
    .filter(({ inputs }) => JSON.stringify(inputs).includes('"automountServiceAccountToken":true'));
  expect(tokens.map(({ name }) => name).toSorted()).toEqual([
    "monitoring-objects-pods-deployment",
    "monitoring-prometheus-server-set",
  ]);
  const roles = resources.filter(({ type }) => type.endsWith(":Role"));
  expect(roles.map(({ inputs }) => inputs["metadata"]).length).toBe(8);
  const everywhere = resources.filter(({ type }) => type.endsWith(":ClusterRole"));
  expect(everywhere.map(({ inputs }) => inputs["rules"])).toEqual([
    [
      { apiGroups: [""], resources: ["nodes"], verbs: ["list", "watch"] },
      { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
    ],
  ]);
  const verbs = roles.flatMap(({ inputs }) =>
    (inputs as { rules: { verbs: string[] }[] }).rules.flatMap((rule) => rule.verbs),
  );
  expect(new Set(verbs)).toEqual(new Set(["list", "watch"]));
});

test("the exporter of objects may list exactly the kinds that it tells of", () => {
  const asked = kinds.map(({ group, resource }) => `${group.split("/").at(-2) ?? ""}/${resource}`);
  const granted = listRights.flatMap(({ apiGroups, resources: names }) =>
    apiGroups.flatMap((group) => names.map((name) => `${group === "" ? "api" : group}/${name}`)),
  );
  expect(granted.toSorted()).toEqual(asked.toSorted());
});

test("where upstream's images can be pulled, kube-state-metrics tells of the same kinds in the same namespaces", async () => {
  const config = testConfig({ monitoring: { enabled: true, objects: "upstream" } });
  const all = await registeredOn(config, (cluster) =>
    deployPlatform({ ...cluster, pullsUpstream: true }, config),
  );
  const name = "monitoring-objects-pods-deployment";
  const text = JSON.stringify(inputsOf(all, name));
  expect(text).toMatch(/"image":"registry.k8s.io\/kube-state-metrics\/[^:"]+:v[0-9.]+"/);
  const listed = /--resources=([a-z,]+)/.exec(text)?.[1]?.split(",");
  expect(listed?.toSorted()).toEqual(kinds.map(({ resource }) => resource).toSorted());
  const [, namespaces] = /"name":"NAMESPACES","value":"([^"]+)"/.exec(
    JSON.stringify(inputsOf(resources, name)),
  ) ?? ["", ""];
  expect(text).toContain(`"--namespaces=${namespaces}"`);
  const rights = all.filter(
    (one) => one.type.endsWith(":Role") && one.name.startsWith("monitoring-objects"),
  );
  expect(rights.length).toBeGreaterThan(3);
  for (const { inputs } of rights) expect(JSON.stringify(inputs)).toContain('["list","watch"]');
});

test("addresses and keys of receivers are in Alertmanager's Secret, and in nothing else", () => {
  const holders = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("hooks.slack"));
  expect(holders).toEqual([]);
  const { data } = inputsOf(resources, "monitoring-alertmanager-server-secrets");
  expect(isSecret(data)).toBe(true);
  expect(JSON.stringify(data)).toContain('"alertmanager.yml"');
});

test("Alertmanager goes out to the receivers' ports: public addresses, and private ones that config names", () => {
  const ways = leaves(resources).filter((name) => name.includes("alertmanager-to-"));
  expect(ways).toEqual([
    "NetworkPolicy monitoring-alertmanager-to-receivers-443-egress",
    "NetworkPolicy monitoring-alertmanager-to-receivers-587-egress",
  ]);
  const policy = JSON.stringify(
    inputsOf(resources, "monitoring-alertmanager-to-receivers-587-egress"),
  );
  expect(policy).toContain('"cidr":"10.40.0.0/24"');
  expect(policy).toContain('"except":["10.0.0.0/8"');
});

test("the exporter of Postgres has a role of its own, which the migration makes", () => {
  expect(leaves(resources)).toContain("RandomPassword api-migration-metrics-password");
  const job = JSON.stringify(inputsOf(resources, "api-migration-job"));
  expect(job).toContain('"METRICS_ROLE_PASSWORD","valueFrom":{"secretKeyRef"');
});
