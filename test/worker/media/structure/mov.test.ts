import { describe, expect, it } from "vitest";
import { box } from "../mp4.ts";
import { latin1, structureOf, u32be, u64be } from "./structure-of.ts";

interface Track {
  readonly kind?: string;
  /** Where its chunks begin. */
  readonly offsets: readonly number[];
  /** In each chunk, as stated. */
  readonly perChunk: number;
  readonly sizes: readonly number[] | number;
  readonly samples: number;
  readonly isElsewhere?: boolean;
  readonly isLarge?: boolean;
}

function offsetTable({ offsets, isLarge }: Track): Buffer {
  const count = u32be(0, offsets.length);
  return isLarge
    ? box("co64", count, ...offsets.map((offset) => u64be(offset)))
    : box("stco", count, u32be(...offsets));
}

function trak(track: Track): Buffer {
  const { kind = "vide", perChunk, sizes, samples, isElsewhere = false } = track;
  const stsz =
    typeof sizes === "number"
      ? box("stsz", u32be(0, sizes, samples))
      : box("stsz", u32be(0, 0, samples, ...sizes));
  const stsc = box("stsc", u32be(0, 1, 1, perChunk, 1));
  const dref = box("dref", u32be(0, 1), box("url ", u32be(isElsewhere ? 0 : 1)));
  const stbl = box("stbl", stsc, stsz, offsetTable(track));
  const minf = box("minf", box("dinf", dref), stbl);
  return box("trak", box("mdia", box("hdlr", u32be(0, 0), latin1(kind)), minf));
}

const ftyp = box("ftyp", latin1("isom"), u32be(0));
const mdat = box("mdat", Buffer.alloc(1000));
/** Three chunks of two samples, of which the last ends at byte 1000. */
const pictures: Track = {
  ...{ offsets: [100, 500, 900], perChunk: 2, samples: 6 },
  sizes: [10, 10, 10, 10, 60, 40],
};

function file(...tracks: Track[]): Buffer {
  return Buffer.concat([ftyp, mdat, box("moov", ...tracks.map(trak))]);
}

describe("an MP4 file is truncated", () => {
  it("where mdat goes beyond the end and the index would have followed", async () => {
    const bytes = file(pictures);
    expect(await structureOf("mov", bytes, 500)).toEqual({
      ...{ state: "truncated", scope: "file", presentBytes: 500 },
      statedBytes: ftyp.length + mdat.length,
    });
  });

  it("where the index itself is cut", async () => {
    const bytes = file(pictures);
    const structure = await structureOf("mov", bytes, bytes.length - 100);
    expect(structure).toMatchObject({ state: "truncated", statedBytes: bytes.length });
  });

  it.each<[string, Track, number]>([
    ["pictures of several sizes", { ...pictures, offsets: [100, 500, 5000] }, 5100],
    [
      "offsets of 64 bits",
      { ...pictures, offsets: [2 ** 33], perChunk: 6, isLarge: true },
      2 ** 33 + 140,
    ],
    ["sound", { ...pictures, kind: "soun", offsets: [1, 2, 9000], sizes: 4 }, 9008],
    [
      "fewer samples in the last chunk than stated",
      { ...pictures, offsets: [1, 2, 9000], samples: 5, sizes: 4 },
      9004,
    ],
    ["an old kind of sound", { ...pictures, kind: "soun", offsets: [1, 2, 9000], sizes: 1 }, 9001],
    ["chunks out of order", { ...pictures, offsets: [1, 9000, 2] }, 9001],
  ])("where the index has samples beyond the end: %s", async (_title, track, statedBytes) => {
    const structure = await structureOf("mov", file(track));
    expect(structure).toMatchObject({ state: "truncated", statedBytes });
  });

  it("where the last fragment is cut", async () => {
    const fragment = Buffer.concat([box("moof", u32be(0)), mdat]);
    const bytes = Buffer.concat([ftyp, box("moov", u32be(0)), fragment, fragment]);
    const structure = await structureOf("mov", bytes, bytes.length - 500);
    const statedBytes = bytes.length;
    expect(structure).toMatchObject({ state: "truncated", statedBytes, scope: "last-part" });
    expect(await structureOf("mov", bytes)).toEqual({ state: "whole" });
    expect(await structureOf("mov", bytes, statedBytes - 1)).toMatchObject({ state: "truncated" });
  });

  it("where a box has a length of 64 bits", async () => {
    const large = Buffer.concat([u32be(1), latin1("mdat"), u64be(2 ** 40), Buffer.alloc(100)]);
    const structure = await structureOf("mov", Buffer.concat([ftyp, large]));
    expect(structure).toMatchObject({ state: "truncated", statedBytes: ftyp.length + 2 ** 40 });
  });
});

