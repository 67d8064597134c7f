import { compareSync } from "bcryptjs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  randomString,
  stringProblems,
  type StringSpec,
} from "../../../../tools/plugins/random/generate.ts";
import { textAt } from "../../../../tools/plugins/kit/json.ts";
import { kinds } from "../../../../tools/plugins/random/kinds.ts";
import {
  isSecret,
  plainObject,
  secret,
  unknown,
} from "../../../../tools/plugins/kit/properties.ts";
import { randomProvider } from "../../../../tools/plugins/random/provider.ts";

const provider = randomProvider();
const prefix = "random:index/";
const types = {
  password: `${prefix}randomPassword:RandomPassword`,
  id: `${prefix}randomId:RandomId`,
  bytes: `${prefix}randomBytes:RandomBytes`,
  integer: `${prefix}randomInteger:RandomInteger`,
  shuffle: `${prefix}randomShuffle:RandomShuffle`,
  uuid7: `${prefix}randomUuid7:RandomUuid7`,
};

async function made(type: string, inputs: Record<string, string | number | boolean | string[]>) {
  return provider.create({
    urn: "urn",
    type,
    name: "x",
    inputs,
    preview: false,
    timeoutSeconds: 0,
  });
}

function count(text: string, pattern: RegExp): number {
  return Array.from(text).filter((character) => pattern.test(character)).length;
}

describe("generated strings", () => {
  const minimum = fc.integer({ min: 0, max: 5 });
  const specs: fc.Arbitrary<StringSpec> = fc.record({
    length: fc.integer({ min: 20, max: 64 }),
    lower: fc.constant(true),
    upper: fc.boolean(),
    numeric: fc.boolean(),
    special: fc.boolean(),
    minLower: minimum,
    minUpper: minimum,
    minNumeric: minimum,
    minSpecial: minimum,
    overrideSpecial: fc.constantFrom("", "_-"),
  });

  it("have the asked length, at least the asked counts, and no forbidden class", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const text = randomString(spec);
        expect(text).toHaveLength(spec.length);
        expect(count(text, /[a-z]/)).toBeGreaterThanOrEqual(spec.minLower);
        expect(count(text, /[A-Z]/)).toBeGreaterThanOrEqual(spec.minUpper);
        expect(count(text, /\d/)).toBeGreaterThanOrEqual(spec.minNumeric);
        const special = spec.overrideSpecial === "" ? /[^a-zA-Z\d]/ : /[_-]/;
        expect(count(text, special)).toBeGreaterThanOrEqual(spec.minSpecial);
        if (!spec.upper) expect(count(text, /[A-Z]/)).toBe(spec.minUpper);
        if (!spec.special) expect(count(text, /[^a-zA-Z\d]/)).toBe(spec.minSpecial);
      }),
    );
  });

  it("cannot be shorter than what they must hold, nor be made of nothing", () => {
    const spec = {
      lower: false,
      upper: false,
      numeric: false,
      special: false,
      minLower: 0,
      minUpper: 0,
      minNumeric: 0,
      minSpecial: 0,
      overrideSpecial: "",
    };
    expect(stringProblems({ ...spec, length: 0 })).toHaveLength(2);
    expect(stringProblems({ ...spec, length: 2, minLower: 3 })).toEqual([
      "length (2) must be at least the sum of all min values (3)",
    ]);
  });
});

describe("random resources", () => {
  it("hide what must not show, and hash passwords", async () => {
    const { id, properties } = await made(types.password, { length: 16 });
    expect(id).toBe("none");
    expect(isSecret(properties["result"]) && isSecret(properties["bcryptHash"])).toBe(true);
    const plain = plainObject(properties);
    const [result = "", hash = ""] = ["result", "bcryptHash"].map((key) => textAt(plain, key));
    expect(compareSync(result, hash)).toBe(true);
    expect(isSecret((await made(types.bytes, { length: 8 })).properties["hex"])).toBe(true);
  });

  it("give the same bytes in every notation", async () => {
    const { id, properties } = await made(types.id, { byteLength: 6, prefix: "p-" });
    const bytes = Buffer.from(id, "base64url");
    expect(properties).toMatchObject({
      b64Url: `p-${id}`,
      b64Std: `p-${bytes.toString("base64")}`,
      hex: `p-${bytes.toString("hex")}`,
      dec: `p-${BigInt(`0x${bytes.toString("hex")}`).toString()}`,
    });
  });

  it("stay within their bounds", async () => {
    const numbers = await Promise.all(
      Array.from({ length: 50 }, () => made(types.integer, { min: 3, max: 5 })),
    );
    expect(new Set(numbers.map(({ id }) => id))).toEqual(new Set(["3", "4", "5"]));
    const { properties } = await made(types.shuffle, { inputs: ["a", "b"], resultCount: 3 });
    expect(properties["results"]).toHaveLength(3);
    expect((await made(types.uuid7, {})).id).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
  });

  it("are unknown in a preview", async () => {
    const call = {
      urn: "urn",
      type: types.id,
      name: "x",
      inputs: { byteLength: 2 },
      timeoutSeconds: 0,
    };
    expect((await provider.create({ ...call, preview: true })).properties["hex"]).toBe(unknown);
  });

  it("are made anew when any input changes, keepers included, and not otherwise", async () => {
    const call = { urn: "urn", type: types.id, name: "x", id: "x", olds: {}, ignoreChanges: [] };
    const oldInputs = { byteLength: 2, keepers: { a: "1" }, prefix: secret("p"), __defaults: [] };
    const same = await provider.diff({
      ...call,
      oldInputs,
      news: { byteLength: 2, keepers: { a: "1" }, prefix: "p" },
    });
    expect([...same.changes]).toEqual([]);
    const other = await provider.diff({
      ...call,
      oldInputs,
      news: { byteLength: 2, keepers: { a: "2" } },
    });
    expect([...other.changes]).toEqual([
      ["keepers", "update-replace"],
      ["prefix", "delete-replace"],
    ]);
  });

  it("refuse what only the official plugin can do", async () => {
    const check = (type: string, news: Record<string, string | number>) =>
      Promise.resolve().then(() =>
        provider.check({ urn: "urn", type, name: "x", olds: {}, news, seed: new Uint8Array() }),
      );
    await expect(check(`${prefix}randomPet:RandomPet`, {})).rejects.toThrow(
      /official plugin random v\d/,
    );
    const seeded = await check(types.integer, { min: 1, max: 2, seed: "x" });
    expect(seeded.failures?.map(({ reason }) => reason).join()).toMatch(/seed.*official plugin/);
  });

  it("all name as secret only what they generate", () => {
    for (const kind of kinds.values()) {
      expect(kind.generated).toEqual(expect.arrayContaining([...kind.secret]));
    }
  });
});
