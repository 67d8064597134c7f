import { describe, expect, it } from "vitest";
import {
  byPreference,
  decodedSample,
  lookArgs,
  characteristicsOf,
  isSurround,
  soundsIn,
  toStereo,
  undecodableBecause,
  unusableBecause,
} from "../../media/audio-tracks.ts";
import type { StreamScan } from "../../media/packet-scan.ts";
import type { ProbedStream } from "../../media/probe-report.ts";
import { stereoFilters } from "./a-source.ts";

function track(index: number, change: Partial<ProbedStream> = {}): ProbedStream {
  return { index, codec_type: "audio", codec_name: "aac", channels: 2, ...change };
}

/** Packets of 1024 samples at 48 kHz. */
function packets(count: number, first = 0): StreamScan {
  const step = 1024 / 48000;
  const times = Array.from({ length: count }, (_, index) => first + index * step);
  return { index: 1, times, lastDuration: step, keyTimes: times };
}

function decoded(frames: number): string {
  return "1024\n".repeat(frames);
}

describe("a track of sound", () => {
  it.each<[string, Partial<ProbedStream>, StreamScan | undefined, string | undefined]>([
    ["with samples", {}, packets(500), undefined],
    ["with two packets", {}, packets(2), undefined],
    ["that is nowhere in the file", {}, undefined, "it holds no samples"],
    ["without packets", {}, packets(0), "it holds no samples"],
    ["with one packet", {}, packets(1), "it holds a single packet"],
    ["without a codec", { codec_name: undefined }, packets(500), "its codec is not known"],
    ["of an unknown codec", { codec_name: "unknown" }, packets(500), "its codec is not known"],
    ["of no codec", { codec_name: "none" }, packets(500), "its codec is not known"],
    ["of a rare codec", { codec_name: "atrac3" }, packets(500), undefined],
  ])("%s", (_title, change, scan, wanted) => {
    expect(unusableBecause(track(1, change), scan)).toBe(wanted);
  });

  it.each<[string, StreamScan, string, string | undefined]>([
    ["all of which decodes", packets(500), decoded(187), undefined],
    ["that lasts half a second", packets(24), decoded(23), undefined],
    ["that begins late", packets(500, 30), decoded(187), undefined],
    ["half of which decodes", packets(500), decoded(94), undefined],
    ["a third of which decodes", packets(500), decoded(62), "most of it cannot be decoded"],
    ["of garbage", packets(500), "", "nothing in it can be decoded"],
    ["of garbage with lines", packets(500), "N/A\n\n0\nhello\n", "nothing in it can be decoded"],
    ["of three frames", packets(3), decoded(3), "it holds almost no samples"],
    ["of four frames", packets(4), decoded(4), undefined],
  ])("%s, when looked at", (_title, scan, text, wanted) => {
    expect(undecodableBecause(scan, decodedSample(text))).toBe(wanted);
  });

  it("is looked at from its first packet on", () => {
    expect(lookArgs(3, 12.5).join(" ")).toBe(
      "-v quiet -print_format csv=p=0 -show_entries frame=nb_samples -select_streams 3 -read_intervals 12.5%+4",
    );
  });

  it("is counted in frames and samples", () => {
    expect(decodedSample("1024\n1024,side data\n960\n")).toEqual({ frames: 3, samples: 3008 });
  });
});

describe("of several tracks", () => {
  it.each<[string, ProbedStream[], number[]]>([
    ["the first comes first", [track(1), track(2)], [1, 2]],
    ["the default one comes first", [track(1), track(2, { disposition: { default: 1 } })], [2, 1]],
    ["the one with more channels comes first", [track(1), track(2, { channels: 6 })], [2, 1]],
    [
      "the default one comes before one with more channels",
      [track(1, { channels: 6 }), track(2, { disposition: { default: 1 } })],
      [2, 1],
    ],
    [
      "a comment comes last",
      [track(1, { disposition: { comment: 1 } }), track(2, { channels: 1 })],
      [2, 1],
    ],
    [
      "a description for the blind comes last",
      [track(1, { channels: 6, disposition: { visual_impaired: 1 } }), track(2)],
      [2, 1],
    ],
    [
      "sound for the hard of hearing comes last",
      [track(1, { disposition: { hearing_impaired: 1 } }), track(2)],
      [2, 1],
    ],
    [
      "a default comment comes before one that is not",
      [
        track(1, { disposition: { comment: 1 } }),
        track(2, { disposition: { comment: 1, default: 1 } }),
      ],
      [2, 1],
    ],
    [
      "channels without end do not count",
      [track(1, { channels: 6 }), track(2, { channels: 64 })],
      [1, 2],
    ],
    ["there is none", [], []],
  ])("%s", (_title, streams, wanted) => {
    expect(byPreference(streams).map(({ index }) => index)).toEqual(wanted);
  });
});

