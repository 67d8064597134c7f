import { describe, expect, it } from "vitest";
import { plainLines, writeAss } from "../../../../worker/src/media/subtitles/ass.ts";
import { cueText } from "../../../../worker/src/media/subtitles/cue-text.ts";
import { readable } from "../../../../worker/src/media/subtitles/shown-at-once.ts";
import { subtitleDemuxer } from "../../../../worker/src/media/subtitles/subtitle-file.ts";

const film = { width: 640, height: 360 };
const joined = "\\\u2060";

function eventOf(text: string, hasGlyph: (one: string) => boolean = () => true): string {
  const ass = writeAss({ cues: [{ start: 0, end: 1, text }], film, look: {}, hasGlyph });
  return ass.trimEnd().split("\n").at(-1)?.split(",").slice(9).join(",") ?? "";
}

describe("a cue in ASS", () => {
  it("stands at its times, in the measures of the film", () => {
    const cues = [{ start: 3_725_678, end: 3_730_000, text: "one\ntwo" }];
    expect(writeAss({ cues, film, look: {}, hasGlyph: () => true })).toBe(
      [
        ...["[Script Info]", "ScriptType: v4.00+", "PlayResX: 640", "PlayResY: 360"],
        ...["WrapStyle: 0", "ScaledBorderAndShadow: yes", "YCbCr Matrix: None", ""],
        "[V4+ Styles]",
        "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, " +
          "Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, " +
          "MarginR, MarginV, Encoding",
        "Style: Text,DejaVu Sans,21.6,&H00FFFFFF,&H00FFFFFF,&H00000000,&H60000000,0,0,0,0,100,100,0,0,1,1.54,0,2,32,32,18,1",
        ...["", "[Events]"],
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
        String.raw`Dialogue: 0,1:02:05.68,1:02:10.00,Text,,0,0,0,,one\Ntwo`,
        "",
      ].join("\n"),
    );
  });

  it("stands on a box, or at the upper edge", () => {
    const look = { box: true, position: "top", margin: 0.1 } as const;
    const ass = writeAss({ cues: [], film, look, hasGlyph: () => true });
    expect(ass).toContain(",100,100,0,0,4,1.54,1.54,8,32,32,36,1");
  });

  it.each<[string, string, string]>([
    ["our own tags", "a <b>bold</b> <i>x</i>", String.raw`a {\b1}bold{\b0} {\i1}x{\i0}`],
    ["what looks like tags", "&lt;b&gt; &amp;amp;", "<b> &amp;"],
    [
      "overrides",
      String.raw`{\pos(0,0)\p1}m 0 0{\r}`,
      `\\{${joined}pos(0,0)${joined}p1\\}m 0 0\\{${joined}r\\}`,
    ],
    ["escapes", String.raw`a\Nb\h\{`, `a${joined}Nb${joined}h${joined}\\{`],
    ["fields of an event", "x\nDialogue: 0,0:00:00.00", String.raw`x\NDialogue: 0,0:00:00.00`],
  ])("shows %s as what they are", (_what, text, wanted) => {
    expect(eventOf(text)).toBe(wanted);
  });

  it("has one line, whatever the source's text is", () => {
    const hostile = "0,0,Default,,0,0,0,,a\r\nb\u2028c\u0000d\\N[Fonts]\\Nfontname: evil";
    const event = eventOf(cueText(Buffer.from(hostile), true));
    expect(event).not.toMatch(/[\n\r\0]/);
    expect(event).toBe(String.raw`a\Nb` + "\u2028" + String.raw`cd\N[Fonts]\Nfontname: evil`);
  });

  it("has a mark where no font has a letter", () => {
    expect(eventOf("a漢<b>字</b>\n", (one) => one < "\u3000")).toBe(String.raw`a�{\b1}�{\b0}\N`);
  });
});

it("the plain lines of a cue have no markup", () => {
  expect(plainLines("a <b>b</b>\n&lt;i&gt; &amp;")).toEqual(["a b", "<i> &"]);
});

it("no more than six texts are drawn at once", () => {
  const cues = Array.from({ length: 20 }, (_, start) => ({ start, end: start + 10, text: "" }));
  expect(readable(cues).map(({ start }) => start)).toEqual([
    0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15,
  ]);
});

it("no more letters are drawn at once than somebody reads", () => {
  const cues = [1000, 199, 2, 1].map((letters) => ({
    ...{ start: 0, end: 10 },
    text: "x".repeat(letters),
  }));
  expect(readable(cues).map(({ text }) => text.length)).toEqual([1000, 199, 1]);
});

describe("a file of subtitles", () => {
  it.each([
    ["WebVTT", "WEBVTT\n\n00:01.000 --> 00:02.000\na\n", "webvtt"],
    ["WebVTT with a mark of its order", "\ufeffWEBVTT - title\n", "webvtt"],
    ["SubRip", "1\r\n00:00:01,000 --> 00:00:02,000\r\na\r\n", "srt"],
    ["SubRip without a number", "\n00:00:01,000 --> 00:00:02,000\na\n", "srt"],
    ["ASS", "[Script Info]\nDialogue: 0,0:00:00.50,0:00:01.50,Text,,0,0,0,,a\n", undefined],
    ["a playlist", "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", undefined],
    ["a web page", "<!doctype html><script>1 --> 2</script>", undefined],
    ["a film", "\0\0\0\x18ftypmp42", undefined],
    [
      "UTF-16",
      Buffer.from("1\n00:00:01,000 --> 00:00:02,000\na", "utf16le").toString("latin1"),
      undefined,
    ],
    ["nothing", "", undefined],
  ])("of %s is opened as that or not at all", (_what, text, demuxer) => {
    expect(subtitleDemuxer(Buffer.from(text))).toBe(demuxer);
  });
});
