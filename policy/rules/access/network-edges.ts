import { type Static, Type } from "typebox";
import { isExempt } from "../../kit/exemptions.ts";
import { nsaCisa } from "../../kit/frameworks.ts";
import { isObject, isPresent, listAt, numberAt, textAt, textsAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import type { Report, Settings } from "../../kit/rule.ts";
import type { Subject } from "../../kit/subject.ts";
import { isWide } from "../../kit/addresses.ts";
import {
  dnsPorts,
  type Edge,
  edgesOf,
  isDns,
  namesNobody,
  networkPolicyKind,
  portsOf,
} from "./network-policies.ts";

const Opening = Type.Object(
  {
    namespace: Type.String({ description: "Of the policy. `*` stands for any text." }),
    name: Type.String({ description: "Of the policy. `*` stands for any text." }),
    direction: Type.Enum(["Ingress", "Egress"], { description: "Into the pods or out of them." }),
    ports: Type.Array(Type.Union([Type.Integer(), Type.String()]), {
      description: "The ports that it may open, by number or name.",
    }),
    without: Type.Optional(
      Type.Array(Type.String(), {
        description: "Blocks of addresses that it has to leave out, in `except`.",
      }),
    ),
    reason: Type.String({ minLength: 10, description: "Why these pods need it." }),
  },
  { additionalProperties: false },
);

const config = Type.Object({
  openings: Type.Array(Opening, {
    default: [],
    description: "Policies that may open some ports to or from everywhere.",
  }),
  dnsPorts,
});
type Config = Settings<(typeof config)["properties"]>;

function isOpening(opening: Static<typeof Opening>, subject: Subject, edge: Edge): boolean {
  const ports = opening.ports.map(String);
  return (
    isExempt([opening], subject) &&
    opening.direction === edge.direction &&
    (portsOf(edge.fields)?.every((port) => ports.includes(port)) ?? false)
  );
}

function leavesOut({ without = [] }: Static<typeof Opening>, block: unknown): boolean {
  const except = textsAt(block, "ipBlock", "except");
  return without.every((cidr) => except.includes(cidr));
}

function blockProblem(peer: unknown, edge: Edge, subject: Subject, settings: Config) {
  const cidr = textAt(peer, "ipBlock", "cidr");
  if (cidr === undefined || !isWide(cidr)) return undefined;
  const openings = settings.openings.filter((opening) => isOpening(opening, subject, edge));
  if (openings.some((opening) => leavesOut(opening, peer))) return undefined;
  const [missing] = openings;
  const ports = portsOf(edge.fields)?.join(", ") ?? "any number";
  if (missing === undefined) return `opens port ${ports} to ${cidr}`;
  return `opens port ${ports} to ${cidr} without leaving out ${missing.without?.join(", ") ?? ""}`;
}

function podsProblem(peer: unknown): string | undefined {
  if (!isObject(peer) || isPresent(peer, "ipBlock")) return undefined;
  const ofAnyNamespace = isPresent(peer, "namespaceSelector") || !isPresent(peer, "podSelector");
  if (!ofAnyNamespace) return undefined;
  const isAnybody = ["namespaceSelector", "podSelector"].every((key) => namesNobody(peer, key));
  return isAnybody ? "allows every pod of every namespace, or all but some" : undefined;
}

function evaluatePolicy(subject: Subject, report: Report, settings: Config): void {
  for (const edge of edgesOf(subject.props)) {
    const { path, peers, way } = edge;
    if (peers.length === 0) report(`${path} names no peer: all traffic ${way} everywhere`);
    for (const [i, peer] of peers.entries()) {
      const pods = isDns(edge, settings.dnsPorts) ? undefined : podsProblem(peer);
      const problem = pods ?? blockProblem(peer, edge, subject, settings);
      report(problem && `${path}.${way}.${i} ${problem}`);
    }
  }
}

export const noAllowAll = resourceRule({
  name: "no-allow-all",
  title: "No NetworkPolicy lets everything in or out",
  why: "Policies add up: one that allows all undoes the denial and every narrower one beside it.",
  fix: "name in from or to the pods or addresses that really have to connect, or list the policy in the setting openings with its reason",
  severity: "high",
  frameworks: [nsaCisa("Network policies")],
  config,
  kinds: [networkPolicyKind],
  check: evaluatePolicy,
});

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

function problemsOf({ path, fields, peers, way }: Edge): (string | undefined)[] {
  const ports = portProblem(fields);
  return [
    ports && `${path} ${ports}`,
    ...peers.map((peer, i) => {
      const problem = peerProblem(peer);
      return problem && `${path}.${way}.${i} ${problem}`;
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
  kinds: [networkPolicyKind],
  check: ({ props }, report, { dnsPorts: ports }) => {
    const edges = edgesOf(props);
    const isOpen = edges.some((edge) => !isDns(edge, ports));
    if (isOpen && namesNobody(props, "spec", "podSelector")) {
      report("opens something to all pods of its namespace");
    }
    report(...edges.flatMap(problemsOf));
  },
});
