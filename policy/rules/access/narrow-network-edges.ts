import { Type } from "typebox";
import { nsaCisa } from "../../kit/frameworks.ts";
import { isPresent, listAt, numberAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind } from "../../kit/subject.ts";
import {
  dnsPorts,
  edgesOf,
  isDns,
  namesNobody,
  networkPolicyKind,
  type Edge,
} from "./network-policies.ts";

/** Ports at most in one range of port to endPort. */
const widestRange = 100;

function peerProblem(peer: unknown): string | undefined {
  if (isPresent(peer, "ipBlock")) return undefined;
  const anyPod = namesNobody(peer, "podSelector");
  const anyNamespace =
    isPresent(peer, "namespaceSelector") && namesNobody(peer, "namespaceSelector");
  // That is what the rule no-allow-all is about.
  if (anyPod && anyNamespace) return undefined;
  if (anyPod) return "names no labels of pods, so that every pod of the namespace is a peer";
  return anyNamespace
    ? "names no namespace, so that these labels are enough in any of them"
    : undefined;
}

function portProblem(edge: unknown): string | undefined {
  const ports = listAt(edge, "ports");
  if (ports.length === 0) return "names no ports, so that all are open";
  for (const item of ports) {
    if (!isPresent(item, "port")) return "opens all ports of a protocol";
    const from = numberAt(item, "port");
    const to = numberAt(item, "endPort");
    if (from !== undefined && to !== undefined && to - from >= widestRange) {
      return `opens ${to - from + 1} ports at once`;
    }
  }
  return undefined;
}

function problemsOf({ path, fields, peers, direction }: Edge): string[] {
  const ports = portProblem(fields);
  const way = direction === "Ingress" ? "from" : "to";
  return [
    ...(ports === undefined ? [] : [`${path} ${ports}`]),
    ...peers.flatMap((peer, i) => {
      const problem = peerProblem(peer);
      return problem === undefined ? [] : [`${path}.${way}.${i} ${problem}`];
    }),
  ];
}

export const narrowNetworkEdges = resourceRule({
  name: "narrow-network-edges",
  title: "What a NetworkPolicy opens is for named pods, named peers and named ports",
  why: "A wider edge than the connection that it was made for is one that somebody else can use.",
  fix: "name pods by podSelector, peers by podSelector and namespaceSelector, and each port",
  severity: "medium",
  frameworks: [nsaCisa("Network policies")],
  config: Type.Object({ dnsPorts }),
  check: (subject, report, { dnsPorts: ports }) => {
    if (!isKind(subject, networkPolicyKind)) return;
    const edges = edgesOf(subject.props);
    const isOpen = edges.some((edge) => !isDns(edge, ports));
    if (isOpen && namesNobody(subject.props, "spec", "podSelector")) {
      report("opens something to all pods of its namespace");
    }
    for (const problem of edges.flatMap(problemsOf)) report(problem);
  },
});
