import fc from "fast-check";
import { parse } from "hls-parser";
import { describe, expect, it } from "vitest";
import { writeMasterPlaylist, writeMediaPlaylist, type MediaEntry } from "../../media/playlist.ts";
import { anyText } from "../support/any-text.ts";

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

const sound: MediaEntry = {
  type: "AUDIO",
  groupId: "audio",
  name: "Main",
  isDefault: true,
  autoselect: true,
  channels: 2,
  uri: "audio/index.m3u8",
};

/** What an independent parser reads as the name. */
function nameRead(name: string): string | undefined {
  const entry = { ...sound, name };
  const text = writeMasterPlaylist({ media: [entry], variants: [{ ...variant, audio: "audio" }] });
  const playlist = parse(text);
  if (!playlist.isMasterPlaylist) throw new Error("no master playlist");
  return playlist.variants[0]?.audio[0]?.name;
}

describe("the master playlist", () => {
  it("with sound is exactly this text", () => {
    const variants = [{ ...variant, audio: "audio" }];
    expect(writeMasterPlaylist({ media: [sound], variants })).toBe(
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

  it("with a described film and forced subtitles is exactly this text", () => {
    const described: MediaEntry = {
      ...{ ...sound, name: "Deutsch", language: "de", isDefault: false, autoselect: false },
      characteristics: ["public.accessibility.describes-video", "public.easy-to-read"],
      channels: 6,
    };
    const subtitles: MediaEntry = {
      ...{ type: "SUBTITLES", groupId: "subtitles", name: "English", language: "en" },
      ...{ isDefault: false, autoselect: true, forced: true, uri: "subtitles/index.m3u8" },
    };
    const variants = [{ ...variant, audio: "audio", subtitles: "subtitles" }];
    expect(writeMasterPlaylist({ media: [described, subtitles], variants }).split("\n")).toEqual([
      ...["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"],
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Deutsch",LANGUAGE="de",DEFAULT=NO,AUTOSELECT=NO,CHARACTERISTICS="public.accessibility.describes-video,public.easy-to-read",CHANNELS="6",URI="audio/index.m3u8"',
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="English",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=YES,URI="subtitles/index.m3u8"',
      '#EXT-X-STREAM-INF:BANDWIDTH=3000000,AVERAGE-BANDWIDTH=2500000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="audio",SUBTITLES="subtitles"',
      ...["720p/index.m3u8", ""],
    ]);
  });

  it.each([
    [`The "best" of, A=B`, "The ”best” of, A=B"],
    ["The director's, cut", "The director’s, cut"],
    ["two\r\nlines\u2028and\u0000more", "two lines and more"],
    ["half a \ud83c character", "half a \ufffd character"],
    ["“Ünïcode” 🎬", "“Ünïcode” 🎬"],
  ])("holds the name %j as %j", (name, wanted) => {
    expect(nameRead(name)).toBe(wanted);
  });

  it("holds any name without breaking a line or an attribute", () => {
    fc.assert(
      fc.property(anyText({ minLength: 1 }), (name) => {
        expect(nameRead(`<${name}>`)).toMatch(/^<[^"'\n\r]+>$/u);
      }),
    );
  });

  it("without sound names no group", () => {
    const text = writeMasterPlaylist({ media: [], variants: [variant] });
    expect(text).not.toMatch(/AUDIO|MEDIA|SUBTITLES/);
  });

  it("of sound alone is exactly this text", () => {
    const alone = {
      ...{ uri: "audio/index.m3u8", bandwidth: 140_000, averageBandwidth: 130_000 },
      ...{ codecs: "mp4a.40.2", picture: undefined },
    };
    expect(writeMasterPlaylist({ media: [], variants: [alone] })).toBe(
      [
        ...["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"],
        '#EXT-X-STREAM-INF:BANDWIDTH=140000,AVERAGE-BANDWIDTH=130000,CODECS="mp4a.40.2"',
        ...["audio/index.m3u8", ""],
      ].join("\n"),
    );
  });
});
