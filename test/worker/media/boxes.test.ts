import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boxesIn, findBox, needBox } from "../../../worker/src/media/boxes.ts";
import { holdsIdr } from "../../../worker/src/media/codecs/refresh.ts";
import { parseFragment } from "../../../worker/src/media/fragment.ts";
import { parseInit } from "../../../worker/src/media/init-segment.ts";
import { aacEntry, avcEntry, box, fragment, initSegment, unit } from "./mp4.ts";

describe("an initialisation segment", () => {
  it.each([
    ["64001f", "avc1.64001f"],
    ["4d4028", "avc1.4d4028"],
    ["42c01e", "avc1.42c01e"],
  ])("with the profile bytes %s has the codec %s", (bytes, codecs) => {
    expect(parseInit(initSegment(avcEntry(bytes)))).toEqual({
      kind: "picture",
      codec: "h264",
      channels: 0,
      codecs,
      timescale: 15360,
      width: 1280,
      height: 720,
      hasEditList: false,
    });
  });

  it.each([
    ["1190", 1, "mp4a.40.2"],
    ["1190", 4, "mp4a.40.2"],
    ["2b92", 1, "mp4a.40.5"],
    ["f8e0", 4, "mp4a.40.39"],
  ])(
    "with the audio configuration %s (lengths of %d bytes) has the codec %s",
    (config, n, codecs) => {
      expect(parseInit(initSegment(aacEntry(config, n))).codecs).toBe(codecs);
    },
  );

  it.each([
    ["1190", 2],
    ["11b0", 6],
    ["11b8", 8],
    ["1180", 0],
  ])("with the audio configuration %s has %d channels", (config, channels) => {
    expect(parseInit(initSegment(aacEntry(config)))).toMatchObject({ kind: "sound", channels });
  });

  it("whose avcC contradicts its own parameter set is refused", () => {
    expect(() => parseInit(initSegment(avcEntry("64001f", "4d401f")))).toThrow(
      /avcC states 64001f/,
    );
  });

  it("of another codec is refused", () => {
    expect(() => parseInit(initSegment(box("hvc1", Buffer.alloc(78))))).toThrow(/hvc1/);
  });

  it("tells of an edit list", () => {
    expect(parseInit(initSegment(avcEntry("64001f"), [box("edts")])).hasEditList).toBe(true);
  });
});

describe("a fragment", () => {
  it("is measured by its boxes", () => {
    const head = fragment(92160n, 512, [
      { size: 100, sync: true, offset: 0 },
      { size: 20, sync: false, offset: 512 },
      { size: 10, sync: false, offset: -512 },
      { size: 90, sync: true, offset: 0 },
    ]);
    expect(parseFragment(head)).toEqual({
      decodeStart: 92160,
      duration: 2048,
      samples: 4,
      presentationStart: 92160,
      keyframes: [
        { time: 92160, position: head.length + 8, size: 100 },
        { time: 92160 + 3 * 512, position: head.length + 8 + 130, size: 90 },
      ],
      dataEnd: head.length + 8 + 220,
    });
  });

  it("without its boxes is refused", () => {
    expect(() => parseFragment(box("styp"))).toThrow(/moof/);
    expect(() => parseFragment(box("moof", box("traf")))).toThrow(/tfdt/);
  });
});

describe("an H.264 sample", () => {
  it.each([
    ["an IDR unit", [5], true],
    ["settings and an IDR unit behind them", [6, 7, 8, 5], true],
    ["a plain intra picture", [6, 1], false],
    ["nothing", [], false],
  ])("with %s", (_title, types, wanted) => {
    expect(holdsIdr(Buffer.concat(types.map((type) => unit(type, 40))))).toBe(wanted);
  });
});

describe("boxes", () => {
  it("are found by their path", () => {
    const data = box("moov", box("trak", box("mdia")), box("trak"));
    expect(findBox(data, ["moov", "trak", "mdia"])).toMatchObject({ type: "mdia" });
    expect(findBox(data, ["moov", "udta"])).toBeUndefined();
    expect(() => needBox(data, ["moov", "udta"])).toThrow("moov/udta");
  });

  it("never make the reader hang or read outside, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          for (const one of boxesIn(Buffer.from(bytes))) {
            expect(one.end).toBeLessThanOrEqual(bytes.length);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });
});
