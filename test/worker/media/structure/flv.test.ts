import { describe, expect, it } from "vitest";
import { hex, structureOf, u32be } from "./structure-of.ts";

function tag(type: number, bytes: number): Buffer {
  const length = u32be(bytes).subarray(1);
  const content = [Buffer.from([type]), length, Buffer.alloc(7), Buffer.alloc(bytes, 0x55)];
  return Buffer.concat([...content, u32be(11 + bytes)]);
}

const head = hex("464c5601050000000900000000");
const file = Buffer.concat([head, tag(18, 300), tag(9, 5000), tag(8, 200), tag(9, 3000)]);

describe("an FLV file", () => {
  it("is whole when its last tag is, whatever follows", async () => {
    expect(await structureOf("flv", file)).toEqual({ state: "whole" });
    const more = Buffer.concat([file, Buffer.alloc(500, 0xee)]);
    expect(await structureOf("flv", more)).toEqual({ state: "whole" });
  });

  it("is truncated when its last tag is", async () => {
    const structure = await structureOf("flv", file, file.length - 1000);
    const presentBytes = file.length - 1000;
    expect(structure).toMatchObject({
      state: "truncated",
      statedBytes: file.length - 4,
      presentBytes,
    });
  });

  it("is whole when only the length behind its last tag is missing", async () => {
    expect(await structureOf("flv", file, file.length - 4)).toEqual({ state: "whole" });
    expect(await structureOf("flv", file, file.length - 5)).toMatchObject({ scope: "last-part" });
  });

  it("is looked at from its end alone", async () => {
    const long = Buffer.concat([head, ...Array<Buffer>(100).fill(tag(9, 90_000))]);
    expect(await structureOf("flv", long)).toEqual({ state: "whole" });
    const structure = await structureOf("flv", long, long.length - 50_000);
    expect(structure).toMatchObject({ state: "truncated", statedBytes: long.length - 4 });
  });

  it("states nothing where no tags are found", async () => {
    expect(await structureOf("flv", head, 100_000)).toEqual({ state: "unstated" });
  });
});
