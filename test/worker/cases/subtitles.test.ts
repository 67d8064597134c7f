import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import type { Subtitles } from "./case.ts";
import { judgeSubtitles, readSubtitles } from "./subtitles.ts";

const hello: Subtitles = { language: "en", texts: [[0.5, 2, "Hello"]] };
const sign: Subtitles = { language: "en", forced: true, texts: [[3, 3.5, "SIGN"]] };

describe("the subtitles of a result", () => {
  it.each<[string, Subtitles[], RegExp]>([
    ["none of them", [], /^subtitles are ""/],
    ["only one of them", [hello], /^subtitles are "en", right/],
    ["another order", [sign, hello], /^subtitles are "en, forced; en"/],
    ["no mark", [hello, { language: "en", texts: sign.texts }], /^subtitles are "en; en"/],
    ["a default mark", [{ ...hello, isDefault: true }, sign], /^subtitles are "en, default;/],
    ["another text", [{ ...hello, texts: [[0.5, 2, "Hi"]] }, sign], /^subtitles 1 are .*Hi/],
    ["a late text", [{ ...hello, texts: [[0.6, 2.1, "Hello"]] }, sign], /^subtitles 1 are .*0\.6/],
    ["a text twice", [hello, { ...sign, texts: [...sign.texts, ...sign.texts] }], /^subtitles 2/],
    ["a missing text", [hello, { ...sign, texts: [] }], /^subtitles 2 are \[\]/],
  ])("are not right with %s", (_what, found, wanted) => {
    expect(judgeSubtitles([hello, sign], found)).toEqual([expect.stringMatching(wanted)]);
  });

  it("are right within two frames", () => {
    const moved: Subtitles = { ...hello, texts: [[0.54, 2.04, "Hello"]] };
    expect(judgeSubtitles([hello, sign], [moved, sign])).toEqual([]);
  });

  it("are read from what is published, each text once", () => {
    const folder = temporaryFolder("framewright-case-subtitles-");
    mkdirSync(join(folder, "s"));
    const media =
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="s",LANGUAGE="de",FORCED=YES,URI="s/index.m3u8"';
    const variant = '#EXT-X-STREAM-INF:BANDWIDTH=1,SUBTITLES="s"\nv/index.m3u8';
    writeFileSync(join(folder, "master.m3u8"), `#EXTM3U\n${media}\n${variant}\n`);
    const list = "#EXTINF:6,\n0.vtt\n#EXTINF:2,\n1.vtt\n#EXT-X-ENDLIST\n";
    writeFileSync(join(folder, "s/index.m3u8"), `#EXTM3U\n#EXT-X-TARGETDURATION:6\n${list}`);
    const across = "00:00:05.500 --> 00:00:07.000\nAcross\nlines\n";
    const placed = "01:00:07.000 --> 01:00:08.000 line:0\nPlaced\n";
    writeFileSync(join(folder, "s/0.vtt"), `WEBVTT\n\n${across}`);
    writeFileSync(join(folder, "s/1.vtt"), `WEBVTT\n\n${across}\n${placed}`);
    expect(readSubtitles(folder)).toEqual([
      {
        ...{ language: "de", forced: true },
        texts: [
          [5.5, 7, "Across\nlines"],
          [3607, 3608, " line:0Placed"],
        ],
      },
    ]);
  });
});
