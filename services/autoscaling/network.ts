import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesApi } from "../../infra/cluster.ts";
import { endpoint, labels, selectorLabels, type Endpoint } from "../kit/app.ts";
import { openToKubernetesApi } from "../kit/network/kubernetes-access.ts";
import { blockPeer, openEdge } from "../kit/network/network.ts";
import { adapterApp, operatorApp, ports } from "./identity.ts";

export interface Ways {
  readonly kubernetesApi: KubernetesApi;
  /** The broker's management API. */
  readonly broker: Endpoint;
  /** Where the API says how many jobs there are. */
  readonly figures: readonly Endpoint[];
}

/** The Kubernetes API asks the adapter for metrics, itself or through its agents. */
function servedSpec({ callers, agents }: KubernetesApi) {
  const system = { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } };
  const through =
    agents === undefined
      ? []
      : [{ namespaceSelector: system, podSelector: { matchLabels: { ...agents } } }];
  return {
    podSelector: { matchLabels: selectorLabels(adapterApp) },
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: [...callers.map(blockPeer), ...through],
        ports: [{ protocol: "TCP", port: ports.https }],
      },
    ],
  };
}

export function openWays(name: string, ways: Ways, parent: pulumi.Resource): void {
  const { kubernetesApi, broker, figures } = ways;
  for (const from of [operatorApp, adapterApp]) {
    openToKubernetesApi(`${name}-${from.name}`, from, { kubernetesApi }, parent);
  }
  openEdge(`${name}-to-broker`, { from: operatorApp, to: broker }, { parent });
  for (const to of figures) {
    openEdge(`${name}-to-${to.app.name}`, { from: operatorApp, to }, { parent });
  }
  openEdge(
    `${name}-adapter-to-operator`,
    { from: adapterApp, to: endpoint(operatorApp, ports.metricsservice) },
    { parent },
  );
  new k8s.networking.v1.NetworkPolicy(
    `${name}-served`,
    {
      metadata: { namespace: adapterApp.namespace, labels: labels(adapterApp) },
      spec: servedSpec(kubernetesApi),
    },
    { parent },
  );
}
