import { expect, test } from "vitest";
import { prometheusConfig } from "../../../services/monitoring/prometheus-config.ts";
import { dataSource } from "../../../services/monitoring/exporters.ts";
import { monitoredNamespaces } from "../../../services/monitoring/targets.ts";

const config = prometheusConfig({
  namespaces: ["framewright-api", "framewright-data"],
  kubelets: true,
  tls: [{ app: "postgres", serverName: "postgres.test", caFile: "/etc/ca.pem" }],
  scrapeSeconds: 30,
  retentionDays: 15,
  storage: "20Gi",
  stack: "prod",
});

test("it keeps 15 days, and no more than four fifths of its volume", () => {
  expect(config.storage.tsdb.retention).toEqual({ time: "15d", size: "16384MB" });
});

test("it looks for pods in the platform's namespaces alone", () => {
  const found = config.scrape_configs.flatMap((job) =>
    "kubernetes_sd_configs" in job
      ? job.kubernetes_sd_configs.flatMap((one) => ("namespaces" in one ? [one] : []))
      : [],
  );
  expect(new Set(found.flatMap(({ namespaces }) => namespaces.names))).toEqual(
    new Set(["framewright-api", "framewright-data"]),
  );
  expect(found.map(({ role }) => role)).toEqual(["pod", "pod", "pod", "pod"]);
});

test("pods that answer by TLS are asked by their certificate's name, and by no other job", () => {
  const [first, ...more] = config.scrape_configs.filter(
    ({ job_name: name }) => name === "postgres",
  );
  expect(more).toEqual([]);
  expect(first).toMatchObject({
    scheme: "https",
    tls_config: { ca_file: "/etc/ca.pem", server_name: "postgres.test" },
  });
  const pods = config.scrape_configs.find(({ job_name: name }) => name === "pods");
  expect(JSON.stringify(pods)).toContain(
    '{"source_labels":["__meta_kubernetes_pod_label_app_kubernetes_io_name"],"regex":"objects|prometheus|postgres","action":"drop"}',
  );
});

test("series of objects keep the namespace and pod that they tell of", () => {
  const kept = config.scrape_configs.filter((job) => "honor_labels" in job);
  expect(kept.map(({ job_name: name }) => name)).toEqual(["objects", "kubelet"]);
});

test("every job of pods gives its series the labels that rules count on", () => {
  for (const job of config.scrape_configs) {
    const relabel = "relabel_configs" in job ? job.relabel_configs : [];
    if (relabel.length === 0 || job.job_name === "kubelet") continue;
    const labels = relabel.flatMap((row) => ("target_label" in row ? [row.target_label] : []));
    expect(labels).toEqual(expect.arrayContaining(["job", "namespace", "pod", "node"]));
  }
});

test("the namespaces are those of the spine, of monitoring, and of what is scraped", () => {
  const app = { name: "keda-operator", namespace: "framewright-autoscaling", component: "x" };
  expect(monitoredNamespaces([{ app, port: 8080, host: "x" }])).toEqual([
    "framewright-data",
    "framewright-api",
    "framewright-workers",
    "framewright-ops",
    "framewright-autoscaling",
  ]);
});

const caParameter = "sslrootcert=%2Fetc%2Fframewright%2Fdatabase-ca.pem";
test.each([
  ["db", false, "sslmode=disable"],
  ["db", true, `sslmode=verify-full&${caParameter}`],
  // Cloud SQL has an authority of its own for each instance, and a certificate without its address.
  ["10.10.0.9", true, `sslmode=verify-ca&${caParameter}`],
])("the exporter's connection to %s, encrypted %s", (host, encrypted, expected) => {
  const url = `postgres://m:p@${host}:5432/framewright`;
  expect(dataSource(url, encrypted)).toBe(`${url}?${expected}`);
});
