import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "../../programs/support/cluster.ts";
import { guardedNamespace, labels as common, metadata } from "../../programs/support/namespace.ts";
import { podSpec } from "../../programs/support/workload.ts";

/** A program of as many resources as RESOURCES says, which every rule accepts. */
const { RESOURCES } = process.env;
const count = Number(RESOURCES);
if (!Number.isInteger(count) || count < 20) throw new Error("RESOURCES is no number from 20 on");
/** The stack, its cluster's provider and address with the provider of that, and what guards a namespace. */
const others = 8;
const perApp = 5;

/** A Deployment with all that belongs to one. */
function app(name: string): void {
  const labels = { ...common, "app.kubernetes.io/name": name };
  const selector = { matchLabels: { "app.kubernetes.io/name": name } };
  const about = { metadata: metadata(name, { labels }) };
  const spec = podSpec({
    serviceAccountName: name,
    topologySpreadConstraints: ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map(
      (topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: selector,
      }),
    ),
  });
  const template = { metadata: { labels }, spec };
  const ports = [{ name: "http", port: 80, targetPort: "http" }];
  const account = { ...about, automountServiceAccountToken: false };
  new k8s.core.v1.ServiceAccount(name, account, onCluster);
  new k8s.apps.v1.Deployment(
    name,
    { ...about, spec: { replicas: 2, selector, template } },
    onCluster,
  );
  const budget = {
    ...about,
    spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector },
  };
  new k8s.policy.v1.PodDisruptionBudget(name, budget, onCluster);
  const service = { ...about, spec: { selector: selector.matchLabels, ports } };
  new k8s.core.v1.Service(name, service, onCluster);
  const from = [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "app-0" } } }];
  const ingress = [{ from, ports: [{ port: 8080, protocol: "TCP" }] }];
  const policy = { podSelector: selector, policyTypes: ["Ingress"], ingress };
  new k8s.networking.v1.NetworkPolicy(name, { ...about, spec: policy }, onCluster);
}

guardedNamespace();
for (let i = 0; i < Math.floor((count - others) / perApp); i += 1) app(`app-${i}`);
