import { noAllowAll } from "../../../policy/rules/access/network-edges.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { denyAll, networkPolicy, wayIn, wayOut, wayToDns } from "./objects.ts";

const block = (cidr: string, except?: string[]) => ({ ipBlock: { cidr, except } });
const to = (...peers: object[]) => wayOut({ to: peers });
const toBlock = (cidr: string) => to(block(cidr));
/** A peer that is all pods of some namespaces. */
const labelled = (operator: string, key: string, values?: string[]) => ({
  namespaceSelector: { matchExpressions: [{ key, operator, values }] },
});
const nameOf = "kubernetes.io/metadata.name";
const everyPod = "allows every pod of every namespace";

const opening = {
  namespace: "shop",
  name: "c*",
  direction: "Egress",
  ports: [443, "https"],
  without: ["10.0.0.0/8"],
  reason: "payments have no fixed address",
};
const config = { openings: [opening] };
const outside = block("0.0.0.0/0", ["10.0.0.0/8"]);
const open = (more: object) => wayOut({ to: [outside], ports: [{ port: 443 }], ...more });
const spec = { podSelector: {}, egress: [{ to: [outside], ports: [{ port: 443 }] }] };
const opens443 = "opens port 443 to 0.0.0.0/0";

describeRule(noAllowAll, {
  passes: [
    ["a policy that shuts everything", denyAll()],
    ["named peers on the way in", wayIn()],
    ["named peers on the way out", wayOut()],
    ["name resolution of all pods", wayToDns()],
    ["name resolution by any pod", wayToDns({ namespaceSelector: {} })],
    ["name resolution at another", wayToDns({ namespaceSelector: {} }, 1053), { dnsPorts: [1053] }],
    ["a block of addresses", toBlock("10.0.0.0/8")],
    ["a single address", toBlock("10.1.2.3")],
    ["a private block of IPv6", toBlock("fc00::/7")],
    ["one provider's block of IPv6", toBlock("2001:db8::/32")],
    ["a block of translated IPv4", toBlock("64:ff9b::a00:0/104")],
    ["pods that have a label", to(labelled("Exists", "team"))],
    ["pods of the own namespace", wayIn({ from: [{ podSelector: {} }] })],
    ["a listed opening by number", open({}), config],
    ["a listed opening by name", open({ ports: [{ port: "https" }] }), config],
    ["leaves out more", open({ to: [block("0.0.0.0/0", ["10.0.0.0/8", "1.0.0.0/8"])] }), config],
  ],
  fails: [
    ["no peers on the way out", wayOut({ to: undefined }), "spec.egress.0 names no peer: all"],
    ["no peers on the way in", wayIn({ from: undefined }), "spec.ingress.0 names no peer"],
    ["an empty list of peers", to(), "spec.egress.0 names no peer"],
    ["all of IPv4", toBlock("0.0.0.0/0"), "spec.egress.0.to.0 opens port 5432 to 0.0.0.0/0"],
    ["half of IPv4", toBlock("128.0.0.0/1"), "opens port 5432 to 128.0.0.0/1"],
    ["all of IPv6", wayIn({ from: [block("::/0")] }), "spec.ingress.0.from.0 opens port 8080 to"],
    ["all public IPv6", toBlock("2000::/7"), "to 2000::/7"],
    ["what one registry has of IPv6", toBlock("2a00::/12"), "to 2a00::/12"],
    ["all of IPv4 as IPv6", toBlock("::ffff:0.0.0.0/96"), "to ::ffff:0.0.0.0/96"],
    ["all of IPv4 by NAT64", toBlock("64:ff9b::/96"), "to 64:ff9b::/96"],
    ["all ports", open({ ports: undefined }), "opens port any number to 0.0.0.0/0"],
    ["everywhere beside a peer", to(block("10.0.0.0/8"), outside), "spec.egress.0.to.1 opens"],
    ["all namespaces", wayIn({ from: [{ namespaceSelector: {} }] }), `from.0 ${everyPod}`],
    ["all pods of all namespaces", to({ namespaceSelector: {}, podSelector: {} }), everyPod],
    ["an empty peer", to({}), everyPod],
    ["all namespaces that have a name", to(labelled("Exists", nameOf)), everyPod],
    ["all namespaces but one", to(labelled("NotIn", nameOf, ["a"])), everyPod],
    ["all without a label", to(labelled("DoesNotExist", "team")), everyPod],
    ["all pods, for names and more", wayToDns({ namespaceSelector: {} }, 5353), everyPod],
    ["another port", open({ ports: [{ port: 443 }, { port: 22 }] }), "443, 22", config],
    ["an opening of a range", open({ ports: [{ port: 443, endPort: 900 }] }), "any number", config],
    ["an opening of a protocol", open({ ports: [{ protocol: "TCP" }] }), "any number", config],
    ["too much of it", open({ to: [block("0.0.0.0/0")] }), "without leaving out", config],
    ["it the other way", wayIn({ from: [outside], ports: [{ port: 443 }] }), opens443, config],
    ["it under another name", networkPolicy(spec, { name: "other" }), opens443, config],
    ["it in another namespace", networkPolicy(spec, { namespace: "other" }), opens443, config],
  ],
});
