import { describe, expect, it } from "vitest";
import { beginsAnew } from "../../../worker/src/media/codecs/refresh.ts";
import { codecsMatch } from "../../../worker/src/media/inspect.ts";
import { parseInit } from "../../../worker/src/media/init-segment.ts";
import { box, initSegment } from "./mp4.ts";

function visual(type: string, config: string, bytes: string): Buffer {
  return box(type, Buffer.alloc(78), box(config, Buffer.from(bytes, "hex")));
}

describe("an initialisation segment", () => {
  it.each([
    // Main profile, level 3.1, as x265 writes it.
    ["hvc1", "hvcC", "0101600000009000000000005df000", "hvc1.1.6.L93.90"],
    ["hvc1", "hvcC", "0121600000009000000000007bf000", "hvc1.1.6.H123.90"],
    ["hvc1", "hvcC", "010160000000b000400000005df000", "hvc1.1.6.L93.B0.00.40"],
    ["hvc1", "hvcC", "0101600000000000000000005df000", "hvc1.1.6.L93"],
    ["av01", "av1C", "81080c00", "av01.0.08M.08"],
    ["av01", "av1C", "810dcc00", "av01.0.13H.10"],
  ] as const)("of %s with %s %s has the codec %s", (type, config, bytes, codecs) => {
    const init = parseInit(initSegment(visual(type, config, bytes)));
    expect(init).toMatchObject({ kind: "picture", codecs });
  });

  it("of HEVC that carries its parameter sets in the stream is refused: Apple's players do not take it", () => {
    expect(() => parseInit(initSegment(visual("hev1", "hvcC", "01")))).toThrow(
      'unexpected sample entry "hev1"',
    );
  });

  it("without the configuration of its decoder is refused", () => {
    expect(() => parseInit(initSegment(visual("av01", "hvcC", "01")))).toThrow(
      "the sample entry av01 has no av1C box",
    );
  });
});

describe("what ffprobe sees", () => {
  it.each([
    ["hvc1.1.6.L93.90", { codec_name: "hevc", profile: "Main", level: 93 }, true],
    ["hvc1.1.6.L93", { codec_name: "hevc", profile: "Main", level: 93 }, true],
    ["hvc1.1.6.L93.90", { codec_name: "hevc", profile: "Main", level: 120 }, false],
    ["hvc1.2.4.L93.90", { codec_name: "hevc", profile: "Main 10", level: 93 }, false],
    ["hev1.1.6.L93.90", { codec_name: "hevc", profile: "Main", level: 93 }, false],
    ["av01.0.08M.08", { codec_name: "av1", profile: "Main", level: 8 }, true],
    ["av01.0.08M.10", { codec_name: "av1", profile: "Main", level: 8 }, false],
    ["av01.0.08M.08", { codec_name: "av1", profile: "Main", level: 9 }, false],
    ["av01.0.08M.08", { codec_name: "vp9", profile: "Main", level: 8 }, false],
  ])("of %s: %j is %s", (stated, seen, wanted) => {
    expect(codecsMatch(stated, seen)).toBe(wanted);
  });
});

const unit = (type: number, bytes: number): Buffer => {
  const data = Buffer.alloc(4 + bytes);
  data.writeUInt32BE(bytes);
  data[4] = type << 1;
  return data;
};

describe("a sample that decoding can begin at", () => {
  it.each([
    ["settings and an IDR picture with leading ones", [32, 33, 34, 19], true],
    ["an IDR picture without leading ones", [20], true],
    ["a clean random access picture", [39, 21], false],
    ["a trailing picture", [1], false],
  ])("holds in HEVC %s", (_what, types, wanted) => {
    expect(beginsAnew.hevc(Buffer.concat(types.map((type) => unit(type, 30))))).toBe(wanted);
  });

  const sequence = "0a0b" + "00".repeat(11);
  it.each([
    ["a sequence header and a key frame", `${sequence}3203100000`, true],
    ["a key frame in an extended unit", "36000310aabb", true],
    ["an inter frame", "320330aabb", false],
    ["a frame that is only shown again", "1a0190", false],
    ["a key frame without a length", "3010aabb", true],
    ["settings alone", sequence, false],
    ["a length that never ends", `12${"ff".repeat(9)}`, false],
    ["nothing", "", false],
  ])("holds in AV1 %s", (_what, hex, wanted) => {
    expect(beginsAnew.av1(Buffer.from(hex, "hex"))).toBe(wanted);
  });
});
