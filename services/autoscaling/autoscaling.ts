import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { AutoscalingSection } from "../../config/schema.ts";
import type { Cluster } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { labels, metadata, type App, type Endpoint } from "../kit/app.ts";
import { keepSecret } from "../kit/pods/pod-parts.ts";
import type { PodArgs } from "../kit/pods/pod.ts";
import { isStored, type SecretText } from "../kit/secrets/secret-text.ts";
import { serviceSpec } from "../kit/workloads/service.ts";
import { Workload } from "../kit/workloads/workload.ts";
import { defineKinds } from "./crds.ts";
import {
  adapterApp,
  brokerAuthentication,
  certificatesName,
  externalMetrics,
  operatorApp,
  ports,
  scaledNamespaces,
} from "./identity.ts";
import { kedaImage } from "./images.ts";
import { openWays } from "./network.ts";
import { adapterPod, operatorPod } from "./pods.ts";
import { grantRights } from "./rights.ts";

interface Broker {
  readonly endpoint: Endpoint;
  readonly url: SecretText;
  /** PEM of the authorities of its certificate; without it there is no TLS. */
  readonly ca?: pulumi.Output<string> | undefined;
}

export interface AutoscalingArgs extends AutoscalingSection {
  readonly cluster: Pick<Cluster, "image" | "pullsUpstream" | "kubernetesApi">;
  /** The broker's management API, and its URL with KEDA's own user. */
  readonly broker: Broker;
  /** Where programs of ours say how much there is to do. */
  readonly figures: readonly Endpoint[];
  /** Namespaces of tenants in which it scales something, beside those of the platform. */
  readonly tenants: readonly string[];
}

/** Filled and renewed by the operator, which so needs no right to make Secrets. */
function emptyCertificates(name: string, parent: pulumi.Resource): pulumi.Resource {
  return new k8s.core.v1.Secret(
    `${name}-certificates`,
    { metadata: metadata(operatorApp, certificatesName) },
    { parent },
  );
}

interface Part {
  readonly app: App;
  readonly pod: PodArgs;
  readonly servicePorts: Readonly<Record<string, number>>;
}

/** One of each: a second operator waits for the first to end, and meanwhile answers no adapter. */
function run(
  name: string,
  { app, pod, servicePorts }: Part,
  opts: { readonly parent: pulumi.Resource; readonly dependsOn: pulumi.Resource[] },
): pulumi.Resource[] {
  const service = new k8s.core.v1.Service(
    `${name}-service`,
    { metadata: metadata(app), spec: serviceSpec(app, servicePorts) },
    { parent: opts.parent },
  );
  return [service, new Workload(name, { app, pod, replicas: 1 }, opts)];
}

/** The adapter serves what autoscalers ask; a Kubernetes API without it would answer for nothing in that group. */
function serveMetrics(
  name: string,
  opts: { readonly parent: pulumi.Resource; readonly dependsOn: pulumi.Resource[] },
): pulumi.Resource {
  const { group, version, name: service } = externalMetrics;
  return new k8s.apiregistration.v1.APIService(
    `${name}-external-metrics`,
    {
      metadata: { name: service, labels: labels(adapterApp) },
      spec: {
        group,
        version,
        groupPriorityMinimum: 100,
        versionPriority: 100,
        // The operator adds the authority that signed the adapter's certificate.
        service: { name: adapterApp.name, namespace: adapterApp.namespace, port: ports.https },
      },
    },
    opts,
  );
}

/** How KEDA checks the broker's certificate. Not in the Secret with the address, which the operator of a store may make. */
function checkBroker(
  name: string,
  ca: pulumi.Output<string>,
  opts: { readonly parent: pulumi.Resource },
) {
  const secretName = "keda-broker-tls";
  const data = { tls: "enable", ca };
  const secret = keepSecret(`${name}-broker-tls`, { app: operatorApp, secretName, data }, opts);
  const rows = Object.keys(data).map((key) => ({ parameter: key, name: secretName, key }));
  return { secret, rows };
}

/** In no namespace, because KEDA then reads the Secret in its own one. */
function authenticate(
  name: string,
  { url, ca }: Broker,
  opts: { readonly parent: pulumi.Resource; readonly dependsOn: pulumi.Resource[] },
): pulumi.Resource {
  // The operator's has another name than Pulumi's, so that neither takes the other's away.
  const secretName = isStored(url) ? "keda-broker-stored" : "keda-broker";
  const inside = { parent: opts.parent };
  const data = { host: url };
  const secret = keepSecret(`${name}-broker`, { app: operatorApp, secretName, data }, inside);
  const checked = ca && checkBroker(name, ca, inside);
  return new k8s.apiextensions.CustomResource(
    `${name}-broker-authentication`,
    {
      apiVersion: "keda.sh/v1alpha1",
      kind: "ClusterTriggerAuthentication",
      metadata: { name: brokerAuthentication, labels: labels(operatorApp) },
      spec: {
        secretTargetRef: [
          { parameter: "host", name: secretName, key: "host" },
          ...(checked?.rows ?? []),
        ],
      },
    },
    { ...opts, dependsOn: [...opts.dependsOn, secret, ...(checked ? [checked.secret] : [])] },
  );
}

/**
 * KEDA: its operator makes an autoscaler of each ScaledObject, and its adapter answers what that asks. Whatever is scaled
 * depends on this component, because the operator has to remove its finalizers before it goes.
 */
export class Autoscaling extends Component {
  /** How triggers name the user of the broker. */
  readonly brokerUser = brokerAuthentication;

  constructor(name: string, args: AutoscalingArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Autoscaling", name, opts);
    const { cluster } = args;
    const scaled = [...scaledNamespaces, ...args.tenants];
    const before = [
      ...defineKinds(`${name}-kind`, this),
      ...grantRights(name, scaled, this),
      emptyCertificates(name, this),
    ];
    openWays(
      name,
      {
        kubernetesApi: cluster.kubernetesApi,
        broker: args.broker.endpoint,
        figures: args.figures,
      },
      this,
    );
    const { metricsservice, https, metrics } = ports;
    const operator = run(
      `${name}-operator`,
      {
        app: operatorApp,
        pod: operatorPod({
          image: kedaImage(cluster, args, "keda-operator"),
          resources: args.operator,
          scaled,
        }),
        servicePorts: { metricsservice, metrics },
      },
      { parent: this, dependsOn: before },
    );
    const adapter = run(
      `${name}-adapter`,
      {
        app: adapterApp,
        pod: adapterPod({
          image: kedaImage(cluster, args, "keda-adapter"),
          resources: args.adapter,
          scaled,
        }),
        servicePorts: { https, metrics },
      },
      { parent: this, dependsOn: operator },
    );
    serveMetrics(name, { parent: this, dependsOn: adapter });
    authenticate(name, args.broker, { parent: this, dependsOn: operator });
    this.registerOutputs({});
  }
}
