import * as pulumi from "@pulumi/pulumi";
import type { MonitoringSection } from "../../config/schema.ts";
import type { Cluster } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { grantEverywhere, grantIn, openToKubernetesApi } from "../kit/network/kubernetes-access.ts";
import { openEdge, openWay } from "../kit/network/network.ts";
import { backendProbes, http } from "../kit/pods/probes.ts";
import { StatefulWorkload } from "../kit/workloads/stateful-workload.ts";
import { ports, prometheusApp as app } from "./apps.ts";
import { prometheusConfig, rulesFile } from "./prometheus-config.ts";
import { ruleGroups } from "./rules/index.ts";
import { monitoredNamespaces, type ScrapeTarget } from "./targets.ts";

export interface PrometheusArgs {
  readonly cluster: Cluster;
  readonly section: MonitoringSection;
  readonly targets: readonly ScrapeTarget[];
}

const configFolder = "/etc/prometheus";
const probes = {
  // The log of the last hours is read again before it is ready.
  ...backendProbes((timing) => http("/-/ready", "http", timing), 600),
  liveness: http("/-/healthy", "http", {
    periodSeconds: 30,
    timeoutSeconds: 10,
    failureThreshold: 4,
  }),
};

function argumentsOf(section: MonitoringSection): string[] {
  return [
    `--config.file=${configFolder}/prometheus.yml`,
    "--storage.tsdb.path=/data/tsdb",
    `--web.external-url=${section.url}`,
    // Changed rules come without a restart, and so without reading the log again.
    "--config.auto-reload",
    "--config.auto-reload-interval=30s",
  ];
}

/** Of the nodes' figures alone, of which it keeps those of volumes. */
const nodeRights = [
  { apiGroups: [""], resources: ["nodes"], verbs: ["list", "watch"] },
  { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
];

function openToKubelets(name: string, { cluster }: PrometheusArgs, parent: pulumi.Resource): void {
  if (cluster.kubelets === undefined) return;
  grantEverywhere(`${name}-nodes`, { app, rights: nodeRights }, parent);
  openWay(`${name}-to-kubelets`, { from: app, to: cluster.kubelets }, { parent });
}

/** Of an app that is scraped by TLS, the file with the authorities that its certificate is checked by. */
function caName(app: string): string {
  return `${app}-ca.pem`;
}

function configFiles({ cluster, section, targets }: PrometheusArgs) {
  const encrypted = targets.flatMap(({ app, tls }) => (tls ? [{ app: app.name, ...tls }] : []));
  const config = prometheusConfig({
    namespaces: monitoredNamespaces(targets),
    ...section,
    kubelets: cluster.kubelets !== undefined,
    tls: encrypted.map(({ app, serverName }) => ({
      ...{ app, serverName },
      caFile: `${configFolder}/${caName(app)}`,
    })),
    stack: pulumi.getStack(),
  });
  // JSON is YAML.
  return {
    "prometheus.yml": `${JSON.stringify(config, null, 2)}\n`,
    ...Object.fromEntries(encrypted.map(({ app, ca }) => [caName(app), ca])),
    [rulesFile]: `${JSON.stringify({ groups: ruleGroups }, null, 2)}\n`,
  };
}

/** Scrapes, keeps, and evaluates rules. Of Kubernetes it reads pods of the platform's namespaces, and the nodes' figures. */
export class Prometheus extends Component {
  constructor(name: string, args: PrometheusArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Prometheus", name, opts);
    const { cluster, section, targets } = args;
    for (const to of targets) {
      openEdge(`${name}-to-${to.app.name}`, { from: app, to }, { parent: this });
    }
    openToKubernetesApi(name, app, cluster, this);
    openToKubelets(name, args, this);
    const rights = [{ apiGroups: [""], resources: ["pods"], verbs: ["list", "watch"] }];
    grantIn(name, { app, namespaces: monitoredNamespaces(targets), rights }, this);
    new StatefulWorkload(
      `${name}-server`,
      {
        app,
        cluster,
        replicas: 1,
        storage: section.storage,
        pod: {
          image: cluster.image("prometheus"),
          args: argumentsOf(section),
          ports: { http: ports.prometheus },
          env: {},
          config: { directory: configFolder, files: configFiles(args) },
          dataDirectory: "/data",
          probes,
          resources: section.resources,
          priority: "platform-critical",
          graceSeconds: 120,
          token: true,
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
