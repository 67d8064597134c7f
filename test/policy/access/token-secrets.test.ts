import { describe, expect, it } from "vitest";
import { tokenSecrets } from "../../../policy/rules/access/token-secrets.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";
import { listOf } from "./objects.ts";

const token = objectOf(
  "Secret",
  { type: "kubernetes.io/service-account-token", data: { token: "do-not-print" } },
  { annotations: { "kubernetes.io/service-account.name": "cart" } },
);

describe("token-secrets", () => {
  it("refuses a token of a ServiceAccount, without printing it", () => {
    const said = evaluate(tokenSecrets, token);
    expect(said).toEqual([
      expect.stringContaining(
        "Secret shop/cart: holds a token of a ServiceAccount that never ends. Fix: remove",
      ),
    ]);
    expect(said.join()).not.toContain("do-not-print");
    expect(evaluate(tokenSecrets, listOf(token))).toEqual([expect.stringContaining("holds")]);
  });

  it.each([
    ["one without a type", objectOf("Secret", { stringData: { key: unknown } })],
    ["a certificate", objectOf("Secret", { type: "kubernetes.io/tls", data: unknown })],
    ["a ServiceAccount", objectOf("ServiceAccount", { automountServiceAccountToken: false })],
  ])("accepts %s", (_, resource) => {
    expect(evaluate(tokenSecrets, resource)).toEqual([]);
  });

  it("says that it needs a literal where the type is unknown", () => {
    expect(evaluate(tokenSecrets, objectOf("Secret", { type: unknown }))).toEqual([
      expect.stringContaining("type is not known before the update"),
    ]);
  });

  it("leaves alone what is exempt", () => {
    const exempt = [
      { namespace: "shop", name: "cart", reason: "an old build server knows no other way" },
    ];
    expect(evaluate(tokenSecrets, token, { exempt })).toEqual([]);
  });
});
