import { networkBreaks } from "./network-breaks.ts";
import { gone, set, type ProgramBreak } from "./program-break.ts";

function type(kind: string): string {
  return `kubernetes:${kind}`;
}

const namespace = type("core/v1:Namespace");
const service = type("core/v1:Service");
const ingress = type("networking.k8s.io/v1:Ingress");
const gateway = type("gateway.networking.k8s.io/v1:Gateway");
const role = type("rbac.authorization.k8s.io/v1:Role");
const clusterRole = type("rbac.authorization.k8s.io/v1:ClusterRole");
const binding = type("rbac.authorization.k8s.io/v1:RoleBinding");
const level = "pod-security.kubernetes.io/enforce";

const doorBreaks: readonly ProgramBreak[] = [
  ...["LoadBalancer", "NodePort"].map((kind) => ({
    rule: "service-exposure",
    what: `is a ${kind}`,
    of: service,
    change: set("spec/type", kind),
    says: `is a ${kind} and not on the list`,
  })),
  {
    rule: "service-exposure",
    what: "takes an address of another",
    of: service,
    change: set("spec/externalIPs", ["203.0.113.7"]),
    says: "takes the addresses 203.0.113.7",
  },
  {
    rule: "ingress-tls",
    what: "has no certificate",
    of: ingress,
    change: set("spec/tls", undefined),
    says: "has no certificate for host",
  },
  {
    rule: "ingress-tls",
    what: "serves hosts that no certificate is for",
    of: ingress,
    change: set("spec/defaultBackend", { service: { name: "cart" } }),
    says: "has no certificate for requests to any host",
  },
  {
    rule: "ingress-tls",
    what: "lets clients stay without TLS",
    of: ingress,
    change: set("metadata/annotations", { "nginx.ingress.kubernetes.io/ssl-redirect": "false" }),
    says: "lets clients stay without TLS",
  },
  {
    rule: "gateway-tls",
    what: "has no certificate",
    of: gateway,
    change: set("spec/listeners/1/tls", {}),
    says: 'listener "tls-0" has no certificate',
  },
  {
    rule: "gateway-tls",
    what: "takes TCP",
    of: gateway,
    change: set("spec/listeners/0/protocol", "TCP"),
    says: 'listener "http" takes TCP without TLS',
  },
  {
    rule: "gateway-tls",
    what: "serves by HTTP",
    of: type("gateway.networking.k8s.io/v1:HTTPRoute"),
    change: set("spec/rules/1", { backendRefs: [{ name: "cart", port: 80 }] }),
    blames: gateway,
    says: "which does more than redirect",
  },
];

function grant(resources: readonly string[], verbs: readonly string[], group = "") {
  return { apiGroups: [group], resources, verbs };
}

const rbac = "rbac.authorization.k8s.io";
const escalations = [
  ["reads every Secret", grant(["secrets"], ["list"]), "read every Secret"],
  ["makes pods", grant(["pods"], ["create"]), "run a pod with any ServiceAccount"],
  ["gets into pods", grant(["pods/exec"], ["create"]), "get into any pod"],
  ["changes workloads", grant(["deployments"], ["patch"], "apps"), "run a pod with any"],
  ["binds roles", grant(["clusterroles"], ["bind"], rbac), "bind itself to any role"],
  ["escalates", grant(["roles"], ["escalate"], rbac), "grant itself anything"],
  ["acts as others", grant(["users"], ["impersonate"]), "act as anybody"],
  ["takes tokens", grant(["serviceaccounts/token"], ["create"]), "take the token of any"],
  ["reaches kubelets", grant(["nodes/proxy"], ["get"]), "run commands in every pod of a node"],
] as const;

