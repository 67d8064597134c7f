import { unknownCheckingProxy } from "@pulumi/policy";
import { describe, expect, it } from "vitest";
import {
  labelsAt,
  labelSelectorAt,
  plainSelectorAt,
  selects,
  selectorText,
} from "../../../policy/kit/selectors.ts";
import { unknown } from "./evaluate.ts";

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
    ["another value", { matchLabels: { app: "till" } }, false],
    ["a label that is not there", { matchLabels: { app: "cart", zone: "a" } }, false],
    ["In with the value", expression("In", "db", "web"), true],
    ["In without the value", expression("In", "db"), false],
    ["NotIn with the value", expression("NotIn", "web"), false],
    ["NotIn without the value", expression("NotIn", "db"), true],
    ["Exists", expression("Exists"), true],
    ["DoesNotExist", expression("DoesNotExist"), false],
    ["an operator that does not exist", expression("Has", "web"), false],
    ["one part that fails", { matchLabels: { app: "till" }, ...expression("Exists") }, false],
    ["nothing, which selects everything", {}, true],
    ["no selector", undefined, false],
  ])("with %s", (_, selector, expected) => {
    expect(matches(selector, { app: "cart", tier: "web" })).toBe(expected);
  });

  it.each([
    ["In", false],
    ["NotIn", true],
    ["Exists", false],
    ["DoesNotExist", true],
  ])("with %s of a label that is not there", (operator, expected) => {
    expect(matches(expression(operator, "web"), { app: "cart" })).toBe(expected);
    expect(matches(expression(operator, "web"), undefined)).toBe(expected);
  });

  it.each([
    ["another label", { matchLabels: { app: "cart" } }, true],
    ["Exists", expression("Exists"), true],
    ["In", expression("In", "web"), false],
    ["NotIn", expression("NotIn", "web"), false],
    ["DoesNotExist", expression("DoesNotExist"), false],
  ])("never guesses an unknown label, with %s", (_, selector, expected) => {
    expect(matches(selector, { app: "cart", tier: unknown })).toBe(expected);
  });

  it("that is unknown itself cannot be read", () => {
    expect(() => matches(unknown, {})).toThrow("can't be known during preview");
  });

  it("is written as people write it", () => {
    const selector = { matchLabels: { app: "cart" }, ...expression("NotIn", "db", "web") };
    expect(selectorText(labelSelectorAt(selector) ?? [])).toBe("app=cart, tier NotIn (db, web)");
    expect(selectorText([])).toBe("everything");
  });
});

it("a plain selector asks for each label, and selects nothing if it is empty", () => {
  const labels = labelsAt({ app: "cart", tier: "web" });
  expect(selects(plainSelectorAt({ app: "cart" }), labels)).toBe(true);
  expect(selects(plainSelectorAt({ app: "cart", tier: "db" }), labels)).toBe(false);
  expect(selects(plainSelectorAt({}), labels)).toBe(false);
});
