import { narrowNetworkEdges } from "../../../policy/rules/access/network-edges.ts";
import { withFields } from "../kit/change.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { denyAll, wayIn, wayOut, wayToDns } from "./objects.ts";

const labels = { matchLabels: { app: "store" } };
const without = (key: string) => ({ matchExpressions: [{ key, operator: "DoesNotExist" }] });
const from = (peer: object) => wayIn({ from: [peer] });
const forPods = (podSelector: object) => withFields(wayOut(), { "spec.podSelector": podSelector });
const allPods = "opens something to all pods of its namespace";
const noLabels = "spec.ingress.0.from.0 names no labels of pods";
const noNamespace = "spec.ingress.0.from.0 names no namespace";

describeRule(narrowNetworkEdges, {
  passes: [
    ["a policy that shuts everything", denyAll()],
    ["a way in", wayIn()],
    ["a way out", wayOut()],
    ["name resolution of all pods", wayToDns()],
    ["name resolution at another port", wayToDns(undefined, 8053), { dnsPorts: [8053] }],
    ["addresses", wayOut({ to: [{ ipBlock: { cidr: "10.0.0.0/24" } }] })],
    ["pods of the own namespace", from({ podSelector: labels })],
    ["a port by name", wayIn({ ports: [{ port: "http" }] })],
    ["a short range", wayIn({ ports: [{ port: 4000, endPort: 4010 }] })],
  ],
  fails: [
    ["a policy for all pods", forPods({}), allPods],
    ["a policy for all pods but some", forPods(without("app")), allPods],
    ["a policy for all pods, for names and more", wayToDns(undefined, 8053), allPods],
    ["all pods of a namespace", from({ namespaceSelector: labels }), noLabels],
    ["all pods of its namespace", from({ podSelector: {} }), noLabels],
    ["all pods of its namespace but some", from({ podSelector: without("app") }), noLabels],
    ["such pods anywhere", from({ namespaceSelector: {}, podSelector: labels }), noNamespace],
    [
      "such pods of all namespaces but some",
      from({ namespaceSelector: without("team"), podSelector: labels }),
      noNamespace,
    ],
    ["no ports", wayOut({ ports: undefined }), "spec.egress.0 names no ports, so that all are"],
    ["a whole protocol", wayOut({ ports: [{ protocol: "TCP" }] }), "opens all ports of a protocol"],
    ["a long range", wayIn({ ports: [{ port: 1, endPort: 101 }] }), "opens 101 ports at once"],
  ],
});
