import { describe, expect, it } from "vitest";
import { named, isAutonamed } from "./autoname.ts";
import { merged, remaining } from "./shape.ts";

const autoname = { property: "name", maxLength: 20, lowerCase: true };

function subject(seed: string) {
  return { logicalName: "Some-Long-Logical-Name", seed: Buffer.from(seed) };
}

describe("a made-up name", () => {
  it("starts with the logical name, ends at random and fits", () => {
    const inputs = named({}, {}, subject("a"), autoname);
    expect(inputs["name"]).toMatch(/^some-long-lo-[0-9a-f]{7}$/);
    expect(isAutonamed(inputs, autoname)).toBe(true);
  });

  it("is another one for another seed, and stays once it is there", () => {
    const first = named({}, {}, subject("a"), autoname);
    expect(named({}, {}, subject("b"), autoname)["name"]).not.toBe(first["name"]);
    expect(named({}, first, subject("b"), autoname)["name"]).toBe(first["name"]);
  });

  it("gives way to a given one, and comes back when that is gone", () => {
    const given = named({ name: "mine" }, {}, subject("a"), autoname);
    expect(given).toEqual({ name: "mine" });
    expect(named({}, given, subject("a"), autoname)["name"]).toMatch(/^some-long-lo-/);
  });
});

describe("outputs", () => {
  it("take defaults where the program says nothing, in nested objects too, and lists as they are", () => {
    const defaults = { a: 1, node: { disk: 100, type: "x", tags: ["d"] } };
    expect(merged(defaults, { node: { type: "y", tags: [] }, b: 2 })).toEqual({
      a: 1,
      b: 2,
      node: { disk: 100, type: "y", tags: [] },
    });
  });

  it("lose what came from an input that is gone, and keep what the cloud made", () => {
    expect(
      remaining({ id: 1, label: "x", zone: "z" }, { label: "x", zone: "z" }, { zone: "y" }),
    ).toEqual({ id: 1, zone: "z" });
  });
});