const roleBreaks: readonly ProgramBreak[] = [
  ...(["apiGroups", "resources", "verbs"] as const).map((field) => ({
    rule: "rbac-wildcards",
    what: `grants all ${field}`,
    of: role,
    change: set(`rules/0/${field}`, ["*"]),
    says: `rules.0 grants all ${field}`,
  })),
  {
    rule: "rbac-wildcards",
    what: "grants all URLs",
    of: clusterRole,
    change: set("rules/0", { nonResourceURLs: ["*"], verbs: ["get"] }),
    says: "rules.0 grants all nonResourceURLs",
  },
  {
    rule: "rbac-wildcards",
    what: "takes up every other one",
    of: clusterRole,
    change: set("aggregationRule", { clusterRoleSelectors: [{}] }),
    says: "takes up the rules of every ClusterRole",
  },
  ...escalations.map(([what, rule, says], i) => ({
    rule: "rbac-escalation",
    what,
    of: i % 2 === 0 ? role : clusterRole,
    change: set("rules/0", rule),
    says: `enough to ${says}`,
  })),
  {
    rule: "cluster-admin",
    what: "gives everything",
    of: binding,
    change: set("roleRef", { kind: "ClusterRole", name: "cluster-admin" }),
    says: "binds to cluster-admin",
  },
  {
    rule: "rbac-wildcards",
    what: "takes up what administrators have",
    of: clusterRole,
    change: set("aggregationRule", {
      clusterRoleSelectors: [{ matchLabels: { [`${rbac}/aggregate-to-admin`]: "true" } }],
    }),
    says: "takes up the rules of the built-in admin",
  },
  ...[
    { kind: "Group", name: "system:authenticated" },
    { kind: "User", name: "system:anonymous" },
    { kind: "ServiceAccount", name: "default", namespace: "shop" },
  ].map((holder) => ({
    rule: "binding-subjects",
    what: `is for the ${holder.kind} ${holder.name}`,
    of: binding,
    change: set("subjects/0", holder),
    says: `gives rights to ${holder.kind} ${holder.name}`,
  })),
  {
    rule: "token-secrets",
    what: "is a token that never ends",
    of: type("core/v1:Secret"),
    change: set("type", "kubernetes.io/service-account-token"),
    says: "holds a token",
  },
];

const namespaceBreaks: readonly ProgramBreak[] = [
  {
    rule: "pod-security-labels",
    what: "enforces nothing",
    of: namespace,
    change: set(`metadata/labels`, { team: "shop" }),
    says: "enforces no Pod Security level",
  },
  {
    rule: "pod-security-labels",
    what: "enforces little",
    of: namespace,
    change: set("metadata/labels", { [level]: "baseline" }),
    says: "enforces the Pod Security level baseline, which must be restricted",
  },
  {
    rule: "namespace-limits",
    what: "has no ceiling",
    of: type("core/v1:ResourceQuota"),
    change: gone,
    blames: namespace,
    says: "no ResourceQuota of namespace",
  },
  {
    rule: "namespace-limits",
    what: "may have load balancers",
    of: type("core/v1:ResourceQuota"),
    change: set("spec/hard", { pods: "20" }),
    blames: namespace,
    says: "has services.loadbalancers",
  },
  {
    rule: "namespace-limits",
    what: "has no defaults",
    of: type("core/v1:LimitRange"),
    change: gone,
    blames: namespace,
    says: "has a default limit of memory",
  },
  {
    rule: "storage-encryption",
    what: "does not encrypt",
    of: type("storage.k8s.io/v1:StorageClass"),
    change: set("parameters/encrypted", "false"),
    says: 'does not set parameters.encrypted to "true"',
  },
  {
    rule: "storage-encryption",
    what: "is of somebody who says nothing of encryption",
    of: type("storage.k8s.io/v1:StorageClass"),
    change: set("provisioner", "nfs.example.com"),
    says: "nothing says that volumes of nfs.example.com are encrypted",
  },
  {
    rule: "claim-retention",
    what: "loses data with its claim",
    of: type("storage.k8s.io/v1:StorageClass"),
    change: set("reclaimPolicy", "Delete"),
    says: "reclaimPolicy is Delete",
  },
];

/** Of what says who may reach what. */
export const accessBreaks: readonly ProgramBreak[] = [
  ...networkBreaks,
  ...doorBreaks,
  ...roleBreaks,
  ...namespaceBreaks,
];
