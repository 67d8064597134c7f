import type { TestResource } from "../kit/evaluate.ts";
import { namespace, objectOf } from "../kit/workloads.ts";

/** An object that is in no namespace, written as for `objectOf`. */
export function clusterObject(
  kind: string,
  fields: Readonly<Record<string, unknown>>,
  metadata: Readonly<Record<string, unknown>> = {},
): TestResource {
  return objectOf(kind, fields, { namespace: undefined, ...metadata });
}

export function namespaceObject(
  name: string = namespace,
  labels: Readonly<Record<string, string>> = { "pod-security.kubernetes.io/enforce": "restricted" },
): TestResource {
  return clusterObject("Namespace", {}, { name, labels });
}

/** A ceiling of the namespace. */
export function quota(
  hard: object = { pods: "20", "services.loadbalancers": "0" },
  metadata: object = {},
): TestResource {
  return objectOf("ResourceQuota", { spec: { hard } }, { name: "quota", ...metadata });
}

/** What containers get that state no limits. */
export function limits(
  limit: object = { default: { memory: "256Mi" } },
  metadata: object = {},
): TestResource {
  const spec = { limits: [{ type: "Container", ...limit }] };
  return objectOf("LimitRange", { spec }, { name: "limits", ...metadata });
}

/** What changes an object that somebody else owns. */
export function patchOf(resource: TestResource): TestResource {
  return { ...resource, type: `${resource.type}Patch` };
}

const policy = "networking.k8s.io/NetworkPolicy";

export function networkPolicy(
  spec: Readonly<Record<string, unknown>>,
  metadata: Readonly<Record<string, unknown>> = {},
): TestResource {
  return objectOf(policy, { spec }, metadata);
}

const denyAllSpec = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

/** A policy that shuts all pods of the namespace. */
export function denyAll(
  spec: Readonly<Record<string, unknown>> = {},
  metadata: Readonly<Record<string, unknown>> = {},
): TestResource {
  return networkPolicy({ ...denyAllSpec, ...spec }, { name: "deny-all", ...metadata });
}

const cart = { matchLabels: { "app.kubernetes.io/name": "cart" } };
const store = {
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "store" } },
  podSelector: { matchLabels: { "app.kubernetes.io/name": "store" } },
};

/** An edge out of the pods of the cart into those of the store; `changes` replace its fields. */
export function wayOut(changes: Readonly<Record<string, unknown>> = {}): TestResource {
  return networkPolicy({
    podSelector: cart,
    policyTypes: ["Egress"],
    egress: [{ to: [store], ports: [{ protocol: "TCP", port: 5432 }], ...changes }],
  });
}

/** The same edge, into the pods of the cart. */
export function wayIn(changes: Readonly<Record<string, unknown>> = {}): TestResource {
  return networkPolicy({
    podSelector: cart,
    policyTypes: ["Ingress"],
    ingress: [{ from: [store], ports: [{ protocol: "TCP", port: 8080 }], ...changes }],
  });
}

const dnsPods = {
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
  podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
};

/** The way of all pods to name servers. */
export function wayToDns(peer: object = dnsPods, port: unknown = 53): TestResource {
  return networkPolicy({
    podSelector: {},
    policyTypes: ["Egress"],
    egress: [
      {
        to: [peer],
        ports: [
          { protocol: "UDP", port },
          { protocol: "TCP", port },
        ],
      },
    ],
  });
}
