import { describe, expect, it } from "vitest";
import { InvalidWebVtt, readWebVtt } from "../../../../worker/src/media/subtitles/read-webvtt.ts";

const head = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n";
const timing = "00:00:01.000 --> 00:00:02.000";

describe("the reader of published subtitles", () => {
  it("reads what the writer may write", () => {
    expect(readWebVtt(head)).toEqual([]);
    const text = "<b><i>a</i></b> &lt;\nb";
    expect(readWebVtt(`${head}\n${timing}\n${text}\n`)).toEqual([{ start: 1000, end: 2000, text }]);
    expect(readWebVtt(`${head}\n01:02:03.004 --> 100:00:00.000\nx\n`)).toEqual([
      { start: 3_723_004, end: 360_000_000, text: "x" },
    ]);
  });

  it.each([
    ["no signature", "WEB\n", /begin with WEBVTT/],
    ["no map", "WEBVTT\n", /no X-TIMESTAMP-MAP/],
    [
      "a map that moves cues",
      "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n",
      /moves the cues/,
    ],
    ["a longer header", `${head}Kind: captions\n`, /more lines/],
    ["settings", `${head}\n${timing} line:0\nx\n`, /block begins/],
    ["an identifier", `${head}\nid\n${timing}\nx\n`, /block begins/],
    ["a comment", `${head}\nNOTE x\n`, /block begins/],
    ["a style", `${head}\nSTYLE\n::cue{}\n`, /block begins/],
    ["a cue that ends first", `${head}\n00:00:02.000 --> 00:00:02.000\nx\n`, /ends before/],
    ["a cue without text", `${head}\n${timing}\n`, /no text/],
    ["two empty lines", `${head}\n${timing}\nx\n\n\n`, /block begins|no text/],
    ["other tags", `${head}\n${timing}\n<c.red>x</c>\n`, /has the tag/],
    ["a class", `${head}\n${timing}\n<b.loud>x</b>\n`, /has the tag/],
    ["a tag without an end", `${head}\n${timing}\n<b\n`, /has the tag/],
    ["a tag that stays open", `${head}\n${timing}\n<b>x\n`, /not balanced/],
    ["tags in the wrong order", `${head}\n${timing}\n<b><i>x</b></i>\n`, /not balanced/],
    ["a bare reference", `${head}\n${timing}\nx & y\n`, /bare &/],
    ["another reference", `${head}\n${timing}\n&nbsp;\n`, /bare &/],
    ["an arrow", `${head}\n${timing}\nx --> y\n`, /arrow/],
    ["a control character", `${head}\n${timing}\nx\0\n`, /control/],
    ["a line without an end", `${head}\n${timing}\nx`, /last line/],
  ])("refuses %s", (_what, file, message) => {
    expect(() => readWebVtt(file)).toThrow(InvalidWebVtt);
    expect(() => readWebVtt(file)).toThrow(message);
  });
});
