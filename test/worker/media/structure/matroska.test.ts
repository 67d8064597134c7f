import { describe, expect, it } from "vitest";
import { hex, structureOf, u64be } from "./structure-of.ts";

const unknown = hex("01ffffffffffffff");

/** An element with a length of eight bytes. */
function element(id: string, content: Buffer, length: Buffer | number = content.length): Buffer {
  const size = typeof length === "number" ? u64be(length) : Buffer.from(length);
  size[0] = 1;
  return Buffer.concat([hex(id), size, content]);
}

const ebml = element("1a45dfa3", hex("4286810142f78101"));
const tracks = element("1654ae6b", Buffer.alloc(40));
const cluster = element("1f43b675", Buffer.alloc(300));
const cues = element("1c53bb6b", Buffer.alloc(200));

function file(content: readonly Buffer[], length?: Buffer): Buffer {
  return Buffer.concat([ebml, element("18538067", Buffer.concat(content), length)]);
}

describe("a Matroska file", () => {
  it("is whole as its segment states", async () => {
    expect(await structureOf("matroska", file([tracks, cluster, cues]))).toEqual({
      state: "whole",
    });
  });

  it("is truncated where a cluster is cut, and where the clusters stop", async () => {
    const bytes = file([tracks, cluster, cluster, cues]);
    const cuts = [bytes.length - cues.length - 100, bytes.length - cues.length];
    for (const cut of cuts) {
      const structure = await structureOf("matroska", bytes, cut);
      const statedBytes = bytes.length;
      expect(structure).toMatchObject({ state: "truncated", statedBytes, scope: "file" });
    }
  });

  it("is whole where only the index behind its clusters is cut", async () => {
    const bytes = file([tracks, cluster, cues]);
    expect(await structureOf("matroska", bytes, bytes.length - 100)).toEqual({ state: "whole" });
  });

  it("is truncated where an index in front of the clusters is cut", async () => {
    const bytes = file([tracks, cues, cluster]);
    const structure = await structureOf("matroska", bytes, bytes.length - cluster.length - 50);
    expect(structure).toMatchObject({ state: "truncated" });
  });

  it("states nothing when it was recorded live", async () => {
    const endless = element("1f43b675", Buffer.alloc(300), unknown);
    expect(await structureOf("matroska", file([tracks, endless], unknown))).toEqual({
      state: "unstated",
    });
    expect(await structureOf("matroska", file([tracks], unknown))).toEqual({ state: "unstated" });
  });

  it("that was recorded live is truncated where its last cluster is", async () => {
    const bytes = file([tracks, cluster, cluster], unknown);
    expect(await structureOf("matroska", bytes)).toEqual({ state: "whole" });
    const structure = await structureOf("matroska", bytes, bytes.length - 100);
    const statedBytes = bytes.length;
    expect(structure).toMatchObject({ state: "truncated", statedBytes, scope: "last-part" });
  });

  it("without a segment states nothing", async () => {
    expect(await structureOf("matroska", ebml)).toEqual({ state: "unstated" });
  });
});
