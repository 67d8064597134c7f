import { describe, expect, it } from "vitest";
import type { ProbedStream } from "../../../media/probe-report.ts";
import { chooseSubtitles } from "../../../media/subtitles/subtitle-tracks.ts";

type Given = Omit<Partial<ProbedStream>, "index">;

function streamsOf(...given: Given[]): ProbedStream[] {
  const video = { index: 0, codec_type: "video", codec_name: "h264" };
  return [
    video,
    ...given.map((one, index) => ({ codec_type: "subtitle", ...one, index: index + 1 })),
  ];
}

function choose(streams: ProbedStream[], programs?: { streams: { index: number }[] }[]) {
  return chooseSubtitles({ format: {}, streams, ...(programs && { programs }) }, 0);
}

describe("the choice of subtitles", () => {
  it("takes every track of text, with its names and marks", () => {
    const { tracks, warnings } = choose(
      streamsOf(
        { codec_name: "subrip", tags: { language: "eng", title: "Full" } },
        { codec_name: "ass", disposition: { default: 1, forced: 1 } },
        { codec_name: "mov_text", disposition: { default: 1, hearing_impaired: 1 } },
      ),
    );
    const unmarked = { forced: false, isDefault: false, hearingImpaired: false };
    const unnamed = { language: undefined, title: undefined };
    expect(tracks).toEqual([
      { index: 1, codec: "subrip", language: "en", title: "Full", ...unmarked },
      { index: 2, codec: "ass", ...unnamed, ...unmarked, forced: true, isDefault: true },
      { index: 3, codec: "mov_text", ...unnamed, ...unmarked, hearingImpaired: true },
    ]);
    expect(warnings).toEqual([]);
  });

  it.each([
    ["hdmv_pgs_subtitle", "it holds pictures of text, not text"],
    ["dvd_subtitle", "it holds pictures of text, not text"],
    ["dvb_teletext", "subtitles of this kind cannot be read as text"],
    [undefined, "subtitles of this kind cannot be read as text"],
  ])("leaves out %s and says why", (codec, why) => {
    const { tracks, warnings } = choose(streamsOf({ ...(codec && { codec_name: codec }) }));
    expect(tracks).toEqual([]);
    expect(warnings).toEqual([
      {
        code: "subtitles-left-out",
        message: `The subtitle track 1 (${codec ?? "unknown codec"}) was left out: ${why}.`,
      },
    ]);
  });

  it("takes the default mark of a track that is left out from no other", () => {
    const marked = { disposition: { default: 1 } };
    const { tracks } = choose(
      streamsOf({ codec_name: "dvb_subtitle", ...marked }, { codec_name: "subrip" }),
    );
    expect(tracks.map(({ isDefault }) => isDefault)).toEqual([false]);
  });

  it("ignores those of another programme", () => {
    const streams = streamsOf({ codec_name: "subrip" }, { codec_name: "dvb_subtitle" });
    const programs = [{ streams: [{ index: 0 }, { index: 1 }] }, { streams: [{ index: 2 }] }];
    const { tracks, warnings } = choose(streams, programs);
    expect(tracks.map(({ index }) => index)).toEqual([1]);
    expect(warnings).toEqual([]);
  });

  it("keeps at most sixteen", () => {
    const many = Array.from({ length: 18 }, () => ({ codec_name: "subrip" }));
    const { tracks, warnings } = choose(streamsOf(...many));
    expect(tracks).toHaveLength(16);
    expect(warnings.map(({ message }) => message)).toEqual([
      "The subtitle track 17 (subrip) was left out: a result has at most 16 of them.",
      "The subtitle track 18 (subrip) was left out: a result has at most 16 of them.",
    ]);
  });
});
