import fc from "fast-check";
import type { TestResource } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";

/** Sets of Kubernetes objects that say who may reach what, and which every rule accepts. */

type Fields = Readonly<Record<string, unknown>>;

const word = fc.string({
  unit: fc.constantFrom("a", "b", "c", "d", "e"),
  minLength: 3,
  maxLength: 8,
});
const labels = word.map((name) => ({ "app.kubernetes.io/name": name }));
const selector = labels.map((matchLabels) => ({ matchLabels }));
const domain = fc.tuple(word, word).map((parts) => `${parts.join(".")}.example.com`);

/** The n-th of its kind in a namespace. */
function object(
  kind: string,
  namespace: string | undefined,
  fields: Fields,
  name = "cart",
): TestResource {
  const made = objectOf(kind, fields, { name, namespace });
  return { ...made, name: `${namespace ?? "cluster"}-${name}` };
}

const block = fc
  .record({ first: fc.integer({ min: 1, max: 223 }), second: fc.nat(255), prefix: fc.nat(16) })
  .map(({ first, second, prefix }) => ({
    ipBlock: { cidr: `${first}.${second}.0.0/${16 + prefix}` },
  }));
const named = fc
  .constantFrom("kubernetes.io/metadata.name", "team")
  .chain((key) =>
    word.map((name) => ({ matchExpressions: [{ key, operator: "In", values: [name] }] })),
  );
const peer = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ podSelector: selector, namespaceSelector: named }),
  block,
);
const port = fc.oneof(
  fc.record({ protocol: fc.constantFrom("TCP", "UDP"), port: fc.integer({ min: 1, max: 60000 }) }),
  fc.record({ port: word }),
  fc.integer({ min: 1, max: 60000 }).map((from) => ({ port: from, endPort: from + 50 })),
);
function edge(side: "from" | "to") {
  return fc.record({
    [side]: fc.array(peer, { minLength: 1, maxLength: 3 }),
    ports: fc.array(port, { minLength: 1, maxLength: 2 }),
  });
}
const policy = fc.oneof(
  fc.record({
    podSelector: selector,
    policyTypes: fc.constant(["Ingress"]),
    ingress: fc.array(edge("from"), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    podSelector: selector,
    policyTypes: fc.constant(["Egress"]),
    egress: fc.array(edge("to"), { minLength: 1, maxLength: 2 }),
  }),
);

const roleRule = fc
  .constantFrom<Fields>(
    { apiGroups: [""], resources: ["configmaps", "pods"], verbs: ["get", "list", "watch"] },
    { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create", "get"] },
    { apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames: ["cart"] },
    { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "watch"] },
    { apiGroups: ["batch"], resources: ["jobs"], verbs: ["patch"], resourceNames: ["cart"] },
  )
  .map((rule) => structuredClone(rule));
const rules = fc.array(roleRule, { minLength: 1, maxLength: 3 });

const holder = fc.oneof(
  fc.record({ kind: fc.constant("ServiceAccount"), name: word, namespace: word }),
  fc.record({ kind: fc.constant("Group"), name: word.map((name) => `team:${name}`) }),
);

const service = fc.record({
  type: fc.constantFrom(undefined, "ClusterIP"),
  selector: labels,
  ports: fc.constant([{ name: "http", port: 80, targetPort: 8080 }]),
});

const ingress = fc.uniqueArray(domain, { minLength: 1, maxLength: 3 }).map((hosts) => ({
  tls: [{ hosts, secretName: "cart-tls" }],
  rules: hosts.map((host) => ({ host, http: { paths: [] } })),
}));

const listener = fc.record({
  protocol: fc.constantFrom("HTTPS", "TLS"),
  port: fc.constantFrom(443, 8443),
  tls: fc.constantFrom<Fields>(
    { certificateRefs: [{ name: "cart-tls" }] },
    { mode: "Passthrough" },
  ),
});

const storage = fc
  .record({
    provisioner: fc.constantFrom("ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com"),
    type: fc.constantFrom("gp3", "io2"),
  })
  .map(({ provisioner, type }) => ({
    provisioner,
    parameters: { type, encrypted: "true" },
    reclaimPolicy: "Retain",
  }));

const level = "pod-security.kubernetes.io/enforce";

function guards(namespace: string): TestResource[] {
  return [
    object(
      "networking.k8s.io/NetworkPolicy",
      namespace,
      { spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
      "deny-all",
    ),
    object("LimitRange", namespace, {
      spec: { limits: [{ type: "Container", default: { cpu: "1", memory: "512Mi" } }] },
    }),
    object("ResourceQuota", namespace, {
      spec: { hard: { pods: "20", "services.loadbalancers": "0" } },
    }),
  ];
}

/** A Gateway that only sends clients on from HTTP to HTTPS, and serves those that come by it. */
function gatewayAndRoute(namespace: string, listeners: readonly Fields[]): TestResource[] {
  const all = listeners.map((one, i) => ({ name: `tls-${i}`, ...one }));
  const plain = { name: "http", protocol: "HTTP", port: 80 };
  const redirect = { type: "RequestRedirect", requestRedirect: { scheme: "https" } };
  return [
    object("gateway.networking.k8s.io/Gateway", namespace, {
      spec: { listeners: [plain, ...all] },
    }),
    object("gateway.networking.k8s.io/HTTPRoute", namespace, {
      spec: {
        parentRefs: [{ name: "cart", sectionName: "http" }],
        rules: [{ filters: [redirect] }],
      },
    }),
  ];
}

const namespaced = fc
  .record({
    version: fc.constantFrom("latest", "v1.34"),
    policies: fc.array(policy, { minLength: 1, maxLength: 3 }),
    service,
    ingress,
    listeners: fc.array(listener, { minLength: 1, maxLength: 2 }),
    rules,
    holders: fc.array(holder, { minLength: 1, maxLength: 2 }),
    secretType: fc.constantFrom("Opaque", "kubernetes.io/tls"),
  })
  .map((drawn) => (namespace: string) => [
    objectOf(
      "Namespace",
      {},
      {
        name: namespace,
        namespace: undefined,
        labels: { [level]: "restricted", [`${level}-version`]: drawn.version },
      },
    ),
    ...guards(namespace),
    ...drawn.policies.map((spec, i) =>
      object("networking.k8s.io/NetworkPolicy", namespace, { spec }, `edge-${i}`),
    ),
    object("Service", namespace, { spec: drawn.service }),
    object("networking.k8s.io/Ingress", namespace, { spec: drawn.ingress }),
    ...gatewayAndRoute(namespace, drawn.listeners),
    object("rbac.authorization.k8s.io/Role", namespace, { rules: drawn.rules }),
    object("rbac.authorization.k8s.io/RoleBinding", namespace, {
      roleRef: { kind: "Role", name: "cart" },
      subjects: drawn.holders,
    }),
    object("Secret", namespace, { type: drawn.secretType }),
  ]);

/** One or two namespaces with all that is in them, and what belongs to none. */
export const randomObjects: fc.Arbitrary<readonly TestResource[]> = fc
  .record({
    namespaces: fc.uniqueArray(word, { minLength: 2, maxLength: 2 }),
    first: namespaced,
    second: fc.option(namespaced, { freq: 1 }),
    clusterRules: rules,
    storage,
  })
  .map(({ namespaces: [one = "one", other = "other"], first, second, ...cluster }) =>
    structuredClone([
      ...first(one),
      ...(second?.(other) ?? []),
      object("rbac.authorization.k8s.io/ClusterRole", undefined, { rules: cluster.clusterRules }),
      object("storage.k8s.io/StorageClass", undefined, cluster.storage),
    ]),
  );
