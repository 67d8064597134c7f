import { describe, expect, it } from "vitest";
import { noAllowAll } from "../../../policy/rules/access/no-allow-all.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";
import { listOf } from "./objects.ts";

type Rule = Readonly<Record<string, unknown>>;

const labels = { "app.kubernetes.io/name": "store" };
const named = { matchLabels: labels };
const ports = [{ ports: [{ port: "443", protocol: "TCP" }] }];
const ofAnyNamespace = {
  matchExpressions: [{ key: "k8s:io.kubernetes.pod.namespace", operator: "Exists" }],
};

function policy(kind: string, side: "ingress" | "egress", rule: Rule) {
  return objectOf(kind, { spec: { [side]: [rule] } });
}

const into = (kind: string, rule: Rule) => policy(kind, "ingress", rule);
const outOf = (kind: string, rule: Rule) => policy(kind, "egress", rule);

const cilium = "cilium.io/CiliumNetworkPolicy";
const ciliumOfAll = "cilium.io/CiliumClusterwideNetworkPolicy";
const calico = "projectcalico.org/NetworkPolicy";
const calicoOfAll = "crd.projectcalico.org/GlobalNetworkPolicy";
const admin = "policy.networking.k8s.io/AdminNetworkPolicy";
const baseline = "policy.networking.k8s.io/BaselineAdminNetworkPolicy";
const cluster = "policy.networking.k8s.io/ClusterNetworkPolicy";
const amazons = "networking.k8s.aws/ClusterNetworkPolicy";
const application = "networking.k8s.aws/ApplicationNetworkPolicy";

const net = (side: string, cidr: string) => ({ action: "Allow", [side]: { nets: [cidr] } });

describe("no-allow-all, of policies of network plugins", () => {
  it.each([
    ["a rule of Cilium that allows nothing", into(cilium, {})],
    ["pods of the namespace", into(cilium, { fromEndpoints: [{}], toPorts: ports })],
    ["named pods", outOf(ciliumOfAll, { toEndpoints: [named], toPorts: ports })],
    ["the API server", outOf(cilium, { toEntities: ["kube-apiserver"] })],
    ["named blocks", outOf(cilium, { toCIDRSet: [{ cidr: "10.0.0.0/16" }] })],
    ["named domains", outOf(cilium, { toFQDNs: [{ matchPattern: "*.example.com" }] })],
    ["a rule of Calico that denies", into(calico, { action: "Deny" })],
    ["pods of the namespace", into(calico, { action: "Allow", source: { selector: "all()" } })],
    ["named pods", into(calicoOfAll, { action: "Allow", source: { selector: "app == 'a'" } })],
    ["named blocks", outOf(calicoOfAll, net("destination", "10.0.0.0/16"))],
    ["an account", into(calicoOfAll, { action: "Allow", source: { serviceAccounts: {} } })],
    ["a rule that denies all", into(admin, { action: "Deny", from: [{ namespaces: {} }] })],
    ["named namespaces", into(admin, { action: "Allow", from: [{ namespaces: named }] })],
    ["named pods", outOf(cluster, { action: "Accept", to: [{ pods: { podSelector: named } }] })],
    ["named networks", outOf(baseline, { action: "Allow", to: [{ networks: ["10.0.0.0/16"] }] })],
    ["domains of EKS", outOf(application, { domainNames: ["example.com"] })],
  ])("accepts %s", (_, resource) => {
    expect(evaluate(noAllowAll, resource)).toEqual([]);
  });

  it.each([
    ["ports of anybody", into(cilium, { toPorts: ports }), "spec.ingress.0 names no peer"],
    ["pings of anybody", into(cilium, { icmps: [] }), "names no peer"],
    ["the world", outOf(cilium, { toEntities: ["world"] }), "spec.egress.0 is open to world"],
    ["all entities", into(ciliumOfAll, { fromEntities: ["all"] }), "is open to all"],
    ["IPv6", outOf(cilium, { toEntities: ["world-ipv6"] }), "is open to world-ipv6"],
    ["the cluster", into(cilium, { fromEntities: ["cluster"] }), "allows every pod"],
    ["all pods", into(ciliumOfAll, { fromEndpoints: [{}] }), "allows every pod"],
    ["any namespace", outOf(cilium, { toEndpoints: [ofAnyNamespace] }), "allows every pod"],
    ["all addresses", outOf(cilium, { toCIDR: ["0.0.0.0/0"] }), "is open to 0.0.0.0/0"],
    ["half of them", outOf(cilium, { toCIDRSet: [{ cidr: "128.0.0.0/1" }] }), "128.0.0.0/1"],
    ["all domains", outOf(cilium, { toFQDNs: [{ matchPattern: "*" }] }), "the domain *"],
    [
      "a second spec",
      objectOf(cilium, { spec: {}, specs: [{ egress: [{ toEntities: ["all"] }] }] }),
      "specs.0.egress.0 is open to all",
    ],
    ["no peer", into(calico, { action: "Allow" }), "spec.ingress.0 names no peer"],
    ["ports alone", outOf(calico, { action: "Allow", destination: { ports: [443] } }), "no peer"],
    ["all but some", into(calico, { action: "Allow", source: { notNets: ["10.0.0.0/8"] } }), "no"],
    ["all addresses", outOf(calicoOfAll, net("destination", "0.0.0.0/0")), "0.0.0.0/0"],
    ["all of IPv6", into(calicoOfAll, net("source", "::/0")), "is open to ::/0"],
    [
      "all pods",
      into(calicoOfAll, { action: "Allow", source: { selector: "all()" } }),
      "every pod",
    ],
    [
      "all namespaces",
      into(calico, { action: "Allow", source: { namespaceSelector: "all()" } }),
      "every pod",
    ],
    [
      "all domains",
      outOf(calico, { action: "Allow", destination: { domains: ["*"] } }),
      "domain *",
    ],
    ["all namespaces", into(admin, { action: "Allow", from: [{ namespaces: {} }] }), "every pod"],
    ["all pods", into(baseline, { action: "Allow", from: [{ pods: {} }] }), "every pod"],
    ["networks", outOf(admin, { action: "Allow", to: [{ networks: ["::/0"] }] }), "open to ::/0"],
    ["namespaces", outOf(cluster, { action: "Accept", to: [{ namespaces: {} }] }), "every pod"],
    ["domains", outOf(amazons, { action: "Accept", to: [{ domainNames: ["*"] }] }), "domain *"],
    ["nobody", outOf(application, { ports: [{ port: 443 }] }), "spec.egress.0 names no peer"],
    ["it in a list", listOf(into(cilium, { fromEntities: ["all"] })), "items.0: spec.ingress.0 is"],
  ])("refuses to allow %s", (_, resource, problem) => {
    expect(evaluate(noAllowAll, resource)).toEqual([expect.stringContaining(problem)]);
  });

  it("says that it needs a literal where an address is unknown", () => {
    expect(evaluate(noAllowAll, outOf(calico, net("destination", unknown)))).toEqual([
      expect.stringContaining("is not known before the update"),
    ]);
  });
});
