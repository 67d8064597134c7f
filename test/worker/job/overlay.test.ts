import { describe, expect, it } from "vitest";
import { overlayTimes } from "../../../worker/src/job/compare/overlay.ts";
import { overlayDemuxer } from "../../../worker/src/media/overlay-picture.ts";
import { withoutPart } from "../../../worker/src/media/landmarks/picture-look.ts";

describe("a picture for an overlay", () => {
  it.each([
    ["PNG", "89504e470d0a1a0a0000", "png_pipe"],
    ["JPEG", "ffd8ffe000104a464946", "jpeg_pipe"],
    ["WebP", Buffer.from("RIFF\0\0\0\0WEBPVP8 ", "latin1").toString("hex"), "webp_pipe"],
    [
      "a moving WebP",
      Buffer.from("RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02", "latin1").toString("hex"),
      undefined,
    ],
    ["SVG", Buffer.from("<svg xmlns=").toString("hex"), undefined],
    ["a playlist", Buffer.from("#EXTM3U").toString("hex"), undefined],
    ["a film", "0000001866747970", undefined],
    ["nothing", "", undefined],
  ])("of %s is opened as that and nothing else", (_what, hex, demuxer) => {
    expect(overlayDemuxer(Buffer.from(hex, "hex"))).toBe(demuxer);
  });
});

describe("an overlay is looked at", () => {
  it.each([
    ["all the time", {}, 10, { shown: [4.75], hidden: [] }],
    ["for a while", { from: 2, to: 6 }, 10, { shown: [3.75], hidden: [0.75, 7.75] }],
    ["to the end", { from: 9.8 }, 10, { shown: [], hidden: [4.65] }],
    ["behind the end", { from: 20, to: 30 }, 10, { shown: [], hidden: [4.75] }],
  ])("%s", (_what, look, end, wanted) => {
    const { shown, hidden } = overlayTimes(look, end);
    const near = (times: readonly number[]) => times.map((time) => Number(time.toFixed(3)));
    expect({ shown: near(shown), hidden: near(hidden) }).toEqual(wanted);
  });
});

it("what it covers is left out of the comparison with the source, and nothing else", () => {
  const picture = Buffer.alloc(64 * 36 * 3, 255);
  const part = { left: 0.5, top: 0.5, width: 0.25, height: 0.25 };
  const [masked] = withoutPart([picture], part);
  const at = (x: number, y: number) => masked?.[(y * 64 + x) * 3];
  expect([at(32, 18), at(31, 17), at(48, 27)]).toEqual([0, 0, 0]);
  expect([at(30, 18), at(32, 16), at(49, 18), at(32, 28)]).toEqual([255, 255, 255, 255]);
});
