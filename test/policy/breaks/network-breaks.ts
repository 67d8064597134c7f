import type { TestResource } from "../kit/evaluate.ts";
import { gone, set, setAll, type ProgramBreak } from "./program-break.ts";

const namespace = "kubernetes:core/v1:Namespace";
const policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

function isDenyAll({ name }: TestResource): boolean {
  return name.endsWith("-deny-all");
}

function isEdge(resource: TestResource): boolean {
  return !isDenyAll(resource);
}

/** Replaces what a policy opens: everything beside it is as narrow as it should be. */
function opening(peer: unknown, ports: readonly unknown[] = [{ port: 443 }]) {
  return setAll({
    "spec/policyTypes": ["Egress"],
    "spec/ingress": undefined,
    "spec/egress": [{ to: peer, ports }],
  });
}

function block(cidr: string) {
  return { ipBlock: { cidr } };
}

const cart = { matchLabels: { "app.kubernetes.io/name": "cart" } };

/** Of NetworkPolicies. */
export const networkBreaks: readonly ProgramBreak[] = [
  {
    rule: "default-deny",
    what: "has no policy that denies",
    of: policy,
    which: isDenyAll,
    change: gone,
    blames: namespace,
    says: "no NetworkPolicy denies Ingress and Egress",
  },
  {
    rule: "default-deny",
    what: "lets everything out that no policy speaks of",
    of: policy,
    which: isDenyAll,
    change: set("spec/policyTypes", ["Ingress"]),
    blames: namespace,
    says: "no NetworkPolicy denies Egress",
  },
  {
    rule: "default-deny",
    what: "denies only to some pods",
    of: policy,
    which: isDenyAll,
    change: set("spec/podSelector", cart),
    blames: namespace,
    says: "no NetworkPolicy denies Ingress and Egress",
  },
  {
    rule: "no-allow-all",
    what: "names no peer",
    of: policy,
    which: isEdge,
    change: opening([]),
    says: "names no peer",
  },
  {
    rule: "no-allow-all",
    what: "opens a port to the internet",
    of: policy,
    which: isEdge,
    change: opening([block("0.0.0.0/0")]),
    says: "opens port 443 to 0.0.0.0/0",
  },
  {
    rule: "no-allow-all",
    what: "opens a port to all of IPv6",
    of: policy,
    which: isEdge,
    change: opening([{ podSelector: cart }, block("::/0")]),
    says: "spec.egress.0.to.1 opens port 443 to ::/0",
  },
  {
    rule: "no-allow-all",
    what: "is for every pod of the cluster",
    of: policy,
    which: isEdge,
    change: opening([{ namespaceSelector: {} }]),
    says: "allows every pod of every namespace",
  },
  {
    rule: "no-allow-all",
    what: "is for every pod of the cluster but those of a namespace",
    of: policy,
    which: isEdge,
    change: opening([
      {
        namespaceSelector: {
          matchExpressions: [
            { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["shop"] },
          ],
        },
      },
    ]),
    says: "allows every pod of every namespace but those that it leaves out",
  },
  {
    rule: "narrow-network-edges",
    what: "opens all ports",
    of: policy,
    which: isEdge,
    change: opening([{ podSelector: cart }], []),
    says: "names no ports",
  },
  {
    rule: "narrow-network-edges",
    what: "opens a thousand ports",
    of: policy,
    which: isEdge,
    change: opening([{ podSelector: cart }], [{ port: 8000, endPort: 9000 }]),
    says: "opens 1001 ports at once",
  },
  {
    rule: "narrow-network-edges",
    what: "names pods of any namespace",
    of: policy,
    which: isEdge,
    change: opening([{ namespaceSelector: {}, podSelector: cart }]),
    says: "names no namespace",
  },
  {
    rule: "narrow-network-edges",
    what: "is for all pods of its namespace",
    of: policy,
    which: isEdge,
    change: set("spec/podSelector", {}),
    says: "opens something to all pods",
  },
];
