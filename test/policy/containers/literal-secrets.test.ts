import { describe, expect, it } from "vitest";
import { literalSecrets } from "../../../policy/rules/containers/literal-secrets.ts";
import { evaluateStack, unknown, type TestResource } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";

const password = {
  type: "random:index/randomPassword:RandomPassword",
  name: "password",
  props: { length: 32 },
};
const made = [`${password.type}::${password.name}`];

function secret(fields: Record<string, unknown>, madeFrom: TestResource["madeFrom"] = {}) {
  return { ...objectOf("Secret", fields), madeFrom };
}

type Options = Parameters<typeof evaluateStack>[2];

function said(resource: TestResource, options?: Options) {
  return evaluateStack(literalSecrets, [password, resource], options);
}

const data = { data: { password: "aHVudGVyMg==" } };
const views: readonly (readonly [string, Options])[] = [
  ["a preview of a cluster that is there", {}],
  ["a preview of one that is not", { unknownProvider: true }],
  ["an analysis of the stack alone", { stackOnly: true }],
];

describe.each(views)("literal-secrets, in %s", (_, options) => {
  it.each([
    ["data", secret(data), "data"],
    ["stringData", secret({ stringData: { password: "hunter2" } }), "stringData"],
    [
      "data beside some that is made",
      secret({ ...data, stringData: { a: "b" } }, { data: made }),
      "stringData",
    ],
    ["both", secret({ ...data, stringData: { a: "b" } }), "data and stringData"],
    ["data beside a name that is made", secret(data, { metadata: made }), "data"],
  ])("refuses %s that is written in the program, without printing it", (_what, resource, part) => {
    const messages = said(resource, options);
    expect(messages).toEqual([
      expect.stringContaining(
        `Secret shop/cart: has ${part} made from no other resource. Fix: make`,
      ),
    ]);
    expect(messages[0]).not.toMatch(/hunter2|aHVudGVyMg/);
  });

  it.each([
    ["data made from a resource", secret(data, { data: made })],
    [
      "no data, as of a token that the cluster fills in",
      secret({ type: "kubernetes.io/service-account-token" }),
    ],
    ["empty data", secret({ data: {} })],
    ["a ConfigMap", objectOf("ConfigMap", data)],
  ])("accepts %s", (_what, resource) => {
    expect(said(resource, options)).toEqual([]);
  });

  it("leaves alone what is exempt: a value of the stack's config comes from no resource either", () => {
    const exempt = [{ namespace: "shop", name: "cart", reason: "given in encrypted stack config" }];
    expect(said(secret(data), { ...options, config: { exempt } })).toEqual([]);
  });
});

describe("literal-secrets, while values are unknown", () => {
  const mixed = { url: unknown, password: "hunter2", user: "cart" };

  it.each([
    ["stringData", { stringData: mixed }, made],
    ["data", { data: { ...mixed, password: "aHVudGVyMg==" } }, made],
    [
      "stringData in another shape",
      { stringData: { url: unknown, other: "redis://:hunter2@redis", password: "" } },
      made,
    ],
  ])("refuses a secret in %s that is written beside one that is made", (part, fields, sources) => {
    const messages = said(secret(fields, { [part.split(" ")[0]!]: sources }));
    expect(messages).toEqual([
      expect.stringMatching(
        /^Secret shop\/cart: has (password|other) written in the program, beside what is made\. Fix/,
      ),
    ]);
    expect(messages[0]).not.toMatch(/hunter2|aHVudGVyMg/);
  });

  it("accepts known values where there are more sources than unknown values: one may be there already", () => {
    const sources = ["random:index/randomPassword:RandomPassword::a", "random:b:B::b"];
    expect(said(secret({ stringData: mixed }, { stringData: sources }))).toEqual([]);
    const other = ["pulumi:pulumi:StackReference::shared"];
    expect(said(secret({ stringData: mixed }, { stringData: other }))).toEqual([]);
  });

  it.each([
    ["a value", secret({ data: { a: "YQ==", password: unknown } })],
    ["all of it", secret({ data: unknown })],
  ])("accepts %s: it comes from a resource", (_, resource) => {
    expect(said(resource)).toEqual([]);
  });
});