describe("two tracks of one channel", () => {
  const left = track(1, { channels: 1, channel_layout: "1 channels (FL)" });
  const right = track(2, { channels: 1, channel_layout: "1 channels (FR)" });
  const centre = track(3, { channels: 1, channel_layout: "mono" });
  const stereo = track(4, { channels: 2, channel_layout: "2 channels (FL+FR)" });

  it.each<[string, ProbedStream[], number[][]]>([
    ["that are left and right are a pair", [left, right], [[1, 2]]],
    ["that are right and left are a pair, left first", [right, left], [[1, 2]]],
    ["that are both left are two sounds", [left, { ...left, index: 5 }], [[1], [5]]],
    ["of which one is in the middle are two sounds", [left, centre], [[1], [3]]],
    ["with others between them are a pair", [left, centre, stereo, right], [[1, 2], [3], [4]]],
    ["are a pair behind a stereo sound too", [stereo, left, right], [[4], [1, 2]]],
    [
      "are a pair for each language",
      [left, right, { ...left, index: 5 }, { ...right, index: 6 }],
      [
        [1, 2],
        [5, 6],
      ],
    ],
    ["of which one cannot be used are one sound", [left], [[1]]],
  ])("%s", (_title, usable, wanted) => {
    expect(soundsIn(usable).map((sound) => sound.map(({ index }) => index))).toEqual(wanted);
  });
});

describe("surround sound", () => {
  it.each([
    [6, "5.1", true],
    [6, "5.1(side)", true],
    [6, "6.0", true],
    [7, "6.1", true],
    [8, "7.1", true],
    [12, "7.1.4", true],
    [24, "22.2", true],
    [5, "5.0", false],
    [2, "stereo", false],
    [6, undefined, false],
    [6, "6 channels", false],
    [16, "hexadecagonal", false],
    [9, "ambisonic 2", false],
  ])("of %d channels in the layout %s: %s", (channels, layout, wanted) => {
    expect(isSurround(track(1, { channels, channel_layout: layout }))).toBe(wanted);
  });
});

describe("people for whom a track is made", () => {
  it.each([
    [{ visual_impaired: 1 }, ["public.accessibility.describes-video"]],
    [{ descriptions: 1, visual_impaired: 1 }, ["public.accessibility.describes-video"]],
    [{ hearing_impaired: 1 }, ["public.accessibility.enhances-speech-intelligibility"]],
    [{ comment: 1, visual_impaired: 0 }, []],
    [undefined, []],
  ])("by the dispositions %j are %j", (disposition, wanted) => {
    expect(characteristicsOf(track(1, { disposition }))).toEqual(wanted);
  });
});

describe("the way to stereo", () => {
  it.each<[string, number | undefined, string | undefined, string]>([
    ["mono", 1, "mono", stereoFilters],
    ["stereo", 2, "stereo", stereoFilters],
    ["3.0", 3, "3.0", stereoFilters],
    ["quad", 4, "quad", stereoFilters],
    ["5.1", 6, "5.1", stereoFilters],
    ["5.1 with speakers at the side", 6, "5.1(side)", stereoFilters],
    ["7.1", 8, "7.1", stereoFilters],
    ["7.1.4", 12, "7.1.4", stereoFilters],
    ["16 placed channels", 16, "hexadecagonal", stereoFilters],
    ["22.2", 24, "22.2", stereoFilters],
    ["six channels without a layout", 6, undefined, stereoFilters],
    ["a number of channels that is not known", undefined, undefined, stereoFilters],
    ["one channel without a layout", 1, undefined, `pan=stereo|c0=c0|c1=c0,${stereoFilters}`],
    ["the left channel alone", 1, "1 channels (FL)", `pan=stereo|c0=c0|c1=c0,${stereoFilters}`],
    ["two channels without a layout", 2, undefined, `pan=stereo|c0=c0|c1=c1,${stereoFilters}`],
    ["two unusual channels", 2, "2 channels (BL+BR)", `pan=stereo|c0=c0|c1=c1,${stereoFilters}`],
    [
      "three channels that have no place",
      3,
      "3 channels",
      `pan=stereo|c0=0.5000*c0+0.5000*c2|c1=1.0000*c1,${stereoFilters}`,
    ],
    [
      "eight channels that have no place",
      8,
      "8 channels",
      `pan=stereo|c0=0.2500*c0+0.2500*c2+0.2500*c4+0.2500*c6|c1=0.2500*c1+0.2500*c3+0.2500*c5+0.2500*c7,${stereoFilters}`,
    ],
    [
      "ten channels without a layout",
      10,
      undefined,
      `pan=stereo|c0=0.2000*c0+0.2000*c2+0.2000*c4+0.2000*c6+0.2000*c8|c1=0.2000*c1+0.2000*c3+0.2000*c5+0.2000*c7+0.2000*c9,${stereoFilters}`,
    ],
    [
      "a sound field of the first order",
      4,
      "ambisonic 1",
      `pan=stereo|c0=0.7*c0+0.5*c1|c1=0.7*c0-0.5*c1,${stereoFilters}`,
    ],
    [
      "a sound field with two channels beside it",
      6,
      "ambisonic 1+stereo",
      `pan=stereo|c0=0.7*c0+0.5*c1|c1=0.7*c0-0.5*c1,${stereoFilters}`,
    ],
  ])("from %s", (_title, channels, channel_layout, wanted) => {
    expect(toStereo({ channels, channel_layout })).toBe(wanted);
  });
});
