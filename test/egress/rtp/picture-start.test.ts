import { describe, expect, it } from "vitest";
import { pictureStart } from "../../../egress/src/rtp/picture-start.ts";
import { codedSize } from "../../../egress/src/rtp/sps.ts";
import { together, units } from "./feed.ts";

const { sps, smallSps, largeSps, blankSps, pps, key, other } = units;
const bytes = (...values: number[]) => Buffer.from([...values, ...new Array<number>(12).fill(0)]);
/** What follows the descriptor of VP8's key picture: tag, start code, size. */
const vp8Key = (width: number) => [0x10, 2, 0, 0x9d, 1, 0x2a, width & 255, width >> 8, 0x68, 1];

describe("a packet of H.264", () => {
  it.each([
    ["a picture that needs others", other, { isKey: false }],
    ["a picture that needs none", key, { isKey: true }],
    ["the first part of one", bytes(0x7c, 0x85), { isKey: true }],
    ["a later part of one", bytes(0x7c, 0x05), { isKey: false }],
    [
      "parameter sets and a picture",
      together(sps, pps, key),
      { isKey: true, sps, pps, isBlank: false },
    ],
    [
      "the parameters of nothing",
      together(blankSps, pps, key),
      { isKey: true, sps: blankSps, pps, isBlank: true },
    ],
    ["nothing", Buffer.alloc(0), { isKey: false }],
    ["a length that is a lie", Buffer.from([24, 255, 255, 0x67]), { isKey: false }],
  ])("says that it is %s", (_, payload, expected) => {
    expect(pictureStart("H264", payload)).toMatchObject(expected);
  });

  it.each([
    [sps, { width: 640, height: 368 }],
    [smallSps, { width: 320, height: 192 }],
    [largeSps, { width: 1920, height: 1088 }],
    [blankSps, { width: 16, height: 16 }],
  ])("says the size of its pictures", (set, size) => {
    expect(codedSize(set)).toEqual(size);
  });
});

describe("a packet of VP8", () => {
  it.each([
    ["a key picture", bytes(0x10, ...vp8Key(640)), { isKey: true, isBlank: false }],
    ["one with a short number", bytes(0x90, 0x80, 0x11, ...vp8Key(640)), { isKey: true }],
    [
      "one with a long number and layers",
      bytes(0x90, 0xe0, 0x81, 1, 2, 3, ...vp8Key(640)),
      { isKey: true },
    ],
    ["a picture that needs others", bytes(0x10, 0x11), { isKey: false }],
    ["not the first of a picture", bytes(0x00, ...vp8Key(640)), { isKey: false }],
    ["too short", Buffer.from([0x10, 0x10]), { isKey: false }],
  ])("says that it is %s", (_, payload, expected) => {
    expect(pictureStart("VP8", payload)).toMatchObject(expected);
  });
});

describe("a packet of VP9", () => {
  it.each([
    ["begins a picture that needs none", 0x88, true],
    ["begins one that needs others", 0xc8, false],
    ["does not begin one", 0x80, false],
  ])("says whether it %s", (_, flags, isKey) => {
    expect(pictureStart("VP9", bytes(flags))).toEqual({ isKey });
  });
});
