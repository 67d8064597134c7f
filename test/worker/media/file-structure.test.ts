import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { structureNote, type FileStructure } from "../../../worker/src/media/file-structure.ts";
import { box } from "./mp4.ts";
import { hex, latin1, structureOf } from "./structure/structure-of.ts";

/** How a file of each container begins: what follows is random. */
const beginnings: Readonly<Record<string, Buffer>> = {
  mov: box("ftyp", Buffer.alloc(8)),
  matroska: hex("1a45dfa3801853806701ffffffffffffff1f43b675"),
  avi: latin1("RIFF\0\0\x10\0AVI LIST\0\x10\0\0movi"),
  asf: hex("3026b2758e66cf11a6d900aa0062ce6c"),
  flv: latin1("FLV\x01\x05\0\0\0\x09\0\0\0\0\x09"),
  mxf: hex("060e2b34020501010d010201010204"),
  wav: latin1("RIFF\0\0\0\0WAVE"),
  w64: hex("726966662e91cf11a5d628db04c10000"),
  aiff: latin1("FORM\0\0\0\0AIFF"),
  au: latin1(".snd"),
  caf: latin1("caff\0\x01\0\0"),
  rm: latin1(".RMF\0\0\0\x12"),
};

const states = ["whole", "unstated", "truncated", "unfinished"];

describe("the structure of a file", () => {
  it.each(Object.entries(beginnings))("of %s is read from any bytes", async (demuxer, start) => {
    const sizes = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(5000), async (bytes, filled) => {
        const content = Buffer.concat([start, bytes]);
        const structure = await structureOf(demuxer, content, content.length + filled);
        expect(states).toContain(structure.state);
      }),
      { numRuns: 50 },
    );
  });

  it.each(["mpegts", "mpeg", "ogg", "h264", "mp3", "unheard-of"])(
    "of %s states nothing",
    async (demuxer) => {
      expect(await structureOf(demuxer, Buffer.alloc(100))).toEqual({ state: "unstated" });
    },
  );

  it.each(Object.keys(beginnings))("of %s is nothing in an empty file", async (demuxer) => {
    const { state } = await structureOf(demuxer, Buffer.alloc(0));
    expect(["unstated", "unfinished"]).toContain(state);
  });

  it.each<[FileStructure, string | undefined]>([
    [
      { state: "truncated", scope: "file", statedBytes: 500, presentBytes: 300 },
      "It states 500 bytes, and the file has 300.",
    ],
    [
      { state: "truncated", scope: "last-part", statedBytes: 500, presentBytes: 300 },
      "Its last part ends at 500 bytes, and the file has 300.",
    ],
    [{ state: "unfinished", missing: "the index" }, "The file lacks the index."],
    [{ state: "whole" }, undefined],
  ])("is told in a sentence where something is missing", (structure, note) => {
    expect(structureNote(structure)).toBe(note);
  });
});
