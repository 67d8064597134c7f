import * as k8s from "@pulumi/kubernetes";
import type { types } from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import * as guarded from "./support/namespace.ts";
import { labels, metadata } from "./support/namespace.ts";
import { beside } from "./support/shop.ts";
import { selector } from "./support/workload.ts";

const apiGroup = "rbac.authorization.k8s.io";

function bound(name: string, holder: types.input.rbac.v1.Subject) {
  const roleRef = { apiGroup, kind: "ClusterRole", name };
  const args = { metadata: { name: "cart", labels }, roleRef, subjects: [holder] };
  return beside(() => new k8s.rbac.v1.ClusterRoleBinding("cart", args, onCluster));
}

function role(resource: string, ...verbs: string[]) {
  const args = {
    metadata: metadata("cart"),
    rules: [{ apiGroups: [""], resources: [resource], verbs }],
  };
  return beside(() => new k8s.rbac.v1.Role("cart", args, onCluster));
}

type NetworkPolicySpec = types.input.networking.v1.NetworkPolicySpec;
function edge(name: string, spec: Omit<NetworkPolicySpec, "podSelector">) {
  const args = { metadata: metadata(name), spec: { podSelector: selector, ...spec } };
  return beside(() => new k8s.networking.v1.NetworkPolicy(name, args, onCluster));
}

export const programs = {
  "default-deny": () => {
    guarded.makeNamespace();
    guarded.limits();
    guarded.quota();
  },
  "no-allow-all": edge("cart-to-payments", {
    policyTypes: ["Egress"],
    egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ protocol: "TCP", port: 443 }] }],
  }),
  "narrow-network-edges": edge("cart-clients", {
    policyTypes: ["Ingress"],
    ingress: [
      { from: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "checkout" } } }] },
    ],
  }),
  "service-exposure": beside(() => {
    const ports = [{ name: "http", port: 80, targetPort: "http" }];
    const spec = { type: "LoadBalancer", selector: selector.matchLabels, ports };
    new k8s.core.v1.Service("cart", { metadata: metadata("cart"), spec }, onCluster);
  }),
  "ingress-tls": beside(() => {
    const backend = { service: { name: "cart", port: { name: "http" } } };
    const http = { paths: [{ path: "/", pathType: "Prefix", backend }] };
    const spec = { rules: [{ host: "shop.example.com", http }] };
    new k8s.networking.v1.Ingress("cart", { metadata: metadata("cart"), spec }, onCluster);
  }),
  "rbac-wildcards": role("configmaps", "*"),
  "rbac-escalation": role("secrets", "get", "list"),
  "cluster-admin": bound("cluster-admin", {
    kind: "ServiceAccount",
    name: "cart",
    namespace: guarded.namespace,
  }),
  "binding-subjects": bound("view", { kind: "Group", apiGroup, name: "system:authenticated" }),
  "token-secrets": beside(() => {
    const annotations = { "kubernetes.io/service-account.name": "cart" };
    const type = "kubernetes.io/service-account-token";
    const args = { metadata: metadata("cart-token", { annotations }), type };
    new k8s.core.v1.Secret("cart-token", args, onCluster);
  }),
  "pod-security-labels": () => {
    const open = { "pod-security.kubernetes.io/enforce": "privileged" };
    guarded.guardedNamespace({ ...guarded.podSecurity, ...open });
  },
  "namespace-limits": () => {
    guarded.makeNamespace();
    guarded.denyAll();
    guarded.limits();
  },
  "storage-encryption": beside(() => {
    const args = {
      metadata: { name: "fast", labels },
      provisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3" },
      reclaimPolicy: "Retain",
      allowVolumeExpansion: true,
      volumeBindingMode: "WaitForFirstConsumer",
    };
    new k8s.storage.v1.StorageClass("fast", args, onCluster);
  }),
};
