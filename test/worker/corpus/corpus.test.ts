import { describe, expect, it } from "vitest";
import { kinds } from "./hostile.ts";
import { sample } from "./sample.ts";
import { allowed, corpus } from "./table.ts";

describe("the corpus of hostile files", () => {
  it("has no two cases of the same name", () => {
    expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
  });

  it("has at least 500 cases", () => {
    expect(corpus.length).toBeGreaterThanOrEqual(500);
  });

  it("allows ends of cases that it has, and of few", () => {
    const names = corpus.map(({ name }) => name);
    expect(Object.keys(allowed).filter((name) => !names.includes(name))).toEqual([]);
    expect(Object.keys(allowed).length).toBeLessThan(10);
  });

  it.each(kinds)("has a case of the kind %s, in every sample too", (kind) => {
    expect(sample("a seed", 25).filter((one) => one.kind === kind)).not.toEqual([]);
  });
});
