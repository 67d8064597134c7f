import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  parseAttributes,
  parseMasterPlaylist,
  parseMediaPlaylist,
  writeMasterPlaylist,
  writeMediaPlaylist,
} from "../../../worker/src/media/playlist.ts";

const variant = {
  uri: "720p/index.m3u8",
  bandwidth: 3_000_000,
  averageBandwidth: 2_500_000,
  codecs: "avc1.64001f,mp4a.40.2",
  width: 1280,
  height: 720,
  fps: 29.97,
};

describe("a media playlist", () => {
  it("is exactly this text", () => {
    const segments = [
      { uri: "00000.m4s", seconds: 6.006 },
      { uri: "00001.m4s", seconds: 1 },
    ];
    expect(writeMediaPlaylist({ initUri: "init.mp4", segments })).toBe(
      [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-TARGETDURATION:6",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        '#EXT-X-MAP:URI="init.mp4"',
        "#EXTINF:6.006000,",
        "00000.m4s",
        "#EXTINF:1.000000,",
        "00001.m4s",
        "#EXT-X-ENDLIST",
        "",
      ].join("\n"),
    );
  });

  it("comes back from its text", () => {
    const segment = fc.record({
      uri: fc.stringMatching(/^[a-z0-9]{1,12}\.m4s$/),
      seconds: fc.integer({ min: 1, max: 12_000_000 }).map((micros) => micros / 1e6),
    });
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 30 }), (segments) => {
        const parsed = parseMediaPlaylist(writeMediaPlaylist({ initUri: "init.mp4", segments }));
        expect(parsed.segments).toEqual(segments);
        expect(parsed.ended).toBe(true);
        for (const { seconds } of segments) {
          expect(Math.round(seconds)).toBeLessThanOrEqual(parsed.targetSeconds);
        }
      }),
    );
  });

  it.each([
    ["no beginning", "hello"],
    ["an address without a length", "#EXTM3U\n#EXT-X-TARGETDURATION:6\n00000.m4s\n"],
    ["no map", "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na.m4s\n"],
    ["no target", '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:6,\na.m4s\n'],
  ])("with %s is refused", (_title, text) => {
    expect(() => parseMediaPlaylist(text)).toThrow();
  });
});

describe("the master playlist", () => {
  it("with sound is exactly this text", () => {
    expect(writeMasterPlaylist({ variants: [variant], audioUri: "audio/index.m3u8" })).toBe(
      [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Main",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio/index.m3u8"',
        '#EXT-X-STREAM-INF:BANDWIDTH=3000000,AVERAGE-BANDWIDTH=2500000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="audio"',
        "720p/index.m3u8",
        "",
      ].join("\n"),
    );
  });

  it("without sound names no group", () => {
    const text = writeMasterPlaylist({ variants: [variant], audioUri: undefined });
    expect(text).not.toMatch(/AUDIO|MEDIA/);
  });

  it.each(["audio/index.m3u8", undefined])("comes back from its text (sound: %s)", (audioUri) => {
    const master = { variants: [variant, { ...variant, uri: "b/index.m3u8" }], audioUri };
    expect(parseMasterPlaylist(writeMasterPlaylist(master))).toEqual(master);
  });

  it("with a variant that has no address is refused", () => {
    expect(() => parseMasterPlaylist("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n")).toThrow();
  });

  it("has attributes whose quoted values may hold commas", () => {
    expect(parseAttributes('A=1,CODECS="x,y",B=2')).toEqual(
      new Map([
        ["A", "1"],
        ["CODECS", "x,y"],
        ["B", "2"],
      ]),
    );
  });
});
