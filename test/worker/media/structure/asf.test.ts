import { describe, expect, it } from "vitest";
import { hex, structureOf, u32le, u64le } from "./structure-of.ts";

interface Recording {
  readonly packets?: number;
  readonly isBroadcast?: boolean;
  /** Of the data object, as stated. */
  readonly length?: number;
}

/** Five packets of 100 bytes. */
function asf({ packets = 5, isBroadcast = false, length = 550 }: Recording = {}): Buffer {
  const counts = Buffer.concat([Buffer.alloc(32), u64le(packets), Buffer.alloc(24)]);
  const fields = Buffer.concat([counts, u32le(isBroadcast ? 1 : 0, 100, 100, 0)]);
  const id = hex("a1dcab8c47a9cf118ee400c00c205365");
  const properties = Buffer.concat([id, u64le(24 + fields.length), fields]);
  const headerLength = u64le(30 + properties.length);
  const header = [
    hex("3026b2758e66cf11a6d900aa0062ce6c"),
    headerLength,
    Buffer.alloc(6),
    properties,
  ];
  const data = [hex("3626b2758e66cf11a6d900aa0062ce6c"), u64le(length), Buffer.alloc(26 + 500)];
  return Buffer.concat([...header, ...data]);
}

describe("an ASF file", () => {
  it.each<[string, Recording]>([
    ["the length of its data", {}],
    ["the number of its packets", { length: 50 }],
  ])("is as long as %s says", async (_title, recording) => {
    const bytes = asf(recording);
    expect(await structureOf("asf", bytes)).toEqual({ state: "whole" });
    const structure = await structureOf("asf", bytes, bytes.length - 120);
    expect(structure).toMatchObject({ state: "truncated", statedBytes: bytes.length });
  });

  it("is truncated within its header", async () => {
    expect(await structureOf("asf", asf(), 60)).toMatchObject({ state: "truncated" });
  });

  it.each<[string, Recording]>([
    ["a broadcast was recorded", { isBroadcast: true, length: 9000 }],
    ["the recorder crashed", { packets: 0, length: 0 }],
    ["the recorder crashed after it wrote the object's own fields", { packets: 0, length: 50 }],
  ])("states nothing when %s", async (_title, recording) => {
    expect(await structureOf("asf", asf(recording))).toEqual({ state: "unstated" });
  });
});
