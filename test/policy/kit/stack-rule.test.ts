import { Type } from "typebox";
import { expect, it } from "vitest";
import { kubernetesDocs } from "../../../policy/kit/frameworks.ts";
import { textAt } from "../../../policy/kit/json.ts";
import { stackRule } from "../../../policy/kit/stack-rule.ts";
import { isKind } from "../../../policy/kit/subject.ts";
import { evaluateStack, unknown, type TestResource } from "./evaluate.ts";
import { describeRule } from "./rule-cases.ts";
import { objectOf } from "./workloads.ts";

/** Whoever has a `data.guest` wants a host of that name. */
const hosts = stackRule({
  name: "guests-have-hosts",
  title: "Each guest has a host",
  why: "A guest without a host stands in the rain.",
  fix: "add a host of that name",
  severity: "low",
  frameworks: [kubernetesDocs("Guests")],
  config: Type.Object({
    welcome: Type.Array(Type.String(), { default: ["nobody"], description: "Who needs no host." }),
  }),
  collect: (subject) => {
    if (!isKind(subject, "ConfigMap")) return undefined;
    return {
      guest: textAt(subject.props, "data", "guest"),
      host: textAt(subject.props, "data", "host"),
    };
  },
  evaluate: (found, report, { welcome }) => {
    const known = new Set(found.map(({ fact }) => fact.host));
    for (const { subject, fact, madeFrom } of found) {
      const { guest } = fact;
      if (guest === undefined || known.has(guest) || welcome.includes(guest)) continue;
      const sources = madeFrom["data"] ?? [];
      report(subject, `nobody hosts ${[guest, ...sources].join(", made from ")}`);
    }
  },
});

function map(name: string, data: unknown): TestResource {
  return objectOf("ConfigMap", { data }, { name });
}

const guest = map("guest", { guest: "anna" });
const host = map("host", { host: "anna" });
const unclear = map("unclear", { guest: unknown });
const alone = "ConfigMap shop/guest: nobody hosts anna. Fix: add a host of that name.";
const exempt = [{ namespace: "shop", name: "guest", reason: "brings an umbrella" }];
const both = map("guest", { guest: "tom", host: "anna" });

describeRule(hosts, {
  passes: [
    ["a guest before its host", [guest, host]],
    ["a guest after its host", [host, guest]],
    ["a guest and its host in one list", { ...listOf(guest, host) }],
    ["an unknown that the rule does not read", [guest, map("host", { host: "anna", x: unknown })]],
    ["an exempt guest", guest, { exempt }],
    ["an exempt guest that is unknown", map("guest", { guest: unknown }), { exempt }],
    ["an exempt guest that is a host itself", [both, map("other", { guest: "anna" })], { exempt }],
    ["what the default of a setting allows", map("guest", { guest: "nobody" })],
    ["what a setting allows", guest, { welcome: ["anna"] }],
  ],
  fails: [
    ["a guest without a host", guest, alone],
    ["a guest in a list", listOf(guest), alone],
    ["what a setting no longer allows", map("guest", { guest: "nobody" }), "", { welcome: [] }],
    [
      "an unknown that the rule reads, and the rest",
      [unclear, guest],
      ["data.guest is not known before the update", "nobody hosts anna"],
    ],
    [
      "what a property was made from",
      { ...guest, madeFrom: { data: [`${host.type}::${host.name}`] } },
      "made from urn:pulumi:",
    ],
  ],
});

function listOf(...items: readonly TestResource[]): TestResource {
  const props = { items: items.map((item) => item.props) };
  return { type: "kubernetes:core/v1:ConfigMapList", name: "all", props };
}

it("does not count what is not in the stack at the end", () => {
  expect(evaluateStack(hosts, [guest], { gone: [host] })).toEqual([alone]);
  expect(evaluateStack(hosts, [host], { gone: [guest] })).toEqual([]);
});
