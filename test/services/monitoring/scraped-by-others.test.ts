import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { endpoint } from "../../../services/kit/app.ts";
import { ScrapedByOthers } from "../../../services/monitoring/scraped-by-others.ts";
import { ruleGroups } from "../../../services/monitoring/rules/index.ts";
import type { Registration } from "../../support/mocks.ts";
import {
  inputsOf,
  leaves,
  platformOn,
  registeredOn,
  testConfig,
} from "../../support/under-mocks.ts";

function deployed(kind: string): Promise<Registration[]> {
  const config = testConfig({ monitoring: { enabled: true, kind } });
  return platformOn(config);
}

const custom = (resources: readonly Registration[]) =>
  resources
    .filter(({ type }) => type.startsWith("kubernetes:monitoring."))
    .map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name}`)
    .toSorted();

test("with an operator there are its objects and the exporters, and neither Prometheus nor Alertmanager", async () => {
  const resources = await deployed("operator");
  expect(custom(resources)).toEqual([
    "PodMonitor monitoring-scraped-api",
    "PodMonitor monitoring-scraped-objects",
    "PodMonitor monitoring-scraped-postgres-exporter",
    "PodMonitor monitoring-scraped-rabbitmq",
    "PodMonitor monitoring-scraped-redis-exporter",
    "PodMonitor monitoring-scraped-webhooks",
    "PodMonitor monitoring-scraped-worker-cpu",
    "PrometheusRule monitoring-scraped-rules",
  ]);
  expect(leaves(resources).filter((name) => /StatefulSet monitoring/.test(name))).toEqual([]);
  expect(inputsOf(resources, "monitoring-scraped-objects")["spec"]).toEqual({
    selector: { matchLabels: { "app.kubernetes.io/name": "objects" } },
    podMetricsEndpoints: [
      {
        port: "metrics",
        path: "/metrics",
        interval: "30s",
        honorLabels: true,
        relabelings: [
          {
            sourceLabels: ["__meta_kubernetes_pod_label_app_kubernetes_io_name"],
            targetLabel: "job",
          },
          { sourceLabels: ["__meta_kubernetes_pod_node_name"], targetLabel: "node" },
        ],
      },
    ],
  });
});

const serverName = "server.test";
const ca = { secret: { name: "server-tls", key: "ca.crt" } };
test.each([
  { kind: "operator", expected: { scheme: "https", tlsConfig: { serverName, ca } } },
  { kind: "gke-managed", expected: { scheme: "https", tls: { insecureSkipVerify: true } } },
] as const)("pods that answer by TLS are asked by it, by $kind", async ({ kind, expected }) => {
  const config = testConfig();
  const app = { name: "server", namespace: "framewright-data", component: "test" };
  const tls = { serverName, secretName: "server-tls", ca: pulumi.output("PEM") };
  const resources = await registeredOn(config, (_, on) => {
    const targets = [{ ...endpoint(app, 8008), tls }];
    new ScrapedByOthers("scraped", { section: config.monitoring, kind, targets }, on);
  });
  const spec = inputsOf(resources, "scraped-server")["spec"] as Record<string, unknown>;
  expect(spec["podMetricsEndpoints"] ?? spec["endpoints"]).toEqual([
    expect.objectContaining(expected),
  ]);
});

test("members of a database of three are an operator's target by the port that they have", async () => {
  const config = testConfig({
    monitoring: { enabled: true, kind: "operator" },
    postgres: { replicas: 3 },
  });
  const all = await platformOn(config);
  const { podMetricsEndpoints } = inputsOf(all, "monitoring-scraped-postgres")["spec"] as {
    podMetricsEndpoints: { port: string; path: string }[];
  };
  expect(podMetricsEndpoints.map(({ port, path }) => `${port} ${path}`)).toEqual([
    "patroni /metrics",
  ]);
});

test("every rule is among the operator's, and every pod lets its Prometheus in, and nobody else of its namespace", async () => {
  const resources = await deployed("operator");
  const { groups } = inputsOf(resources, "monitoring-scraped-rules")["spec"] as {
    groups: { name: string; rules: unknown[] }[];
  };
  expect(groups.map(({ name, rules }) => [name, rules.length])).toEqual(
    ruleGroups.map(({ name, rules }) => [name, rules.length]),
  );
  expect(inputsOf(resources, "monitoring-scraped-to-rabbitmq-ingress")["spec"]).toEqual({
    podSelector: { matchLabels: { "app.kubernetes.io/name": "rabbitmq" } },
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } },
            podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } },
          },
        ],
        ports: [{ protocol: "TCP", port: 15692 }],
      },
    ],
  });
});

test("each queue of the broker is scraped as well", async () => {
  const { podMetricsEndpoints } = inputsOf(
    await deployed("operator"),
    "monitoring-scraped-rabbitmq",
  )["spec"] as { podMetricsEndpoints: { path: string; params?: unknown }[] };
  expect(podMetricsEndpoints.map(({ path, params }) => [path, params])).toEqual([
    ["/metrics", undefined],
    ["/metrics/detailed", { family: ["queue_coarse_metrics", "queue_consumer_count"] }],
  ]);
});
