import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { MonitoringSection } from "../../config/schema.ts";
import { Component } from "../../infra/component.ts";
import { labels, metadata, selectorLabels, type App } from "../kit/app.ts";
import { objectsApp, prometheusApp } from "./apps.ts";
import { ruleGroups } from "./rules/index.ts";
import { endpointsOf, portNameOf } from "./scrape-endpoints.ts";
import type { ScrapeTarget } from "./targets.ts";

export interface ScrapedByOthersArgs {
  readonly section: Pick<MonitoringSection, "scraperNamespace" | "scrapeSeconds">;
  readonly kind: "operator" | "gke-managed";
  readonly targets: readonly ScrapeTarget[];
}

interface Scraper {
  /** Who connects to the pods. */
  readonly from: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> };
  readonly object: (target: ScrapeTarget, seconds: number) => CustomObject;
  readonly rules: () => CustomObject;
}

interface CustomObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ReturnType<typeof metadata> | Omit<ReturnType<typeof metadata>, "namespace">;
  readonly spec: object;
}

const rulesApp: App = { ...prometheusApp, name: "framewright-rules" };
const groups = ruleGroups.map(({ interval = "30s", ...group }) => ({ ...group, interval }));
const appOfPod = "__meta_kubernetes_pod_label_app_kubernetes_io_name";

function byTls({ serverName, secretName }: NonNullable<ScrapeTarget["tls"]>) {
  const ca = { secret: { name: secretName, key: "ca.crt" } };
  return { scheme: "https", tlsConfig: { serverName, ca } };
}

/** https://prometheus-operator.dev/docs/api-reference/api/ */
function operator(namespace: string): Scraper {
  const apiVersion = "monitoring.coreos.com/v1";
  return {
    // What the operator itself calls the pods that it makes.
    from: { namespace, labels: { "app.kubernetes.io/name": "prometheus" } },
    object: ({ app, tls }, seconds) => ({
      apiVersion,
      kind: "PodMonitor",
      metadata: metadata(app),
      spec: {
        selector: { matchLabels: selectorLabels(app) },
        podMetricsEndpoints: endpointsOf(app).map(({ path, params, job }) => ({
          port: portNameOf(app),
          path,
          ...(params && { params }),
          ...(tls && byTls(tls)),
          interval: `${seconds}s`,
          honorLabels: app.name === objectsApp.name,
          relabelings: [
            job === undefined
              ? { sourceLabels: [appOfPod], targetLabel: "job" }
              : { targetLabel: "job", replacement: job },
            { sourceLabels: ["__meta_kubernetes_pod_node_name"], targetLabel: "node" },
          ],
        })),
      },
    }),
    rules: () => ({
      apiVersion,
      kind: "PrometheusRule",
      metadata: metadata(rulesApp),
      spec: { groups },
    }),
  };
}

/** https://cloud.google.com/stackdriver/docs/managed-prometheus/setup-managed */
function gkeManaged(): Scraper {
  const apiVersion = "monitoring.googleapis.com/v1";
  return {
    from: { namespace: "gmp-system", labels: { "app.kubernetes.io/name": "collector" } },
    object: ({ app, tls }, seconds) => {
      const endpoints = endpointsOf(app).map(({ path, params }) => ({
        port: portNameOf(app),
        path,
        ...(params && { params }),
        // Its collectors read no Secret of ours.
        ...(tls && { scheme: "https", tls: { insecureSkipVerify: true } }),
        interval: `${seconds}s`,
      }));
      const spec = { selector: { matchLabels: selectorLabels(app) }, endpoints };
      // Of an object of the whole cluster Google leaves the labels `namespace` and `pod` as the exporter has them.
      return app.name === objectsApp.name
        ? {
            apiVersion,
            kind: "ClusterPodMonitoring",
            metadata: { name: app.name, labels: labels(app) },
            spec: { ...spec, targetLabels: { metadata: [] } },
          }
        : {
            apiVersion,
            kind: "PodMonitoring",
            metadata: metadata(app),
            spec: { ...spec, targetLabels: { metadata: ["pod", "container", "node"] } },
          };
    },
    rules: () => ({
      apiVersion,
      kind: "ClusterRules",
      metadata: { name: rulesApp.name, labels: labels(rulesApp) },
      spec: { groups },
    }),
  };
}

/** Lets the scraper's pods in; the way out of its own namespace is its own. */
function letIn(
  name: string,
  { app, port }: ScrapeTarget,
  { from }: Scraper,
  parent: pulumi.Resource,
): void {
  const peer = {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": from.namespace } },
    podSelector: { matchLabels: { ...from.labels } },
  };
  new k8s.networking.v1.NetworkPolicy(
    `${name}-to-${app.name}-ingress`,
    {
      metadata: { namespace: app.namespace, labels: labels(app) },
      spec: {
        podSelector: { matchLabels: selectorLabels(app) },
        policyTypes: ["Ingress"],
        ingress: [{ from: [peer], ports: [{ protocol: "TCP", port }] }],
      },
    },
    { parent },
  );
}

/** Where somebody else's Prometheus scrapes: what tells it to, the rules as its objects, and the way to the pods. */
export class ScrapedByOthers extends Component {
  constructor(name: string, args: ScrapedByOthersArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "ScrapedByOthers", name, opts);
    const { section, targets } = args;
    const scraper = args.kind === "operator" ? operator(section.scraperNamespace) : gkeManaged();
    for (const target of targets) {
      letIn(name, target, scraper, this);
      new k8s.apiextensions.CustomResource(
        `${name}-${target.app.name}`,
        scraper.object(target, section.scrapeSeconds),
        { parent: this },
      );
    }
    new k8s.apiextensions.CustomResource(`${name}-rules`, scraper.rules(), { parent: this });
    this.registerOutputs({});
  }
}
