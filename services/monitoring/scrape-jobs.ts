import { objectsApp, ports, prometheusApp } from "./apps.ts";
import { otherPortNames, rabbitmqQueues } from "./scrape-endpoints.ts";

const meta = "__meta_kubernetes_pod";
const appLabel = `${meta}_label_app_kubernetes_io_name`;

/** `job` is the app; `namespace`, `pod` and `node` say where. Rules and dashboards count on these. */
const naming = [
  { source_labels: [appLabel], target_label: "job" },
  { source_labels: ["__meta_kubernetes_namespace"], target_label: "namespace" },
  { source_labels: [`${meta}_name`], target_label: "pod" },
  { source_labels: [`${meta}_node_name`], target_label: "node" },
];

function keep(labels: readonly string[], regex: string) {
  return { source_labels: labels, regex, action: "keep" };
}

function drop(labels: readonly string[], regex: string) {
  return { source_labels: labels, regex, action: "drop" };
}

/** Ended pods answer nothing, and would be targets that are down. */
const running = drop([`${meta}_phase`], "Succeeded|Failed");
const portNames = Object.entries({ ...otherPortNames, "[^;]*": "metrics" });
const metricsPorts = keep(
  [`${meta}_label_app_kubernetes_io_component`, `${meta}_container_port_name`],
  portNames.map((one) => one.join(";")).join("|"),
);

/** Prometheus about itself, by the names that its pod would have. */
const itself = {
  job_name: "prometheus",
  static_configs: [
    {
      targets: [`localhost:${ports.prometheus}`],
      labels: { namespace: prometheusApp.namespace, pod: `${prometheusApp.name}-0` },
    },
  ],
};

const account = "/var/run/secrets/kubernetes.io/serviceaccount";

/** How full volumes are. Most kubelets sign their certificates themselves; they see who asks by the token. */
const kubelets = {
  job_name: "kubelet",
  scheme: "https",
  honor_labels: true,
  authorization: { credentials_file: `${account}/token` },
  tls_config: { ca_file: `${account}/ca.crt`, insecure_skip_verify: true },
  kubernetes_sd_configs: [{ role: "node" }],
  relabel_configs: [{ source_labels: ["__meta_kubernetes_node_name"], target_label: "node" }],
  metric_relabel_configs: [
    { source_labels: ["__name__"], regex: "kubelet_volume_stats_.+", action: "keep" },
  ],
};

/** An app whose pods answer by TLS, and what their certificate is checked by. */
export interface TlsScrape {
  readonly app: string;
  readonly serverName: string;
  readonly caFile: string;
}

function byTls(pods: readonly object[], { app, serverName, caFile }: TlsScrape) {
  return {
    job_name: app,
    scheme: "https",
    tls_config: { ca_file: caFile, server_name: serverName },
    kubernetes_sd_configs: pods,
    relabel_configs: [running, metricsPorts, keep([appLabel], app), ...naming],
  };
}

export interface ScrapeJobsArgs {
  readonly namespaces: readonly string[];
  readonly kubelets: boolean;
  readonly tls: readonly TlsScrape[];
}

/** Pods are found by the Kubernetes API; one in these namespaces is scraped when it names a port `metrics`, or as its component does. */
export function scrapeJobs({ namespaces, kubelets: withKubelets, tls }: ScrapeJobsArgs) {
  const pods = [{ role: "pod", namespaces: { names: [...namespaces] } }];
  const apart = [objectsApp.name, prometheusApp.name, ...tls.map(({ app }) => app)];
  return [
    itself,
    {
      job_name: "pods",
      kubernetes_sd_configs: pods,
      relabel_configs: [running, metricsPorts, drop([appLabel], apart.join("|")), ...naming],
    },
    {
      // Its series tell of others, and carry their namespace and pod.
      job_name: "objects",
      honor_labels: true,
      kubernetes_sd_configs: pods,
      relabel_configs: [running, metricsPorts, keep([appLabel], objectsApp.name), ...naming],
    },
    {
      // What /metrics adds up over all queues, for each of them.
      job_name: rabbitmqQueues.job,
      metrics_path: rabbitmqQueues.path,
      params: rabbitmqQueues.params,
      kubernetes_sd_configs: pods,
      relabel_configs: [
        running,
        metricsPorts,
        keep([appLabel], rabbitmqQueues.app),
        ...naming,
        { target_label: "job", replacement: rabbitmqQueues.job },
      ],
    },
    ...tls.map((one) => byTls(pods, one)),
    ...(withKubelets ? [kubelets] : []),
  ];
}
