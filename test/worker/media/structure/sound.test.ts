import { describe, expect, it } from "vitest";
import { hex, latin1, structureOf, u32be, u32le, u64be, u64le } from "./structure-of.ts";

const samples = Buffer.alloc(1000);
const tail = Buffer.alloc(60);

/** A WAV file whose data chunk has the length, with another chunk behind. */
function wav(length: number): Buffer {
  const format = [latin1("fmt "), u32le(16), Buffer.alloc(16)];
  const data = [latin1("data"), u32le(length), samples];
  return Buffer.concat([latin1("RIFF"), u32le(0), latin1("WAVE"), ...format, ...data, tail]);
}

function rf64(length: number): Buffer {
  const sizes = [latin1("ds64"), u32le(24), u64le(0), u64le(length), u64le(0)];
  const data = [latin1("data"), u32le(0xffff_ffff), samples];
  return Buffer.concat([latin1("RF64"), u32le(0xffff_ffff), latin1("WAVE"), ...sizes, ...data]);
}

function w64(length: number): Buffer {
  const data = [hex("64617461f3acd3118cd100c04f8edb8a"), u64le(24 + length), samples];
  return Buffer.concat([Buffer.alloc(40), ...data]);
}

function aiff(length: number): Buffer {
  const data = [latin1("SSND"), u32be(length), samples];
  return Buffer.concat([latin1("FORM"), u32be(0), latin1("AIFF"), ...data]);
}

function caf(length: number): Buffer {
  return Buffer.concat([latin1("caff"), u32be(65_536), latin1("data"), u64be(length), samples]);
}

function au(length: number): Buffer {
  return Buffer.concat([latin1(".snd"), u32be(24, length), Buffer.alloc(12), samples]);
}

function realMedia(length: number): Buffer {
  const head = [latin1(".RMF"), u32be(18), Buffer.alloc(10)];
  return Buffer.concat([...head, latin1("DATA"), u32be(length + 10), Buffer.alloc(2), samples]);
}

type Make = (length: number) => Buffer;

const kinds: readonly (readonly [string, Make])[] = [
  ["wav", wav],
  ["wav", rf64],
  ["w64", w64],
  ["aiff", aiff],
  ["caf", caf],
  ["au", au],
  ["rm", realMedia],
];

describe("the samples of a file", () => {
  it.each(kinds)("in %s are whole or cut as their length says", async (demuxer, make) => {
    expect(await structureOf(demuxer, make(1000))).toEqual({ state: "whole" });
    const structure = await structureOf(demuxer, make(5000));
    expect(structure).toMatchObject({ state: "truncated" });
    const bytes = make(1000);
    const cut = await structureOf(demuxer, bytes, bytes.length - 200);
    expect(cut).toMatchObject({ state: "truncated", presentBytes: bytes.length - 200 });
  });

  it.each(kinds)("in %s have no stated length when it is 0", async (demuxer, make) => {
    expect(await structureOf(demuxer, make(0))).toEqual({ state: "unstated" });
  });

  it.each<[string, string, Make, number]>([
    ["wav", "all bits", wav, 0xffff_ffff],
    ["wav", "half of the bits", wav, 0x7fff_ffff],
    ["wav", "all bits without the header", wav, 0xffff_ffff - 36],
    ["aiff", "all bits", aiff, 0xffff_ffff],
    ["au", "all bits", au, 0xffff_ffff],
    ["caf", "-1", caf, -1],
    ["w64", "the largest number", w64, 2 ** 62],
  ])("in %s have no stated length when it is %s", async (demuxer, _title, make, length) => {
    expect(await structureOf(demuxer, make(length))).toEqual({ state: "unstated" });
  });
});
