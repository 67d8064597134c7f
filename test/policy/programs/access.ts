import {
  clusterObject,
  denyAll,
  limits,
  namespaceObject,
  networkPolicy,
  quota,
  wayIn,
} from "../access/objects.ts";
import { selector, service } from "../availability/shop.ts";
import type { TestResource } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";
import { beside, guarded, type Programs } from "./program.ts";

const group = "rbac.authorization.k8s.io";

function bound(name: string, holder: object): TestResource[] {
  const roleRef = { apiGroup: group, kind: "ClusterRole", name };
  return beside(clusterObject(`${group}/ClusterRoleBinding`, { roleRef, subjects: [holder] }));
}

function role(resource: string, ...verbs: string[]): TestResource[] {
  const rules = [{ apiGroups: [""], resources: [resource], verbs }];
  return beside(objectOf(`${group}/Role`, { rules }));
}

/** A class of encrypted disks of Amazon; `changes` replace its fields. */
export function fastDisks(changes: object): TestResource {
  const fields = {
    provisioner: "ebs.csi.aws.com",
    parameters: { type: "gp3", encrypted: "true" },
    reclaimPolicy: "Retain",
    ...changes,
  };
  return clusterObject("storage.k8s.io/StorageClass", fields, { name: "fast" });
}

const account = { kind: "ServiceAccount", name: "cart", namespace: "shop" };
const open = namespaceObject("shop", { "pod-security.kubernetes.io/enforce": "privileged" });
const backend = { service: { name: "cart", port: { name: "http" } } };
const http = { paths: [{ path: "/", pathType: "Prefix", backend }] };
const ofCart = { annotations: { "kubernetes.io/service-account.name": "cart" } };
const outside = {
  podSelector: selector,
  policyTypes: ["Egress"],
  egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ protocol: "TCP", port: 443 }] }],
};

export const programs: Programs = {
  "default-deny": [namespaceObject(), limits(), quota()],
  "no-allow-all": beside(networkPolicy(outside)),
  "narrow-network-edges": beside(wayIn({ ports: undefined })),
  "service-exposure": beside(service({ type: "LoadBalancer" })),
  "ingress-tls": beside(
    objectOf("networking.k8s.io/Ingress", {
      spec: { rules: [{ host: "shop.example.com", http }] },
    }),
  ),
  "rbac-wildcards": role("configmaps", "*"),
  "rbac-escalation": role("secrets", "get", "list"),
  bindings: bound("cluster-admin", account),
  "token-secrets": beside(
    objectOf("Secret", { type: "kubernetes.io/service-account-token" }, ofCart),
  ),
  "pod-security-labels": [open, ...guarded.slice(1)],
  "namespace-limits": [namespaceObject(), denyAll(), limits()],
  "storage-encryption": beside(fastDisks({ parameters: { type: "gp3" } })),
};
