import { describe, expect, it } from "vitest";
import { latin1, structureOf, u32le, u64le } from "./structure-of.ts";

function chunk(type: string, content: Buffer, length = content.length): Buffer {
  const padding = Buffer.alloc(content.length % 2);
  return Buffer.concat([latin1(type), u32le(length), content, padding]);
}

function list(type: string, form: string, content: readonly Buffer[], length?: number): Buffer {
  return chunk(type, Buffer.concat([latin1(form), ...content]), length);
}

const frame = chunk("00dc", Buffer.alloc(301));
const index = chunk("idx1", Buffer.alloc(200));
const header = list("LIST", "hdrl", [chunk("avih", Buffer.alloc(56))]);
const movi = list("LIST", "movi", [frame, frame]);

/** The entries of an index of indexes: where each part begins and how long it is. */
function superIndex(entries: readonly (readonly [number, number])[]): Buffer {
  const rows = entries.map(([at, length]) => Buffer.concat([u64le(at), u32le(length, 1)]));
  const fields = Buffer.concat([Buffer.from([4, 0, 0, 0]), u32le(entries.length, 0, 0, 0, 0)]);
  return chunk("indx", Buffer.concat([fields, ...rows]));
}

describe("an AVI file", () => {
  it("is whole as its list of frames states, with or without the index behind it", async () => {
    const bytes = list("RIFF", "AVI ", [header, movi, index]);
    expect(await structureOf("avi", bytes)).toEqual({ state: "whole" });
    expect(await structureOf("avi", bytes, bytes.length - 100)).toEqual({ state: "whole" });
    const more = Buffer.concat([bytes, latin1("trailing junk, longer than the tolerance")]);
    expect(await structureOf("avi", more)).toEqual({ state: "whole" });
  });

  it("is truncated within its frames", async () => {
    const bytes = list("RIFF", "AVI ", [header, movi, index]);
    const presentBytes = bytes.length - index.length - 100;
    const statedBytes = bytes.length - index.length;
    const structure = await structureOf("avi", bytes, presentBytes);
    expect(structure).toMatchObject({ state: "truncated", statedBytes, presentBytes });
  });

  it("is truncated within its header", async () => {
    const bytes = list("RIFF", "AVI ", [header, movi, index]);
    const structure = await structureOf("avi", bytes, 40);
    expect(structure).toMatchObject({ state: "truncated", statedBytes: bytes.length });
  });

  it("of several parts is truncated in a later one", async () => {
    const bytes = Buffer.concat([
      list("RIFF", "AVI ", [header, movi, index]),
      list("RIFF", "AVIX", [movi]),
    ]);
    expect(await structureOf("avi", bytes)).toEqual({ state: "whole" });
    const structure = await structureOf("avi", bytes, bytes.length - 100);
    expect(structure).toMatchObject({ state: "truncated", statedBytes: bytes.length });
  });

  it("is truncated where its index of indexes names a part that is missing", async () => {
    const stream = list("LIST", "strl", [
      superIndex([
        [100, 50],
        [5000, 60],
      ]),
    ]);
    const bytes = list("RIFF", "AVI ", [list("LIST", "hdrl", [stream]), movi]);
    const structure = await structureOf("avi", bytes);
    expect(structure).toMatchObject({ state: "truncated", statedBytes: 5060 });
  });

  it.each([
    ["0", 0],
    ["all bits", 0xffff_ffff],
  ])("of a capture that crashed states nothing: the length is %s", async (_title, length) => {
    const open = list("LIST", "movi", [frame, frame], length);
    const bytes = list("RIFF", "AVI ", [header, open], length);
    expect(await structureOf("avi", bytes)).toEqual({ state: "unstated" });
  });

  it("of garbage states nothing", async () => {
    expect(await structureOf("avi", Buffer.alloc(500))).toEqual({ state: "unstated" });
  });
});
