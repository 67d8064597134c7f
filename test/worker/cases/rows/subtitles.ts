import type { Accepted, Case, ShownText, Subtitles, Theme } from "../case.ts";
import { content, copied, encoded, muxed, patched, type Make } from "../make.ts";
import { aac, film, filmOf, sounds } from "../media.ts";

type Cue = readonly [from: string, to: string, text: string];

function srt(...cues: readonly Cue[]): Make {
  const blocks = cues.map(
    ([from, to, text], index) => `${index + 1}\n00:${from} --> 00:${to}\n${text}\n`,
  );
  return content("srt", blocks.join("\n"));
}

const hello: Cue = ["00:00,500", "00:02,000", "Hello, <i>world</i> & all"];
const shownHello: ShownText = [0.5, 2, "Hello, <i>world</i> &amp; all"];

const styled = content(
  "ass",
  [
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]",
    "Format: Name, Fontname, Fontsize, Bold, Alignment\nStyle: Default,Arial,20,0,2\n\n[Events]",
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    "Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\\pos(9,9)\\fad(99,99)}Grüße {\\i1}aus{\\i0}\\NBerlin{remark}",
    "Dialogue: 1,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\\bord0}Grüße {\\i1}aus{\\i0}\\NBerlin",
    "Dialogue: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0 100 100{\\p0}",
    "Dialogue: 0,0:00:03.00,0:00:03.50,Default,,0,0,0,,<script>a --> b\n",
  ].join("\n"),
);
const shownStyled: readonly ShownText[] = [
  [1, 2.5, "Grüße <i>aus</i>\nBerlin"],
  [3, 3.5, "&lt;script&gt;a --&gt; b"],
];

/** A Blu-ray disc's pictures of text (PGS): one composition without an object. */
function pictureOfText(): Make {
  const segment = (type: number, data: readonly number[]): number[] => [
    ...Buffer.from("PG"),
    ...[0, 1, 95, 144, 0, 0, 0, 0],
    ...[type, 0, data.length, ...data],
  ];
  const composition = [1, 64, 0, 180, 16, 0, 0, 128, 0, 0, 0];
  return content("sup", Buffer.from([...segment(0x16, composition), ...segment(0x80, [])]));
}

interface Row {
  readonly name: string;
  readonly property: string;
  readonly make: Make;
  readonly subtitles: readonly Subtitles[];
  readonly expect?: Partial<Accepted>;
  readonly quick?: true;
}

function row({ subtitles, expect, ...rest }: Row): Case {
  return { ...rest, expect: { ...filmOf(), ...expect, subtitles } };
}

/** A film of 4 s with these tracks beside it. */
function withTracks(tracks: readonly Make[], extension: string, output = ""): Make {
  const maps = tracks.map((_, index) => `-map ${index + 1}`).join(" ");
  const all = `-map 0 ${maps} -c copy -disposition:s 0 ${output}`;
  return muxed([encoded("mkv", film()), ...tracks], extension, all);
}

const english = "-metadata:s:s:0 language=eng";
const leftOut = { warnings: ["subtitles-left-out"] };
const leap = "setts=pts='PTS+gte(PTS*TB,2.5)*3600/TB':dts='DTS+gte(PTS*TB,2.5)*3600/TB'";

