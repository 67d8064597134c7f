import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeMasterPlaylist, writeMediaPlaylist } from "../../../worker/src/media/playlist.ts";

const variant = {
  uri: "720p/index.m3u8",
  bandwidth: 3_000_000,
  averageBandwidth: 2_500_000,
  codecs: "avc1.64001f,mp4a.40.2",
  picture: { width: 1280, height: 720, fps: 29.97 },
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

  it("has a target duration that no rounded segment exceeds", () => {
    const segment = fc.integer({ min: 1, max: 12_000_000 }).map((micros) => ({
      uri: "00000.m4s",
      seconds: micros / 1e6,
    }));
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 30 }), (segments) => {
        const text = writeMediaPlaylist({ initUri: "init.mp4", segments });
        const target = Number(/#EXT-X-TARGETDURATION:(\d+)/.exec(text)?.[1]);
        const longest = Math.max(...segments.map(({ seconds }) => Math.round(seconds)));
        expect(target).toBe(Math.max(1, longest));
      }),
    );
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

  it("of sound alone has one variant without a picture", () => {
    const alone = { ...variant, codecs: "mp4a.40.2", picture: undefined, uri: "audio/index.m3u8" };
    expect(writeMasterPlaylist({ variants: [alone], audioUri: undefined })).toContain(
      'AVERAGE-BANDWIDTH=2500000,CODECS="mp4a.40.2"\naudio/index.m3u8',
    );
  });

  it("without sound names no group", () => {
    const text = writeMasterPlaylist({ variants: [variant], audioUri: undefined });
    expect(text).not.toMatch(/AUDIO|MEDIA/);
  });

  it("of sound alone is exactly this text", () => {
    const sound = {
      ...{ uri: "audio/index.m3u8", bandwidth: 140_000, averageBandwidth: 130_000 },
      ...{ codecs: "mp4a.40.2", picture: undefined },
    };
    expect(writeMasterPlaylist({ variants: [sound], audioUri: undefined })).toBe(
      [
        ...["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"],
        '#EXT-X-STREAM-INF:BANDWIDTH=140000,AVERAGE-BANDWIDTH=130000,CODECS="mp4a.40.2"',
        ...["audio/index.m3u8", ""],
      ].join("\n"),
    );
  });
});
