import { expect, it } from "vitest";
import { literalSecrets } from "../../../policy/rules/containers/literal-secrets.ts";
import { evaluate, unknown, type TestResource } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { objectOf } from "../kit/workloads.ts";

const made = ["random:index/randomPassword:RandomPassword::password"];

function secret(fields: object, madeFrom: TestResource["madeFrom"] = {}): TestResource {
  return { ...objectOf("Secret", { ...fields }), madeFrom };
}

const data = { password: "aHVudGVyMg==" };
const stringData = { password: "hunter2" };
const exempt = [{ namespace: "shop", name: "cart", reason: "given in encrypted stack config" }];
const literal = "made from no other resource. Fix: make";

describeRule(literalSecrets, {
  passes: [
    ["data made from a resource", secret({ data }, { data: made })],
    ["no data, as of a token", secret({ type: "kubernetes.io/service-account-token" })],
    ["empty data", secret({ data: {} })],
    ["another kind", objectOf("ConfigMap", { data })],
    ["what is exempt", secret({ data }), { exempt }],
  ],
  fails: [
    ["data", secret({ data }), `Secret shop/cart: has data ${literal}`],
    ["stringData", secret({ stringData }), `has stringData ${literal}`],
    ["one beside one that is made", secret({ data, stringData }, { data: made }), "has stringData"],
    ["both", secret({ data, stringData }), "has data and stringData made"],
    ["data beside a name that is made", secret({ data }, { metadata: made }), "has data made"],
  ],
});

// What is unknown is known at the end, so that these are programs in a preview alone.
const mixed = { url: unknown, ...stringData, user: "cart" };
const written = "has password written in the program, beside what is made. Fix";

it.each([
  ["stringData", secret({ stringData: mixed }, { stringData: made }), written],
  ["data", secret({ data: { ...mixed, ...data } }, { data: made }), written],
  [
    "a value of another name",
    secret({ stringData: { url: unknown, x: "redis://:hunter2@r" } }, { stringData: made }),
    "has x written in the program",
  ],
])("%s that is written beside what is unknown is reported, without its value", (_, one, says) => {
  const messages = evaluate(literalSecrets, one);
  expect(messages).toEqual([expect.stringContaining(says)]);
  expect(messages[0]).not.toMatch(/hunter2|aHVudGVyMg/);
});

it.each([
  ["more sources than unknown values", [...made, "random:b:B::b"]],
  ["another stack", ["pulumi:pulumi:StackReference::shared"]],
])("known values may come from %s", (_, sources) => {
  expect(evaluate(literalSecrets, secret({ stringData: mixed }, { stringData: sources }))).toEqual(
    [],
  );
});

it.each([{ data: { a: "YQ==", password: unknown } }, { data: unknown }])(
  "what is unknown comes from a resource: %j",
  (fields) => {
    expect(evaluate(literalSecrets, secret(fields))).toEqual([]);
  },
);
