import { describe, expect, it } from "vitest";
import { parseReport, preferred, programmeOf } from "../../media/probe-report.ts";

describe("ffprobe's report", () => {
  it.each<[string, object]>([
    ["without programmes", { format: {}, streams: [] }],
    ["with an unknown stream", { format: { start_time: "1.4" }, streams: [{ index: 0 }] }],
    [
      "with side data of any kind",
      { format: {}, streams: [{ index: 0, side_data_list: [{ side_data_type: "CPB", max: 1 }] }] },
    ],
  ])("is read %s", (_title, report) => {
    expect(parseReport(JSON.stringify(report))).toMatchObject(report);
  });

  it.each([
    ["nothing", "{}"],
    ["a stream without a number", '{"format":{},"streams":[{"codec_type":"video"}]}'],
    ["half a text", '{"format":'],
  ])("is refused when it is %s", (_title, text) => {
    expect(() => parseReport(text)).toThrow();
  });
});

describe("of several streams", () => {
  it.each<[string, { default?: number }[], number | undefined]>([
    ["the default one is preferred", [{}, { default: 1 }], 1],
    ["the first one is preferred where none is", [{}, { default: 0 }], 0],
    ["the first default one is preferred", [{ default: 1 }, { default: 1 }], 0],
    ["there is none", [], undefined],
  ])("%s", (_title, dispositions, wanted) => {
    const streams = dispositions.map((disposition) => ({ disposition }));
    expect(preferred(streams)).toBe(wanted === undefined ? undefined : streams[wanted]);
  });
});

describe("the programme of a stream", () => {
  const programs = [
    { streams: [{ index: 0 }, { index: 1 }] },
    { streams: [{ index: 2 }, { index: 3 }] },
  ];

  it.each([
    ["holds what is sent with it", programs, 2, [2, 3]],
    ["is the whole file where it is in none", programs, 4, [0, 1, 2, 3, 4]],
    ["is the whole file where there is none", [], 0, [0, 1, 2, 3, 4]],
    ["is the whole file where nothing is said", undefined, 0, [0, 1, 2, 3, 4]],
  ])("%s", (_title, given, index, wanted) => {
    const belongs = programmeOf({ format: {}, streams: [], programs: given }, index);
    expect([0, 1, 2, 3, 4].filter(belongs)).toEqual(wanted);
  });
});
