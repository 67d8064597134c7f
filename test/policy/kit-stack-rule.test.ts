import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import { kubernetesDocs } from "../../policy/kit/frameworks.ts";
import { textAt } from "../../policy/kit/json.ts";
import { stackRule } from "../../policy/kit/stack-rule.ts";
import { isKind } from "../../policy/kit/subject.ts";
import { withValue, without } from "./kit/change.ts";
import { evaluateStack, unknown, type TestResource } from "./kit/evaluate.ts";
import { objectOf } from "./kit/workloads.ts";

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

function map(name: string, data: object): TestResource {
  return objectOf("ConfigMap", { data }, { name });
}

const guest = map("guest", { guest: "anna" });
const host = map("host", { host: "anna" });
const alone = "ConfigMap shop/guest: nobody hosts anna. Fix: add a host of that name.";

describe("a rule about a stack", () => {
  it("sees resources together, in whatever order they come", () => {
    expect(evaluateStack(hosts, [guest, host])).toEqual([]);
    expect(evaluateStack(hosts, [host, guest])).toEqual([]);
    expect(evaluateStack(hosts, [guest])).toEqual([alone]);
  });

  it.each([
    [
      "while the cluster is yet to be made, and the stack shows nothing of it",
      { unknownProvider: true },
    ],
    ["when it sees the stack alone", { stackOnly: true }],
  ])("judges %s", (_, options) => {
    expect(evaluateStack(hosts, [guest, host], options)).toEqual([]);
    expect(evaluateStack(hosts, [guest], options)).toEqual([alone]);
  });

  it("does not count what is not in the stack at the end", () => {
    expect(evaluateStack(hosts, [guest], { gone: [host] })).toEqual([alone]);
    expect(evaluateStack(hosts, [host], { gone: [guest] })).toEqual([]);
  });

  it.each([{}, { unknownProvider: true }, { stackOnly: true }])(
    "reports an unknown that it reads, once, and judges the rest: %j",
    (options) => {
      const unclear = withValue(map("unclear", {}), ["data", "guest"], unknown);
      expect(evaluateStack(hosts, [unclear, guest], options)).toEqual([
        "ConfigMap shop/unclear: data.guest is not known before the update, so that this rule cannot evaluate it; write it as a literal. Fix: add a host of that name.",
        alone,
      ]);
    },
  );

  it("does not mind an unknown that it does not read", () => {
    const busy = withValue(host, ["data", "status"], unknown);
    expect(evaluateStack(hosts, [guest, busy])).toEqual([]);
    const elsewhere = objectOf("Secret", { data: unknown }, { name: "other" });
    expect(evaluateStack(hosts, [guest, host, elsewhere])).toEqual([]);
  });

  it("leaves alone what is exempt, known or not, and still lets it serve the others", () => {
    const config = { exempt: [{ namespace: "shop", name: "guest", reason: "brings an umbrella" }] };
    expect(evaluateStack(hosts, [guest], { config })).toEqual([]);
    expect(
      evaluateStack(hosts, [withValue(guest, ["data", "guest"], unknown)], { config }),
    ).toEqual([]);
    const both = map("guest", { guest: "tom", host: "anna" });
    const other = map("other", { guest: "anna" });
    expect(evaluateStack(hosts, [both, other], { config })).toEqual([]);
  });

  it("takes its settings, and their defaults", () => {
    const nobody = map("guest", { guest: "nobody" });
    expect(evaluateStack(hosts, [nobody])).toEqual([]);
    expect(evaluateStack(hosts, [nobody], { config: { welcome: [] } })).toHaveLength(1);
    expect(evaluateStack(hosts, [guest], { config: { welcome: ["anna"] } })).toEqual([]);
  });

  it("tells what a property was made from", () => {
    const made = { ...guest, madeFrom: { data: [`${host.type}::${host.name}`] } };
    expect(evaluateStack(hosts, [made])).toEqual([
      expect.stringMatching(/nobody hosts anna, made from urn:.*:ConfigMap::host\. Fix/),
    ]);
  });

  it("keeps nothing of a stack that it judged before", () => {
    expect(evaluateStack(hosts, [guest, host])).toEqual([]);
    const changed = withValue(host, ["data", "host"], "tom");
    expect(evaluateStack(hosts, [guest, changed], { stackOnly: true })).toEqual([alone]);
    expect(evaluateStack(hosts, [guest, without(host, ["data"])])).toEqual([alone]);
  });
});
