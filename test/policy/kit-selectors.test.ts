import { unknownCheckingProxy } from "@pulumi/policy";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  labelsAt,
  labelSelectorAt,
  plainSelectorAt,
  selects,
  selectorText,
} from "../../policy/kit/selectors.ts";
import { unknown } from "./kit/evaluate.ts";

const proxied = unknownCheckingProxy as (value: object) => unknown;

function matches(selector: unknown, labels: unknown): boolean {
  const read = proxied({ selector, labels });
  return selects(labelSelectorAt(read, "selector"), labelsAt(read, "labels"));
}

function expression(operator: string, ...values: string[]) {
  return { matchExpressions: [{ key: "tier", operator, values }] };
}

describe("a label selector", () => {
  it.each([
    ["one label", { matchLabels: { app: "cart" } }, true],
    ["all labels", { matchLabels: { app: "cart", tier: "web" } }, true],
    ["another value", { matchLabels: { app: "till" } }, false],
    ["a label that is not there", { matchLabels: { app: "cart", zone: "a" } }, false],
    ["In with the value", expression("In", "db", "web"), true],
    ["In without the value", expression("In", "db"), false],
    ["In without values", expression("In"), false],
    ["NotIn with the value", expression("NotIn", "web"), false],
    ["NotIn without the value", expression("NotIn", "db"), true],
    ["Exists", expression("Exists"), true],
    ["DoesNotExist", expression("DoesNotExist"), false],
    ["an operator that does not exist", expression("Has", "web"), false],
    [
      "labels and expressions at once",
      { matchLabels: { app: "till" }, ...expression("Exists") },
      false,
    ],
    ["nothing, which selects everything", {}, true],
    ["no selector", undefined, false],
  ])("with %s", (_, selector, expected) => {
    expect(matches(selector, { app: "cart", tier: "web" })).toBe(expected);
  });

  it.each([
    ["In", expression("In", "web"), false],
    ["NotIn", expression("NotIn", "web"), true],
    ["Exists", expression("Exists"), false],
    ["DoesNotExist", expression("DoesNotExist"), true],
  ])("with %s of a label that is not there", (_, selector, expected) => {
    expect(matches(selector, { app: "cart" })).toBe(expected);
    expect(matches(selector, undefined)).toBe(expected);
  });

  it("does not mind an unknown label that it does not ask for, and never guesses one that it does", () => {
    const labels = { app: "cart", tier: unknown };
    expect(matches({ matchLabels: { app: "cart" } }, labels)).toBe(true);
    expect(matches(expression("Exists"), labels)).toBe(true);
    expect(matches(expression("In", "web"), labels)).toBe(false);
    expect(matches(expression("NotIn", "web"), labels)).toBe(false);
    expect(matches(expression("DoesNotExist"), labels)).toBe(false);
  });

  it.each([
    ["a value", { matchLabels: { app: unknown } }],
    ["all of it", unknown],
    [
      "the values of an expression",
      { matchExpressions: [{ key: "a", operator: "In", values: [unknown] }] },
    ],
  ])("that is unknown in %s can't be read", (_, selector) => {
    expect(() => matches(selector, {})).toThrow("can't be known during preview");
  });

  it("is written as people write it", () => {
    const selector = { matchLabels: { app: "cart" }, ...expression("NotIn", "db", "web") };
    const text = (of: object) => selectorText(labelSelectorAt(of) ?? []);
    expect(text(selector)).toBe("app=cart, tier NotIn (db, web)");
    expect(text(expression("Exists"))).toBe("tier Exists");
    expect(text({})).toBe("everything");
  });
});

describe("a plain selector", () => {
  it("asks for each label, and selects nothing if it is empty", () => {
    const labels = labelsAt({ app: "cart", tier: "web" });
    expect(selects(plainSelectorAt({ app: "cart" }), labels)).toBe(true);
    expect(selects(plainSelectorAt({ app: "cart", tier: "db" }), labels)).toBe(false);
    expect(selects(plainSelectorAt({}), labels)).toBe(false);
    expect(selects(plainSelectorAt(undefined), labels)).toBe(false);
  });
});

describe("any selector", () => {
  // Few keys and values, so that they meet.
  const key = fc.constantFrom("app", "tier", "zone", "constructor");
  const value = fc.constantFrom("a", "b", "c");
  const labels = fc.dictionary(key, value, { noNullPrototype: true });
  const requirement = fc.record({
    key,
    operator: fc.constantFrom("In", "NotIn", "Exists", "DoesNotExist"),
    values: fc.array(value, { minLength: 1, maxLength: 3 }),
  });
  const selector = fc.record(
    { matchLabels: labels, matchExpressions: fc.array(requirement, { maxLength: 3 }) },
    { requiredKeys: [], noNullPrototype: true },
  );

  it("that is made of labels of an object selects it", () => {
    fc.assert(
      fc.property(labels, fc.nat(), (all, cut) => {
        const some = Object.fromEntries(Object.entries(all).slice(cut % 4));
        expect(matches({ matchLabels: some }, all)).toBe(true);
      }),
    );
  });

  it("selects what each of its parts selects", () => {
    fc.assert(
      fc.property(selector, labels, ({ matchLabels, matchExpressions = [] }, given) => {
        const parts = [
          { matchLabels },
          ...matchExpressions.map((one) => ({ matchExpressions: [one] })),
        ];
        expect(matches({ matchLabels, matchExpressions }, given)).toBe(
          parts.every((part) => matches(part, given)),
        );
      }),
    );
  });

  it("says the same of matchLabels and of In with one value", () => {
    fc.assert(
      fc.property(key, value, labels, (name, only, given) => {
        const asExpression = { matchExpressions: [{ key: name, operator: "In", values: [only] }] };
        expect(matches(asExpression, given)).toBe(
          matches({ matchLabels: { [name]: only } }, given),
        );
      }),
    );
  });

  it("says the opposite with the opposite operator", () => {
    const opposite: Record<string, string> = {
      In: "NotIn",
      NotIn: "In",
      Exists: "DoesNotExist",
      DoesNotExist: "Exists",
    };
    fc.assert(
      fc.property(requirement, labels, (one, given) => {
        const other = { ...one, operator: opposite[one.operator] };
        expect(matches({ matchExpressions: [other] }, given)).toBe(
          !matches({ matchExpressions: [one] }, given),
        );
      }),
    );
  });

  it("never selects by an unknown label what it would not select by every value of it", () => {
    fc.assert(
      fc.property(selector, labels, key, (some, given, name) => {
        if (!matches(some, { ...given, [name]: unknown })) return;
        for (const one of ["a", "b", "c", "d"]) {
          expect(matches(some, { ...given, [name]: one })).toBe(true);
        }
      }),
    );
  });
});
