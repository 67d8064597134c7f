import { describe, expect, it } from "vitest";
import { recordingPlaylist } from "../../../api/egress/playlist.ts";

const at = new Date("2026-11-29T18:00:00Z");
const segment = (attempt: number, part: number, number: number, seconds = 2) => ({
  ...{ attempt, part, seconds, at },
  path: `p${part}/s${number}.m4s`,
  init_path: `p${part}/init.mp4`,
});

describe("the playlist of a recording", () => {
  it("grows while the recording does", () => {
    expect(recordingPlaylist([segment(1, 0, 0), segment(1, 0, 1, 2.5)], false)).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:3
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:EVENT
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="a1/p0/init.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-29T18:00:00.000Z
#EXTINF:2.000000,
a1/p0/s0.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-29T18:00:00.000Z
#EXTINF:2.500000,
a1/p0/s1.m4s
`);
  });

  it("goes on after another connection and another attempt, each with its own beginning", () => {
    const text = recordingPlaylist([segment(1, 0, 0), segment(1, 1, 0), segment(2, 0, 0)], true);
    const lines = text.split("\n").filter((line) => !/DATE-TIME|EXTINF/.test(line));
    expect(lines.slice(4)).toEqual([
      "#EXT-X-PLAYLIST-TYPE:VOD",
      "#EXT-X-INDEPENDENT-SEGMENTS",
      '#EXT-X-MAP:URI="a1/p0/init.mp4"',
      "a1/p0/s0.m4s",
      "#EXT-X-DISCONTINUITY",
      '#EXT-X-MAP:URI="a1/p1/init.mp4"',
      "a1/p1/s0.m4s",
      "#EXT-X-DISCONTINUITY",
      '#EXT-X-MAP:URI="a2/p0/init.mp4"',
      "a2/p0/s0.m4s",
      "#EXT-X-ENDLIST",
      "",
    ]);
  });
});
