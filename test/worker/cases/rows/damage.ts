import type { Accepted, Case, Refused, Theme } from "../case.ts";
import { content, cut, encoded, type Make } from "../make.ts";
import { film, filmOf, lavfi, pictures, sounds } from "../media.ts";

function refused(name: string, property: string, make: Make, expect: Refused): Case {
  return { name, property, make, expect };
}

const truncated: Refused = {
  refused: "source-truncated",
  message: /It states \d+ bytes, and the file has \d+/,
};

function foreign(name: string, property: string, bytes: Buffer | string, looksLike: RegExp): Case {
  const extension = name.split(".").at(-1) ?? "";
  return refused(name, property, content(extension, bytes), {
    refused: "container-unsupported",
    message: looksLike,
  });
}

const cutStream: Accepted = { ...filmOf(4), seconds: 2.4, marks: [1], slack: 0.7 };

export const damage: Theme = {
  title: "Files that are cut or are no video",
  about:
    "A file that ends before its own structure says is refused: half a film is no result. Streams that may begin and end anywhere (MPEG-TS) are accepted as they are.",
  cases: [
    {
      ...refused(
        "cut.mp4",
        "MP4 of which the end is missing",
        cut(encoded("mp4", `${film()} -movflags +faststart`), "mp4", 0.6),
        truncated,
      ),
      quick: true,
    },
    refused(
      "cut.mkv",
      "Matroska of which the end is missing",
      cut(encoded("mkv", film()), "mkv", 0.6),
      truncated,
    ),
    refused(
      "cut.avi",
      "AVI of which the end is missing",
      cut(encoded("avi", `${pictures(4)} ${sounds(4)} -c:v mpeg4 -c:a libmp3lame`), "avi", 0.6),
      truncated,
    ),
    refused(
      "cut.mov",
      "QuickTime without its index, which comes last",
      cut(encoded("mov", film()), "mov", 0.6),
      truncated,
    ),
    refused(
      "cut.wmv",
      "Windows Media of which the end is missing",
      cut(encoded("wmv", `${pictures(4)} ${sounds(4)} -c:v wmv2 -c:a wmav2`), "wmv", 0.6),
      truncated,
    ),
    {
      name: "cut.ts",
      property: "A transport stream of which the end is missing",
      make: cut(encoded("ts", film()), "ts", 0.6),
      expect: cutStream,
    },
    {
      name: "cut-fragments.mp4",
      property: "MP4 in fragments of which the last one is cut, as a killed recorder leaves it",
      make: cut(encoded("mp4", `${film()} -g 25 -movflags frag_keyframe+empty_moov`), "mp4", 0.6),
      expect: { ...cutStream, warnings: ["last-part-cut"] },
    },
    {
      ...refused("empty.mp4", "An empty file", content("mp4", ""), {
        refused: "source-empty",
        message: /empty/,
      }),
      quick: true,
    },
    { ...foreign("text.mp4", "Text", "hello, this is text\n", /plain text/), quick: true },
    foreign(
      "page.mp4",
      "A web page, as a failed download leaves it",
      "<!DOCTYPE html><html><body>404</body></html>",
      /an HTML page/,
    ),
    foreign(
      "archive.mp4",
      "A ZIP archive",
      Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.alloc(400, 7)]),
      /a ZIP archive/,
    ),
    foreign(
      "playlist.mp4",
      "A playlist",
      "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/a.ts\n",
      /playlist/,
    ),
    refused(
      "photo.jpg",
      "A photograph",
      encoded("jpg", `${lavfi("testsrc2=s=320x180:d=0.04")} -frames:v 1 -update 1`),
      { refused: "container-unsupported", message: /a JPEG picture/ },
    ),
    refused(
      "drawing.png",
      "A picture in PNG",
      encoded("png", `${lavfi("testsrc2=s=320x180:d=0.04")} -frames:v 1 -update 1`),
      { refused: "container-unsupported", message: /a PNG picture/ },
    ),
    refused(
      "zeros.mp4",
      "Zeros, as a failed copy leaves them",
      content("mp4", Buffer.alloc(100_000)),
      { refused: "container-unsupported", message: /zeros/ },
    ),
    refused("subtitles-alone.mkv", "Subtitles alone", subtitlesAlone(), {
      refused: "nothing-to-play",
      message: /neither pictures nor sound/,
    }),
  ],
};

function subtitlesAlone(): Make {
  const text = content("srt", "1\n00:00:00,000 --> 00:00:02,000\nHello\n");
  return async (bench) => encoded("mkv", `-i ${await text(bench)} -c:s subrip`)(bench);
}
