import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changed, sameJson, type Json } from "../../../../tools/plugins/kit/json.ts";
import {
  containsSecret,
  containsUnknown,
  plain,
  readProperties,
  secret,
  unknown,
  withSecretsOf,
  writeProperties,
} from "../../../../tools/plugins/kit/properties.ts";
import { parseUrn } from "../../../../tools/plugins/kit/urn.ts";

describe("property bags", () => {
  it("survive the wire with their secrets", () => {
    const bag = { a: secret({ b: [1, "x", null, true] }), c: { d: unknown } };
    expect(readProperties(writeProperties(bag))).toEqual(bag);
  });

  it("keep any JSON that the wire can carry", () => {
    const scalar = fc.oneof(fc.string(), fc.boolean(), fc.integer());
    // google-protobuf sets this key instead of defining it.
    const key = fc.string().filter((text) => text !== "__proto__");
    const json = fc.object({ key, values: [scalar], maxDepth: 3 });
    fc.assert(
      fc.property(json, (object) => {
        const bag = JSON.parse(JSON.stringify(object)) as Record<string, Json>;
        expect(sameJson(readProperties(writeProperties(bag)), bag)).toBe(true);
      }),
    );
  });

  it("lose secret marks and empty values when made plain", () => {
    expect(plain({ a: secret(secret("x")), b: null, c: [secret(1)] })).toEqual({ a: "x", c: [1] });
  });

  it("know whether a secret or an unknown is anywhere inside", () => {
    expect(containsSecret({ a: [{ b: secret(1) }] })).toBe(true);
    expect(containsUnknown({ a: [{ b: unknown }] })).toBe(true);
    expect(containsSecret({ a: [1] }) || containsUnknown({ a: [1] })).toBe(false);
  });

  it.each([
    ["a value", { a: "1" }, { a: secret("1") }, { a: secret("1") }],
    [
      "a value deep inside",
      { a: { b: "1", c: "2" } },
      { a: { b: secret("1") } },
      { a: { b: secret("1"), c: "2" } },
    ],
    [
      "a whole list, if one of its items is secret",
      { a: ["1", "2"] },
      { a: ["1", secret("2")] },
      { a: secret(["1", "2"]) },
    ],
    ["nothing that the target lacks", { a: "1" }, { b: secret("1") }, { a: "1" }],
  ])("pass secretness on: %s", (_, target, source, expected) => {
    expect(withSecretsOf(target, source)).toEqual(expected);
  });
});

describe("JSON", () => {
  it("is changed as a copy, parents made where missing", () => {
    const before = { a: { b: 1 } };
    expect(changed(before, ["a", "c"], () => ({ d: 2 }))).toEqual({ a: { b: 1, c: { d: 2 } } });
    expect(before).toEqual({ a: { b: 1 } });
  });
});

it("a URN gives the last type of its chain and the name", () => {
  const urn =
    "urn:pulumi:dev::shop::platform:services:Redis$kubernetes:apps/v1:Deployment::redis::main";
  expect(parseUrn(urn)).toEqual({ type: "kubernetes:apps/v1:Deployment", name: "redis::main" });
});
