import { Type } from "typebox";
import { nsaCisa } from "../../kit/frameworks.ts";
import { isPresent, listAt, numberAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind } from "../../kit/subject.ts";
import type { Report, Settings } from "../../kit/rule.ts";
import {
  dnsPorts,
  edgesOf,
  isDns,
  namesNobody,
  networkPolicyKind,
  type Edge,
} from "./network-policies.ts";

const config = Type.Object({
  namedPods: Type.Boolean({
    default: true,
    description:
      "A policy that opens more than name resolution names by labels the pods that it is for.",
  }),
  namedPeers: Type.Boolean({
    default: true,
    description: "Peers that are pods are named by labels, and so is their namespace.",
  }),
  namedPorts: Type.Boolean({ default: true, description: "Each edge names its ports." }),
  widestRange: Type.Integer({
    default: 100,
    minimum: 1,
    description: "Ports at most in one range of port to endPort.",
  }),
  dnsPorts,
});
type Config = Settings<(typeof config)["properties"]>;

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

function portProblem(edge: unknown, widestRange: number): string | undefined {
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

function judgeEdge(
  { path, fields, peers, direction }: Edge,
  report: Report,
  settings: Config,
): void {
  const ports = settings.namedPorts ? portProblem(fields, settings.widestRange) : undefined;
  if (ports !== undefined) report(`${path} ${ports}`);
  if (!settings.namedPeers) return;
  for (const [i, peer] of peers.entries()) {
    const problem = peerProblem(peer);
    if (problem !== undefined)
      report(`${path}.${direction === "Ingress" ? "from" : "to"}.${i} ${problem}`);
  }
}

export const narrowNetworkEdges = resourceRule({
  name: "narrow-network-edges",
  title: "What a NetworkPolicy opens is for named pods, named peers and named ports",
  why: "A wider edge than the connection that it was made for is one that somebody else can use.",
  fix: "name pods by podSelector, peers by podSelector and namespaceSelector, and each port",
  severity: "medium",
  frameworks: [nsaCisa("Network policies")],
  config,
  check: (subject, report, settings) => {
    if (!isKind(subject, networkPolicyKind)) return;
    const edges = edgesOf(subject.props);
    const isOpen = edges.some((edge) => !isDns(edge, settings.dnsPorts));
    if (settings.namedPods && isOpen && namesNobody(subject.props, "spec", "podSelector")) {
      report("opens something to all pods of its namespace");
    }
    for (const edge of edges) judgeEdge(edge, report, settings);
  },
});
