import { describe, expect, it } from "vitest";
import { idleExemptions } from "../../../tools/policy/idle-exemptions.ts";
import type { EvaluatedStack } from "../../../tools/policy/evaluate-stacks.ts";
import { profileNotes } from "../../../tools/policy/profile-notes.ts";
import type { Registration } from "../../../tools/policy/registrations.ts";
import { knownStacks } from "../../../tools/policy/stacks.ts";
import { finding, outcome, refused, report } from "./reports.ts";

const metadata = { name: "cart", namespace: "shop" };
const containers = [{ name: "main", image: "registry.example.com/cart:1" }];
const cart: Registration = {
  urn: "urn:pulumi:dev::shop::kubernetes:apps/v1:Deployment::cart-deployment",
  type: "kubernetes:apps/v1:Deployment",
  name: "cart-deployment",
  props: { metadata, spec: { template: { spec: { containers } } } },
  places: [],
};
const bucket: Registration = {
  urn: "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::media",
  type: "aws:s3/bucket:Bucket",
  name: "media",
  props: {},
  places: [],
};

function idle(exemption: object): string[] {
  return idleExemptions({ "no-privileged": { exempt: [exemption] } }, [cart, bucket]);
}

describe("an exemption", () => {
  it.each([
    { namespace: "shop", name: "cart" },
    { name: "ca*" },
    { namespace: "shop", name: "cart", container: "main" },
    { name: "media" },
  ])("is not idle that fits something: %j", (exemption) => {
    expect(idle(exemption)).toEqual([]);
  });

  it.each([
    [{ namespace: "shop", name: "card" }, "no-privileged: shop/card"],
    [{ namespace: "store", name: "cart" }, "no-privileged: store/cart"],
    [{ name: "cart", container: "sidecar" }, "no-privileged: cart/sidecar"],
    [{ name: "cart-deployment" }, "no-privileged: cart-deployment"],
  ])("is idle that fits nothing: %j", (exemption, note) => {
    expect(idle(exemption)).toEqual([note]);
  });

  it("is none in the short form, and in settings without exemptions", () => {
    expect(idleExemptions({ a: "disabled", b: { level: 1 } }, [cart])).toEqual([]);
  });
});

describe("of a profile", () => {
  const all = knownStacks.map((source): EvaluatedStack => ({
    report: report(outcome(), source),
    resources: [cart],
  }));
  const notes = (evaluated: readonly EvaluatedStack[]) =>
    profileNotes(evaluated, (profile, resources) => [`${profile} ${resources.length.toString()}`]);

  it("what no stack needs is reported when all its stacks were seen, refused or not", () => {
    const [first, ...others] = all;
    const made = { ...first!, report: report(refused(finding), knownStacks[0]) };
    const noteOf = (profile: string): string => {
      const { length } = knownStacks.filter((stack) => stack.profile === profile);
      return `policy/profiles/${profile}.json exempts what no stack has: ${profile} ${length}. Take it out, or put its name right`;
    };
    expect(notes([made, ...others])).toEqual([noteOf("baseline"), noteOf("strict")]);
  });

  it("nothing is reported while a stack of it was not asked for or not evaluated to its end", () => {
    const strict = all.filter(({ report }) => report.profile === "strict");
    const lost = { ...strict[0]!, report: { ...strict[0]!.report, failure: "boom" } };
    expect(notes([lost, strict[1]!])).toEqual([]);
    expect(notes([strict[1]!])).toEqual([]);
  });
});