export const subtitles: Theme = {
  title: "Subtitles",
  about:
    "Text that FFmpeg decodes (SubRip, ASS, MP4 text, WebVTT and others) becomes a WebVTT rendition with language, title and forced mark, at the times of the pictures. Bold, italic and underlined text stays so; colours, positions and effects are dropped. Subtitles that are pictures (PGS, DVB, VobSub), teletext and TTML are left out with a warning; closed captions within the video are not looked at. At most 16 tracks are kept, of each at most 50 000 texts and 8 MiB.",
  cases: [
    row({
      name: "many-subtitles.mkv",
      property: "SubRip, styled ASS, a forced track and pictures of text",
      quick: true,
      make: withTracks(
        [srt(hello), styled, srt(["00:03,000", "00:03,500", "SIGN"]), pictureOfText()],
        "mkv",
        `${english} -metadata:s:s:1 language=ger -metadata:s:s:2 language=eng -disposition:s:0 default -disposition:s:2 forced`,
      ),
      subtitles: [
        { language: "en", isDefault: true, texts: [shownHello] },
        { language: "de", texts: shownStyled },
        { language: "en", forced: true, texts: [[3, 3.5, "SIGN"]] },
      ],
      expect: leftOut,
    }),
    row({
      name: "subtitles.mkv",
      property: "Subtitles that end later than the film",
      make: withTracks(
        [srt(hello, ["00:03,000", "09:00,000", "To the end"], ["09:00,000", "10:00,000", "Late"])],
        "mkv",
      ),
      subtitles: [{ texts: [shownHello, [3, 4, "To the end"]] }],
    }),
    row({
      name: "subtitles.mp4",
      property: "MP4 with subtitles",
      make: withTracks([srt(hello)], "mp4", `-c:s mov_text ${english}`),
      subtitles: [{ language: "en", isDefault: true, texts: [shownHello] }],
    }),
    row({
      name: "webvtt.webm",
      property: "WebVTT in WebM",
      make: muxed(
        [
          encoded("webm", `${film()} -c:v libvpx -deadline realtime -b:v 400k -c:a libopus`),
          srt(hello),
        ],
        "webm",
        `-map 0 -map 1 -c copy -c:s webvtt -disposition:s 0 ${english}`,
      ),
      subtitles: [{ language: "en", texts: [shownHello] }],
    }),
    row({
      name: "border.mkv",
      property: "A text that is shown across the border of two segments",
      make: muxed(
        [encoded("mkv", film(8)), srt(["00:05,000", "00:07,000", "Across"])],
        "mkv",
        "-map 0 -map 1 -c copy -disposition:s 0",
      ),
      subtitles: [{ texts: [[5, 7, "Across"]] }],
      expect: filmOf(8),
    }),
    row({
      name: "late-stamps.mkv",
      property: "Subtitles of a film whose stamps begin at ten hours",
      make: copied(withTracks([srt(hello)], "mkv"), "mkv", {
        output: "-map 0 -disposition:s 0 -output_ts_offset 36000 -avoid_negative_ts disabled",
      }),
      subtitles: [{ texts: [shownHello] }],
    }),
    row({
      name: "subtitles-leap.mkv",
      property: "Stamps of all tracks that leap forward by an hour, subtitles too",
      make: copied(withTracks([srt(hello, ["00:03,000", "00:03,500", "After"])], "mkv"), "mkv", {
        output: `-map 0 -disposition:s 0 -bsf:v ${leap} -bsf:a ${leap} -bsf:s ${leap}`,
      }),
      subtitles: [{ texts: [shownHello, [3, 3.5, "After"]] }],
    }),
    row({
      name: "hostile-subtitles.mkv",
      property: "Subtitles with markup, settings, comments and bytes that are no text",
      make: withTracks(
        [
          srt(
            ["00:00,500", "00:01,000", "<script>alert(1)</script>"],
            ["00:01,000", "00:01,500", "STYLE ::cue{} --\\>"],
            ["00:01,500", "00:02,000", "00:00.000 --> 01:00.000 line:0\nNOTE & <v Bob>x\u0007"],
          ),
        ],
        "mkv",
      ),
      subtitles: [
        {
          texts: [
            [0.5, 1, "alert(1)"],
            [1, 1.5, "STYLE ::cue --\\&gt;"],
            [1.5, 2, "00:00.000 --&gt; 01:00.000 line:0\nNOTE &amp; x"],
          ],
        },
      ],
    }),
    row({
      name: "old-letters.mkv",
      property: "Subtitles in Windows-1252",
      make: patched(
        withTracks([srt(["00:00,500", "00:02,000", "Caf~ __"])], "mkv"),
        "mkv",
        (bytes) =>
          Buffer.from(bytes.toString("latin1").replace("Caf~ __", "Caf\xe9 \x80\x9c"), "latin1"),
      ),
      subtitles: [{ texts: [[0.5, 2, "Café €œ"]] }],
    }),
    row({
      name: "empty-subtitles.mkv",
      property: "Subtitles without a text during the film, beside good ones",
      make: withTracks([srt(["09:00,000", "10:00,000", "Late"]), srt(hello)], "mkv"),
      subtitles: [{ texts: [shownHello] }],
      expect: leftOut,
    }),
    row({
      name: "empty-subtitles.mp4",
      property: "A track of subtitles without one text, beside a good one",
      make: withTracks(
        [srt(["09:00,000", "10:00,000", "Late"]), srt(hello)],
        "mp4",
        "-c:s mov_text -t 4",
      ),
      subtitles: [{ texts: [shownHello] }],
      expect: leftOut,
    }),
    row({
      name: "pictures-of-text.mkv",
      property: "Subtitles that are pictures (PGS)",
      make: withTracks([pictureOfText()], "mkv"),
      subtitles: [],
      expect: leftOut,
    }),
    {
      name: "song-text.mkv",
      property: "Sound alone with its text",
      make: muxed(
        [encoded("mkv", `${sounds(4)} ${aac}`), srt(hello)],
        "mkv",
        "-map 0 -map 1 -c copy -disposition:s 0",
      ),
      expect: {
        ...{ seconds: 4, audio: true, picture: false, beeps: [1, 3] },
        subtitles: [{ texts: [shownHello] }],
      },
    },
  ],
};