describe("an MP4 file is whole", () => {
  it.each<[string, Buffer]>([
    ["when all samples are there", file(pictures)],
    [
      "with other bytes behind it",
      Buffer.concat([file(pictures), latin1("trailing junk, longer")]),
    ],
    ["with a free box that is cut", Buffer.concat([file(pictures), u32be(5000), latin1("free")])],
    [
      "when only the text lies beyond",
      file(pictures, { ...pictures, kind: "text", offsets: [9000] }),
    ],
    [
      "when the samples are in another file",
      file({ ...pictures, offsets: [9000], isElsewhere: true }),
    ],
    ["when mdat goes to the end", Buffer.concat([box("moov"), u32be(0), latin1("mdat and more")])],
  ])("%s", async (_title, bytes) => {
    expect(await structureOf("mov", bytes)).toEqual({ state: "whole" });
  });

  it("when mdat is stated too long, but the index has no sample beyond the end", async () => {
    const moov = box("moov", trak({ ...pictures, offsets: [100, 300, 500] }));
    const bytes = Buffer.concat([ftyp, moov, u32be(9000), latin1("mdat"), Buffer.alloc(600)]);
    expect(await structureOf("mov", bytes)).toEqual({ state: "whole" });
  });

  it("when no more than a header's length is missing", async () => {
    const bytes = file({ ...pictures, offsets: [100, 500, 950] });
    const moovFirst = Buffer.concat([bytes.subarray(ftyp.length + mdat.length), mdat]);
    const end = 950 + 100;
    expect(await structureOf("mov", moovFirst, end - 64)).toEqual({ state: "whole" });
    expect(await structureOf("mov", moovFirst, end - 65)).toMatchObject({ state: "truncated" });
  });
});

describe("an MP4 file is unfinished", () => {
  it.each([
    ["the index (moov): the recording was not finished", Buffer.concat([ftyp, mdat])],
    ["the index (moov): the recording was not finished", ftyp],
    ["its beginning (moov): it is a part of a stream", Buffer.concat([ftyp, box("moof"), mdat])],
  ])("without %s", async (missing, bytes) => {
    expect(await structureOf("mov", bytes)).toEqual({ state: "unfinished", missing });
  });
});

describe("a hostile MP4 file", () => {
  it("of millions of empty boxes is left unjudged, soon", async () => {
    const empty = Buffer.alloc(3_000_000, Buffer.concat([u32be(8), latin1("free")]));
    expect(await structureOf("mov", empty)).toEqual({ state: "unstated" });
  });

  it("of ten gigabytes is read where its headers stand", async () => {
    const head = Buffer.concat([ftyp, box("moov", trak(pictures)), u32be(0), latin1("mdat")]);
    expect(await structureOf("mov", head, 10 * 2 ** 30)).toEqual({ state: "whole" });
  });

  it("may state tables that are longer than their boxes", async () => {
    const bytes = file({ ...pictures, samples: 0xffff_ffff, perChunk: 0xffff_ffff });
    expect(await structureOf("mov", bytes)).toMatchObject({ state: "whole" });
  });
});
