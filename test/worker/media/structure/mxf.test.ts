import { describe, expect, it } from "vitest";
import { hex, structureOf, u64be } from "./structure-of.ts";

/** A header partition that says where the footer begins, behind a run-in. */
function mxf(footer: number | bigint, runIn = 0): Buffer {
  const key = hex("060e2b34020501010d01020101020400");
  const value = Buffer.concat([Buffer.alloc(24), u64be(footer), Buffer.alloc(40)]);
  const length = Buffer.concat([hex("83"), Buffer.from([0, 0, value.length])]);
  return Buffer.concat([Buffer.alloc(runIn), key, length, value]);
}

describe("an MXF file", () => {
  it.each([
    ["at its beginning", 0],
    ["behind a run-in", 60_000],
  ])("is whole or cut as its header %s says", async (_title, runIn) => {
    const bytes = mxf(5000, runIn);
    expect(await structureOf("mxf", bytes, runIn + 5100)).toEqual({ state: "whole" });
    const structure = await structureOf("mxf", bytes, runIn + 4000);
    expect(structure).toMatchObject({ state: "truncated", statedBytes: runIn + 5016 });
  });

  it("that was not closed states nothing", async () => {
    expect(await structureOf("mxf", mxf(0), 5000)).toEqual({ state: "unstated" });
  });

  it("without a header states nothing", async () => {
    expect(await structureOf("mxf", Buffer.alloc(300))).toEqual({ state: "unstated" });
  });
});
