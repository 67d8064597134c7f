import { describe, expect, it } from "vitest";
import {
  joinArgs,
  lipSyncRendition,
  pieceArgs,
  pieceList,
  piecesOf,
} from "../../../media/dub/lip-sync.ts";

describe("A film is cut between its segments", () => {
  it.each([
    [[4, 4, 4, 4, 4, 2], 16, ["0+4 0-16", "4+2 16-22"]],
    [[6, 6, 6], 16, ["0+2 0-12", "2+1 12-18"]],
    [[20, 4, 4], 16, ["0+1 0-20", "1+2 20-28"]],
    [[3], 16, ["0+1 0-3"]],
    [[], 16, []],
  ])("of %j s, at most %i s", (segments, most, expected) => {
    const shown = piecesOf(segments, most).map(
      ({ first, count, start, seconds }) => `${first}+${count} ${start}-${start + seconds}`,
    );
    expect(shown).toEqual(expected);
  });
});

describe("A service is sent the tallest rendition that it may have", () => {
  const one = (codec: "h264" | "hevc" | "av1", width: number, height: number) => ({
    ...{ codec, width, height },
  });
  it.each([
    ["1080p of a ladder to 2160p", [one("h264", 3840, 2160), one("h264", 1920, 1080)], 1920],
    ["upright, by its shorter side", [one("h264", 1080, 1920), one("h264", 720, 1280)], 1080],
    ["none in another codec", [one("hevc", 1920, 1080), one("h264", 640, 360)], 640],
    ["none at all", [one("av1", 1920, 1080)], undefined],
  ])("%s", (_what, renditions, width) => {
    expect(lipSyncRendition(renditions, 1080)?.width).toBe(width);
  });
});

it("pieces are copied out of segments, and joined with the voice without encoding them", () => {
  expect(pieceArgs("/w/out/720p/piece-4.m3u8", "/w/out/lip-sync/cut-4.mp4").join(" ")).toMatch(
    /^-nostdin -y -v error -protocol_whitelist file -format_whitelist hls,mov -max_pixels \d+ -f hls -i file:\/w\/out\/720p\/piece-4.m3u8 -map 0:v:0 -c copy -map_metadata -1 -movflags \+faststart -f mp4 file:\/w\/out\/lip-sync\/cut-4.mp4$/,
  );
  const join = joinArgs("/w/out", { list: "/w/out/lip-sync/list.txt", sound: "audio-2" });
  expect(join.join(" ")).toMatch(
    /-protocol_whitelist file -format_whitelist concat,mov -max_pixels \d+ -f concat -i file:\/w\/out\/lip-sync\/list.txt -protocol_whitelist file -format_whitelist hls,mov -max_pixels \d+ -f hls -i file:\/w\/out\/audio-2\/local.m3u8 -map 0:v:0 -map 1:a:0 -c copy -map_metadata -1 -movflags \+faststart -f mp4 file:\/w\/out\/lip-sync.mp4$/,
  );
  expect(pieceList(["0.mp4", "4.mp4"])).toBe("ffconcat version 1.0\nfile '0.mp4'\nfile '4.mp4'\n");
});
