import { describe, expect, it } from "vitest";
import { urisOf } from "../../../tools/demo/verify.ts";

describe("the files that a playlist names", () => {
  it("are the plain lines and the URI attributes, each once", () => {
    const master = [
      "#EXTM3U",
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aud",NAME="main",URI="audio/index.m3u8"',
      "#EXT-X-STREAM-INF:BANDWIDTH=1000",
      "v0/index.m3u8",
      "#EXT-X-STREAM-INF:BANDWIDTH=500",
      "v1/index.m3u8",
      "",
    ].join("\r\n");
    expect(urisOf(master)).toEqual(["audio/index.m3u8", "v0/index.m3u8", "v1/index.m3u8"]);
  });

  it("include the initialization segment of a media playlist", () => {
    const media = '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:6,\nseg_0.m4s\n#EXT-X-ENDLIST\n';
    expect(urisOf(media)).toEqual(["init.mp4", "seg_0.m4s"]);
  });
});
