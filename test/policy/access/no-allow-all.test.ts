import { describe, expect, it } from "vitest";
import { noAllowAll } from "../../../policy/rules/access/no-allow-all.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { denyAll, listOf, networkPolicy, wayIn, wayOut, wayToDns } from "./objects.ts";

const block = (cidr: string, except?: string[]) => ({ ipBlock: { cidr, except } });
const everywhere = block("0.0.0.0/0");

/** A peer that is all pods of some namespaces. */
const labelled = (operator: string, key: string, values?: string[]) => ({
  namespaceSelector: { matchExpressions: [{ key, operator, values }] },
});

describe("no-allow-all", () => {
  it.each([
    ["shuts everything", denyAll()],
    ["names peers on the way in", wayIn()],
    ["names peers on the way out", wayOut()],
    ["lets all pods ask for names", wayToDns()],
    ["lets all pods ask any pod for names", wayToDns({ namespaceSelector: {} })],
    ["names a block of addresses", wayOut({ to: [block("10.0.0.0/8")] })],
    ["names a single address", wayOut({ to: [block("10.1.2.3")] })],
    ["names a private block of IPv6", wayOut({ to: [block("fc00::/7")] })],
    ["names one provider's block of IPv6", wayOut({ to: [block("2001:db8::/32")] })],
    ["names a block of translated IPv4", wayOut({ to: [block("64:ff9b::a00:0/104")] })],
    ["names pods that have a label", wayIn({ from: [labelled("Exists", "team")] })],
    ["lets pods of its own namespace in", wayIn({ from: [{ podSelector: {} }] })],
  ])("accepts a policy that %s", (_, policy) => {
    expect(evaluate(noAllowAll, policy)).toEqual([]);
  });

  it.each([
    [
      "an empty rule",
      wayOut({ to: undefined, ports: undefined }),
      "spec.egress.0 names no peer and so allows all traffic to everywhere",
    ],
    [
      "an empty rule on the way in",
      wayIn({ from: undefined, ports: undefined }),
      "spec.ingress.0 names no peer and so allows all traffic from everywhere",
    ],
    ["no peers, but ports", wayIn({ from: undefined }), "spec.ingress.0 names no peer"],
    ["an empty list of peers", wayOut({ to: [] }), "spec.egress.0 names no peer"],
    [
      "all of IPv4",
      wayOut({ to: [everywhere] }),
      "spec.egress.0.to.0 opens port 5432 to 0.0.0.0/0",
    ],
    ["half of IPv4", wayOut({ to: [block("128.0.0.0/1")] }), "opens port 5432 to 128.0.0.0/1"],
    [
      "all of IPv6",
      wayIn({ from: [block("::/0")] }),
      "spec.ingress.0.from.0 opens port 8080 to ::/0",
    ],
    [
      "all of IPv4 on all ports",
      wayOut({ to: [everywhere], ports: undefined }),
      "opens port any number to 0.0.0.0/0",
    ],
    [
      "everywhere but a block",
      wayOut({ to: [block("0.0.0.0/0", ["10.0.0.0/8"])] }),
      "to 0.0.0.0/0",
    ],
    [
      "everywhere beside a named peer",
      wayOut({ to: [block("10.0.0.0/8"), everywhere] }),
      "spec.egress.0.to.1 opens",
    ],
    [
      "all namespaces",
      wayIn({ from: [{ namespaceSelector: {} }] }),
      "spec.ingress.0.from.0 allows every pod of every namespace",
    ],
    [
      "all pods of all namespaces",
      wayOut({ to: [{ namespaceSelector: {}, podSelector: {} }] }),
      "allows every pod",
    ],
    ["an empty peer", wayOut({ to: [{}] }), "allows every pod"],
    [
      "all namespaces that have a name",
      wayIn({ from: [labelled("Exists", "kubernetes.io/metadata.name")] }),
      "allows every pod of every namespace but those that it leaves out",
    ],
    [
      "all namespaces but one",
      wayOut({ to: [labelled("NotIn", "kubernetes.io/metadata.name", ["kube-system"])] }),
      "but those that it leaves out",
    ],
    [
      "all namespaces without a label",
      wayOut({ to: [labelled("DoesNotExist", "team")] }),
      "but those that it leaves out",
    ],
    ["all public IPv6", wayOut({ to: [block("2000::/7")] }), "to 2000::/7"],
    ["what one registry has of IPv6", wayOut({ to: [block("2a00::/12")] }), "to 2a00::/12"],
    ["all of IPv4 as IPv6", wayOut({ to: [block("::ffff:0.0.0.0/96")] }), "to ::ffff:0.0.0.0/96"],
    ["all of IPv4 by NAT64", wayOut({ to: [block("64:ff9b::/96")] }), "to 64:ff9b::/96"],
    ["all pods, for names and more", wayToDns({ namespaceSelector: {} }, 5353), "allows every pod"],
    ["it as an item of a list", listOf(wayOut({ to: [everywhere] })), "spec.egress.0.to.0 opens"],
  ])("refuses %s", (_, policy, problem) => {
    expect(evaluate(noAllowAll, policy)).toEqual([expect.stringContaining(problem)]);
  });

  it("says that it needs a literal where an address is unknown", () => {
    expect(evaluate(noAllowAll, wayOut({ to: [block(unknown)] }))).toEqual([
      expect.stringContaining("cidr is not known before the update"),
    ]);
  });

  it("lets the settings say how wide a block may be, and where name servers listen", () => {
    const wide = wayOut({ to: [block("10.0.0.0/8")] });
    expect(evaluate(noAllowAll, wide, { shortestIpv4Prefix: 16 })).toHaveLength(1);
    const wide6 = wayOut({ to: [block("fc00::/7")] });
    expect(evaluate(noAllowAll, wide6, { shortestIpv6Prefix: 48 })).toHaveLength(1);
    const names = wayToDns({ namespaceSelector: {} }, 1053);
    expect(evaluate(noAllowAll, names)).toHaveLength(1);
    expect(evaluate(noAllowAll, names, { dnsPorts: [1053] })).toEqual([]);
  });

  const opening = {
    namespace: "shop",
    name: "c*",
    direction: "Egress",
    ports: [443, "https"],
    without: ["10.0.0.0/8"],
    reason: "payments have no fixed address",
  };
  const open = (
    more: object,
    policy = wayOut({ to: [block("0.0.0.0/0", ["10.0.0.0/8"])], ports: [{ port: 443 }], ...more }),
  ) => evaluate(noAllowAll, policy, { openings: [opening] });

  it.each([
    ["by number", { ports: [{ port: 443 }] }],
    ["by name", { ports: [{ port: "https" }, { port: 443 }] }],
    [
      "leaving out more than it has to",
      { to: [block("0.0.0.0/0", ["10.0.0.0/8", "192.168.0.0/16"])] },
    ],
  ])("lets a listed policy open its ports %s", (_, more) => {
    expect(open(more)).toEqual([]);
  });

  it.each([
    ["another port", { ports: [{ port: 443 }, { port: 22 }] }, "opens port 443, 22 to 0.0.0.0/0"],
    ["a range", { ports: [{ port: 443, endPort: 9000 }] }, "opens port any number"],
    ["a protocol", { ports: [{ protocol: "TCP" }] }, "opens port any number"],
    ["all ports", { ports: undefined }, "opens port any number"],
    ["what it has to leave out", { to: [block("0.0.0.0/0")] }, "without leaving out 10.0.0.0/8"],
  ])("does not let it open %s", (_, more, problem) => {
    expect(open(more)).toEqual([expect.stringContaining(problem)]);
  });

  it("does not let it open the other direction, nor let others open anything", () => {
    const spec = {
      podSelector: {},
      ingress: [{ from: [block("0.0.0.0/0", ["10.0.0.0/8"])], ports: [{ port: 443 }] }],
    };
    expect(open({}, networkPolicy(spec))).toHaveLength(1);
    const out = {
      podSelector: {},
      egress: [{ to: spec.ingress[0]!.from, ports: [{ port: 443 }] }],
    };
    expect(open({}, networkPolicy(out))).toEqual([]);
    expect(open({}, networkPolicy(out, { name: "other" }))).toHaveLength(1);
    expect(open({}, networkPolicy(out, { namespace: "other" }))).toHaveLength(1);
  });
});
