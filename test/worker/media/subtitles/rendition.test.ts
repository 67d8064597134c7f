import { describe, expect, it } from "vitest";
import { cadenceOf } from "../../../../media/frame-rate.ts";
import { maxTrackBytes } from "../../../../worker/src/media/subtitles/extract.ts";
import { readTrack, segmentMsOf } from "../../../../worker/src/media/subtitles/rendition.ts";
import { readBlocks } from "../../../../worker/src/media/subtitles/subtitle-blocks.ts";
import { aSubtitleTrack } from "./a-subtitle-track.ts";
import { matroskaOf, type WrittenCue } from "./matroska-of-cues.ts";

const track = aSubtitleTrack({ index: 3 });
const film = {
  timeline: { origin: 0, leaps: [] },
  startTime: 0,
  durationSeconds: 3600,
  segmentMs: 6000,
};

function read(cues: readonly WrittenCue[], changes: Partial<typeof film> = {}) {
  return readTrack({ ...film, ...changes, track, file: matroskaOf(cues) });
}

function many(count: number, cue: Partial<WrittenCue> = {}): WrittenCue[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ time: index * 10, duration: 10, text: `${index}`, ...cue },
  }));
}

describe("an extracted track", () => {
  it("is read block by block", () => {
    const file = matroskaOf([
      { time: 0, duration: 1000, text: "a" },
      { time: 90_000_000, duration: 0, text: "b, c" },
    ]);
    expect(readBlocks(file).map(({ data, ...times }) => [times, data.toString()])).toEqual([
      [{ time: 0, duration: 1000 }, "0,0,Default,,0,0,0,,a"],
      [{ time: 90_000_000, duration: 0 }, "1,0,Default,,0,0,0,,b, c"],
    ]);
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["what is no Matroska", Buffer.from("hello, world")],
  ])("is empty where ffmpeg wrote %s", (_what, file) => {
    expect(readBlocks(file)).toEqual([]);
  });

  it("becomes cues", () => {
    expect(read([{ time: 1000, duration: 500, text: "{\\i1}a" }])).toEqual({
      cues: [{ start: 1000, end: 1500, text: "<i>a</i>" }],
      warnings: [],
    });
  });

  it.each([
    ["it cannot be read", undefined],
    ["it has no text that is shown during the film", []],
    ["it has no text that is shown during the film", [{ time: 4e6, duration: 9, text: "late" }]],
    ["too many of its texts are shown at once", many(2000, { duration: 3_600_000 })],
  ])("is left out with a warning: %s", (why, cues) => {
    const { cues: kept, warnings } = readTrack({
      ...{ ...film, track },
      file: cues && matroskaOf(cues),
    });
    expect(kept).toEqual([]);
    const message = `The subtitle track 3 (subrip) was left out: ${why}.`;
    expect(warnings).toEqual([{ code: "subtitles-left-out", message }]);
  });

  it("is cut where it has more cues than any film", () => {
    const { cues, warnings } = read(many(50_001));
    expect(cues).toHaveLength(50_000);
    const message = "The subtitle track 3 (subrip) is too large; its first 50000 cues are used.";
    expect(warnings).toEqual([{ code: "subtitles-cut", message }]);
  });

  it("says so where ffmpeg has cut it", () => {
    const file = Buffer.concat([
      matroskaOf([{ time: 0, duration: 10, text: "a" }]),
      Buffer.alloc(maxTrackBytes),
    ]);
    const { warnings } = readTrack({ ...film, track, file });
    expect(warnings.map(({ code }) => code)).toEqual(["subtitles-cut"]);
  });
});

describe("the length of segments", () => {
  it.each([
    ["as those of the pictures", { num: 25, den: 1 }, 7200, 4, 6000],
    ["as those of pictures of an uneven rate", { num: 30_000, den: 1001 }, 60, 1, 6006],
    ["longer where there would be too many files", { num: 25, den: 1 }, 86_400, 4, 36_000],
  ])("is %s", (_what, fps, seconds, tracks, wanted) => {
    expect(segmentMsOf(cadenceOf(fps), seconds, tracks)).toBeCloseTo(wanted, 6);
  });
});
