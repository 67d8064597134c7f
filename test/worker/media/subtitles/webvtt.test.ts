import { describe, expect, it } from "vitest";
import { cuesBySegment, writeWebVtt } from "../../../../worker/src/media/subtitles/webvtt.ts";

describe("a segment of WebVTT", () => {
  it("states the clock of the pictures and the whole times of its cues", () => {
    const cues = [
      { start: 0, end: 1500, text: "one\ntwo" },
      { start: 3_599_999, end: 36_000_001, text: "<i>late</i>" },
    ];
    expect(writeWebVtt(cues)).toBe(
      [
        "WEBVTT",
        "X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000",
        "",
        "00:00:00.000 --> 00:00:01.500",
        "one",
        "two",
        "",
        "00:59:59.999 --> 10:00:00.001",
        "<i>late</i>",
        "",
      ].join("\n"),
    );
  });

  it("is a header alone where nothing is shown", () => {
    expect(writeWebVtt([])).toBe("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n");
  });
});

describe("the cues of segments", () => {
  it("are repeated in each segment that they touch, and in no other", () => {
    const cue = (start: number, end: number) => ({ start, end, text: `${start}` });
    const [a, b, c, d] = [cue(500, 6000), cue(5999, 6001), cue(6000, 12_500), cue(17_000, 99_000)];
    expect(cuesBySegment({ cues: [a, b, c, d], segmentMs: 6000, segments: 4 })).toEqual([
      [a, b],
      [b, c],
      [c, d],
      [d],
    ]);
  });

  it("follow a grid of uneven length", () => {
    const cue = { start: 6000, end: 6007, text: "at the border" };
    expect(cuesBySegment({ cues: [cue], segmentMs: 6006, segments: 2 })).toEqual([[cue], [cue]]);
    expect(cuesBySegment({ cues: [cue], segmentMs: 6007, segments: 2 })).toEqual([[cue], []]);
  });
});
