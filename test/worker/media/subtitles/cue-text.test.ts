import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cueText } from "../../../../worker/src/media/subtitles/cue-text.ts";
import { readWebVtt } from "../../../../worker/src/media/subtitles/read-webvtt.ts";
import { writeWebVtt } from "../../../../worker/src/media/subtitles/webvtt.ts";

function textOf(text: string | Buffer, comments = true): string {
  return cueText(Buffer.concat([Buffer.from("7,0,Default,,0,0,0,,"), Buffer.from(text)]), comments);
}

describe("the text of a cue", () => {
  it.each([
    ["plain text", "Hello, world", "Hello, world"],
    ["line breaks of ASS", "one\\Ntwo\\nthree", "one\ntwo\nthree"],
    ["empty lines, which would end the cue", "\\N\\None\\N \\N\\Ntwo\\N", "one\ntwo"],
    ["line breaks of every system", "one\r\ntwo\rthree", "one\ntwo\nthree"],
    ["hard blanks", "a\\hb", "a\u00a0b"],
    [
      "bold, italic and underlined",
      "{\\i1}a{\\i0} {\\b1}b{\\b0} {\\u1}c",
      "<i>a</i> <b>b</b> <u>c</u>",
    ],
    ["weights", "{\\b700}a{\\b0}b", "<b>a</b>b"],
    ["tags over a line break", "{\\i1}one\\Ntwo", "<i>one</i>\n<i>two</i>"],
    ["tags that overlap", "{\\b1}a{\\i1}b{\\b0}c", "<b>a</b><b><i>b</i></b><i>c</i>"],
    ["a reset", "{\\b1\\i1}a{\\r}b{\\b1}c{\\rShout}d", "<b><i>a</i></b>b<b>c</b>d"],
    [
      "positions, colours and effects",
      "{\\pos(1,2)\\1c&HFF&\\fad(9,9)\\bord2\\be1\\iclip(1)}a",
      "a",
    ],
    ["karaoke", "{\\k20}la{\\kf30}la", "lala"],
    ["drawings", "{\\p1}m 0 0 l 100 100{\\p0}after", "after"],
    ["a drawing without an end", "before{\\p4}m 0 0", "before"],
    ["tags of HTML", "<script>x</script><b>", "&lt;script&gt;x&lt;/script&gt;&lt;b&gt;"],
    ["references", "&lt;i&gt; & co", "&amp;lt;i&amp;gt; &amp; co"],
    ["an arrow and settings", "a --> b line:0", "a --&gt; b line:0"],
    ["other blocks of WebVTT", "NOTE a\\N\\NSTYLE\\N::cue{}", "NOTE a\nSTYLE\n::cue"],
    ["controls", "a\0b\u0007c\u0085d\ufeff", "abcd"],
    ["no text", "{\\an8} \\N ", ""],
    ["letters of every script", "שלום 日本語 👩‍👩‍👧", "שלום 日本語 👩‍👩‍👧"],
    ["braces and a backslash that ffmpeg has escaped", "\\{a\\} \\\u2060N", "{a} \\N"],
  ])("keeps what can be read of %s", (_what, text, wanted) => {
    expect(textOf(text)).toBe(wanted);
  });

  it("drops remarks in braces only where the source is ASS", () => {
    expect(textOf("a {remark} b", true)).toBe("a  b");
    expect(textOf("a {remark} b", false)).toBe("a {remark} b");
    expect(textOf("a {\\an8}{} b", false)).toBe("a  b");
  });

  it("reads bytes that are no UTF-8 as Windows-1252", () => {
    expect(textOf(Buffer.from("caf\xe9 \x80", "latin1"))).toBe("café €");
  });

  it("is empty where an event has no text", () => {
    expect(cueText(Buffer.from("0,0,Default"), true)).toBe("");
  });

  it("is cut where nobody would read on", () => {
    expect(textOf("ä".repeat(5000))).toBe("ä".repeat(2000));
    expect(textOf(`${"a".repeat(1999)}{\\i1}bcd{\\i0}e`)).toBe(`${"a".repeat(1999)}<i>b</i>`);
  });

  it("is valid in a cue, whatever the source says", () => {
    const piece = fc.constantFrom(
      ...["<", ">", "&", "-->", "{", "}", "\\", "\\N", "\n", "\r", "\0", "{\\i1}", "{\\b0}"],
      ...["{\\r}", "{\\p1}", "{\\p0}", "<b>", "</i>", "&amp;", " ", "a", "NOTE", "é", "\u2028"],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.boolean(), (pieces, comments) => {
        const text = textOf(pieces.join(""), comments);
        if (text === "") return;
        const cue = { start: 0, end: 1000, text };
        expect(readWebVtt(writeWebVtt([cue]))).toEqual([cue]);
      }),
      { numRuns: 1000 },
    );
  });
});
