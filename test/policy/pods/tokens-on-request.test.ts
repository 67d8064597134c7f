import { describe, expect, it } from "vitest";
import { tokensOnRequest } from "../../../policy/rules/pods/tokens-on-request.ts";
import { evaluate, remediated, unknown } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";

const account = (says: unknown) =>
  objectOf("ServiceAccount", { automountServiceAccountToken: says });
const list = (...all: unknown[]) => ({
  type: "kubernetes:core/v1:ServiceAccountList",
  name: "all",
  props: { items: all.map((says) => account(says).props) },
});

describe("tokens-on-request", () => {
  it("accepts an account that gives its token to nobody by itself", () => {
    expect(evaluate(tokensOnRequest, account(false))).toEqual([]);
    expect(evaluate(tokensOnRequest, objectOf("Service", {}))).toEqual([]);
  });

  it.each([true, undefined, unknown])("refuses an account that says %j", (says) => {
    const [message, ...more] = evaluate(tokensOnRequest, account(says));
    expect(message).toContain("ServiceAccount shop/cart: ");
    expect(message).toMatch(/gives its token to each pod|is not known before/);
    expect(message).toContain(
      "Fix: set automountServiceAccountToken of the ServiceAccount to false",
    );
    expect(more).toEqual([]);
  });

  it("judges only what a patch says: the rest is said elsewhere", () => {
    const patch = (says: unknown) => ({
      ...account(says),
      type: "kubernetes:core/v1:ServiceAccountPatch",
    });
    expect(evaluate(tokensOnRequest, patch(undefined))).toEqual([]);
    expect(evaluate(tokensOnRequest, patch(false))).toEqual([]);
    expect(evaluate(tokensOnRequest, patch(true))).toHaveLength(1);
  });

  it("puts accounts right, and only those that are wrong", async () => {
    expect(await remediated(tokensOnRequest, account(true))).toEqual(account(false).props);
    expect(await remediated(tokensOnRequest, list(false, undefined))).toEqual(
      list(false, false).props,
    );
    expect(await remediated(tokensOnRequest, account(false))).toBeUndefined();
  });
});
