import { describe, expect, it } from "vitest";
import { narrowNetworkEdges } from "../../../policy/rules/access/narrow-network-edges.ts";
import { withValue } from "../kit/change.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { denyAll, listOf, wayIn, wayOut, wayToDns } from "./objects.ts";

const labels = { matchLabels: { app: "store" } };

const without = (key: string) => ({ matchExpressions: [{ key, operator: "DoesNotExist" }] });

describe("narrow-network-edges", () => {
  it.each([
    ["shuts everything", denyAll()],
    ["names all on the way in", wayIn()],
    ["names all on the way out", wayOut()],
    ["lets all pods ask for names", wayToDns()],
    ["names addresses", wayOut({ to: [{ ipBlock: { cidr: "10.0.0.0/24" } }] })],
    ["names pods of its own namespace", wayIn({ from: [{ podSelector: labels }] })],
    ["names a port by name", wayIn({ ports: [{ port: "http" }] })],
    ["opens a short range", wayIn({ ports: [{ port: 4000, endPort: 4010 }] })],
  ])("accepts a policy that %s", (_, policy) => {
    expect(evaluate(narrowNetworkEdges, policy)).toEqual([]);
  });

  const forAll = (policy = wayOut()) => withValue(policy, ["spec", "podSelector"], {});

  it.each([
    ["is for all pods", forAll(), "opens something to all pods of its namespace"],
    ["is for all pods, on the way in", forAll(wayIn()), "opens something to all pods"],
    [
      "is for all pods but some",
      withValue(wayOut(), ["spec", "podSelector"], without("app")),
      "opens something to all pods of its namespace",
    ],
    [
      "lets such pods of all namespaces but some in",
      wayIn({ from: [{ namespaceSelector: without("team"), podSelector: labels }] }),
      "spec.ingress.0.from.0 names no namespace",
    ],
    [
      "lets all pods of its namespace but some in",
      wayIn({ from: [{ podSelector: without("app") }] }),
      "names no labels of pods",
    ],
    [
      "is for all pods, for names and more",
      wayToDns(undefined, 8053),
      "opens something to all pods",
    ],
    [
      "lets all pods of a namespace in",
      wayIn({ from: [{ namespaceSelector: labels }] }),
      "spec.ingress.0.from.0 names no labels of pods",
    ],
    [
      "lets all pods of its namespace in",
      wayIn({ from: [{ podSelector: {} }] }),
      "names no labels of pods",
    ],
    [
      "lets such pods of any namespace in",
      wayOut({ to: [{ namespaceSelector: {}, podSelector: labels }] }),
      "spec.egress.0.to.0 names no namespace",
    ],
    [
      "names no ports",
      wayOut({ ports: undefined }),
      "spec.egress.0 names no ports, so that all are open",
    ],
    ["names an empty list of ports", wayOut({ ports: [] }), "names no ports"],
    [
      "names only a protocol",
      wayOut({ ports: [{ protocol: "TCP" }] }),
      "spec.egress.0 opens all ports of a protocol",
    ],
    [
      "opens a long range",
      wayOut({ ports: [{ port: 1, endPort: 65535 }] }),
      "opens 65535 ports at once",
    ],
    ["is an item of a list", listOf(wayOut({ ports: [] })), "spec.egress.0 names no ports"],
  ])("refuses a policy that %s", (_, policy, problem) => {
    expect(evaluate(narrowNetworkEdges, policy)).toEqual([expect.stringContaining(problem)]);
  });

  it("leaves every pod of every namespace to the rule about that", () => {
    expect(evaluate(narrowNetworkEdges, wayIn({ from: [{ namespaceSelector: {} }] }))).toEqual([]);
  });

  it.each([
    ["namedPods", forAll()],
    ["namedPeers", wayIn({ from: [{ podSelector: {} }] })],
    ["namedPorts", wayOut({ ports: undefined })],
  ])("asks for less where %s is off", (setting, policy) => {
    expect(evaluate(narrowNetworkEdges, policy)).toHaveLength(1);
    expect(evaluate(narrowNetworkEdges, policy, { [setting]: false })).toEqual([]);
  });

  it("lets the settings say how long a range may be, and where name servers listen", () => {
    const range = wayIn({ ports: [{ port: 4000, endPort: 4010 }] });
    expect(evaluate(narrowNetworkEdges, range, { widestRange: 10 })).toHaveLength(1);
    expect(evaluate(narrowNetworkEdges, wayToDns(undefined, 1053), { dnsPorts: [1053] })).toEqual(
      [],
    );
  });

  it("says that it needs a literal where a port is unknown", () => {
    expect(evaluate(narrowNetworkEdges, wayOut({ ports: [{ port: unknown }] }))).toEqual([
      expect.stringContaining("port is not known before the update"),
    ]);
  });
});
