import { describe, expect, it } from "vitest";
import { readLocalPlaylist } from "../../../egress/src/media/local-playlist.ts";
import { readFacts } from "../../../egress/src/media/stream-facts.ts";

const srt = [
  "Input #0, mpegts, from 'srt://192.0.2.1:9000?mode=caller':",
  "  Duration: N/A, start: 1.400000, bitrate: N/A",
  "  Stream #0:0[0x100]: Video: h264 (High) ([27][0][0][0] / 0x001B), yuv420p, 640x360, 30 fps",
  "  Stream #0:1[0x101](eng): Audio: aac (LC) ([15][0][0][0] / 0x000F), 44100 Hz, mono, fltp",
];

describe("the tracks that ffmpeg finds in a source", () => {
  it("are not known before it begins to work on them", () => {
    expect(readFacts(srt)).toBeUndefined();
  });

  it("are the first picture and the first sound", () => {
    expect(readFacts([...srt, "Stream mapping:"])).toEqual({
      ...{ video: "h264", audio: "aac", unsent: [] },
    });
  });

  it("are known as well where it fails because of them", () => {
    const lines = [
      "Input #0, flv, from 'rtmp://192.0.2.1/app':",
      "  Stream #0:0: Audio: pcm_s16le, 44100 Hz",
      "[out#0/hls @ 0x1] Error initializing bitstream filter",
    ];
    expect(readFacts(lines)).toEqual({ video: undefined, audio: "pcm_s16le", unsent: [] });
  });

  it("may be announced alone, as MPEG-TS does", () => {
    const [input = "", , video = ""] = srt;
    const sound = "  Stream #0:1[0x101]: Audio: aac ([15][0][0][0] / 0x000F), 0 channels";
    expect(readFacts([input, video, sound, "Stream mapping:"])?.unsent).toEqual(["audio"]);
    const picture = "  Stream #0:0[0x100]: Video: h264 ([27][0][0][0] / 0x001B), none";
    const rate = `${picture}, 90k tbr, 90k tbn`;
    for (const line of [picture, rate]) {
      expect(readFacts([input, line, ...srt.slice(3), "Output #0"])?.unsent).toEqual(["video"]);
    }
  });
});

describe("the playlist that ffmpeg writes", () => {
  it("names the closed segments, with their lengths and times", () => {
    const text = `#EXTM3U
#EXT-X-MAP:URI="init.mp4"
#EXTINF:2.000000,
#EXT-X-PROGRAM-DATE-TIME:2026-11-29T18:03:16.561+0000
s0000000.m4s
#EXTINF:1.500000,
s0000001.m4s
#EXT-X-ENDLIST
`;
    expect(readLocalPlaylist(text)).toEqual([
      { name: "s0000000.m4s", seconds: 2, at: new Date("2026-11-29T18:03:16.561Z") },
      { name: "s0000001.m4s", seconds: 1.5, at: new Date("2026-11-29T18:03:18.561Z") },
    ]);
  });

  it("may have none yet", () => {
    expect(readLocalPlaylist("#EXTM3U\n")).toEqual([]);
  });
});
