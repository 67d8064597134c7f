import { namespaces } from "../../infra/cluster.ts";
import type { App } from "../kit/app.ts";

const namespace = namespaces.autoscaling;

/** The adapter looks for the operator under this name, and the certificates are for both names. */
export const operatorApp: App = { name: "keda-operator", namespace, component: "autoscaling" };
export const adapterApp: App = { name: "keda-adapter", namespace, component: "autoscaling" };

/** KEDA's certificates, which the operator makes and renews: for its pods and for the Kubernetes API. */
export const certificatesName = "keda-certificates";
/** How KEDA gets into the broker. */
export const brokerAuthentication = "framewright-broker";
/** The part of the Kubernetes API that the adapter serves. */
export const externalMetrics = {
  group: "external.metrics.k8s.io",
  version: "v1beta1",
  name: "v1beta1.external.metrics.k8s.io",
} as const;

/** Namespaces of the platform's own in which KEDA scales something. */
export const scaledNamespaces = [namespaces.workers, namespaces.api] as const;

export const ports = { metricsservice: 9666, health: 8081, metrics: 8080, https: 6443 } as const;
