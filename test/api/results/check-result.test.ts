import { describe, expect, it } from "vitest";
import type { JobResult } from "@framewright/contracts/job.ts";
import { resultProblems } from "../../../api/results/check-result.ts";
import { sampleResult } from "../api-under-test.ts";
import { sampleFiles } from "../worker-under-test.ts";

type Files = Record<string, string>;

const files: Files = Object.fromEntries(
  Object.entries(sampleFiles).map(([path, [, text]]) => [path, text]),
);

function problemsOf(result: JobResult, stored: Files): string[] {
  const sizes = new Map(Object.entries(stored).map(([path, text]) => [path, text.length]));
  return resultProblems(result, { sizes, texts: new Map(Object.entries(stored)) });
}

/** The sample with other texts for some of its files; undefined is a file that is not there. */
function problemsWith(changes: Record<string, string | undefined>): string[] {
  const stored = Object.entries({ ...files, ...changes }).flatMap(([path, text]) =>
    text === undefined ? [] : [[path, text] as const],
  );
  return problemsOf(sampleResult(), Object.fromEntries(stored));
}

const media = "720p/index.m3u8";
const master = "master.m3u8";
const replaced = (path: string, from: string, to: string) => ({
  [path]: (files[path] ?? "").replace(from, to),
});

it("a result that is as its worker says has no problem", () => {
  expect(problemsWith({})).toEqual([]);
});

it("subtitles may have more segments than the film turned out to need", () => {
  expect(problemsWith({ "subtitles-1-en/00001.vtt": "WEBVTT\n" })).toEqual([]);
});

describe("a problem names the file and what is wrong with it:", () => {
  it.each<[string, Record<string, string | undefined>, string]>([
    ["five bytes", { [media]: "hello" }, `${media} does not begin with #EXTM3U`],
    ["an open end", replaced(media, "#EXT-X-ENDLIST\n", ""), `${media} does not end`],
    ["a cut line", replaced(media, "LIST\n", "LI"), `${media} ends in the middle of a line`],
    ["no segment", replaced(media, "#EXTINF:6.000000,\n0.m4s\n", ""), `${media} names no segment`],
    [
      "a missing segment",
      { "720p/0.m4s": undefined },
      `${media} names 720p/0.m4s, which is missing in the object store`,
    ],
    [
      "an empty segment",
      { "720p/0.m4s": "" },
      `${media} names 720p/0.m4s, which is missing in the object store`,
    ],
    ["another size", { "720p/0.m4s": "0123" }, `${media} names 8 bytes, the result states 14`],
    [
      "a segment too many",
      replaced(media, "0.m4s\n", "0.m4s\n#EXTINF:6.000000,\n0.m4s\n"),
      `${media} names a file twice`,
    ],
    [
      "a segment of no length",
      replaced(media, "6.000000", "0.000000"),
      `${media} has a segment of 0 s, with 6 s as the target`,
    ],
    [
      "a segment above the target",
      replaced(media, "6.000000", "6.600000"),
      `${media} has a segment of 6.6 s, with 6 s as the target`,
    ],
    [
      "no initialisation segment",
      replaced(media, '#EXT-X-MAP:URI="init.mp4"\n', ""),
      `${media} needs an initialisation segment (.mp4)`,
    ],
    [
      "a key",
      replaced(media, "#EXTINF", '#EXT-X-KEY:METHOD=AES-128,URI="https://evil.test/"\n#EXTINF'),
      'has the line "#EXT-X-KEY:METHOD=AES-128',
    ],
    [
      "a live playlist",
      replaced(media, "PLAYLIST-TYPE:VOD", "PLAYLIST-TYPE:EVENT"),
      'has the line "#EXT-X-PLAYLIST-TYPE:EVENT"',
    ],
    ["a carriage return", replaced(media, "0.m4s\n", "0.m4s\r\n"), 'names "0.m4s\\r"'],
    ["a missing playlist", { [media]: undefined }, `${media} is missing in the object store`],
    [
      "an empty poster",
      { "poster.jpg": "" },
      "poster.jpg is missing in the object store, or empty",
    ],
    [
      "an unknown file",
      { "x/evil.mp4": "x" },
      "x/evil.mp4 is in the object store, and neither a playlist nor the result names it",
    ],
    [
      "an unknown file beside subtitles",
      { "subtitles-1-en/evil.mp4": "x" },
      "subtitles-1-en/evil.mp4 is in the object store",
    ],
    [
      "a variant that the result does not state",
      replaced(master, "720p/index.m3u8", "1080p/index.m3u8"),
      `${master} names VARIANT 1080p/index.m3u8, which the result does not state`,
    ],
    [
      "a track that the playlist leaves out",
      replaced(
        master,
        files[master]?.split("\n").find((line) => line.includes("MEDIA:")) ?? "?",
        "#EXT-X-VERSION:7",
      ),
      'master.m3u8 names the group "SUBTITLES subtitles", which it lacks',
    ],
    [
      "a variant twice",
      { [master]: `${files[master] ?? ""}#EXT-X-STREAM-INF:BANDWIDTH=1\n${media}\n` },
      `${master} names VARIANT ${media} twice`,
    ],
    [
      "closed captions from elsewhere",
      replaced(master, "TYPE=SUBTITLES", "TYPE=CLOSED-CAPTIONS"),
      'has media of type "CLOSED-CAPTIONS"',
    ],
    [
      "an unknown attribute",
      replaced(master, "BANDWIDTH=", 'VIDEO="x",BANDWIDTH='),
      "which no playlist of ours has there",
    ],
    [
      "data of a session",
      {
        [master]: `${files[master] ?? ""}#EXT-X-SESSION-DATA:DATA-ID="x",URI="https://evil.test"\n`,
      },
      'has the line "#EXT-X-SESSION-DATA',
    ],
  ])("%s", (_title, changes, problem) => {
    expect(problemsWith(changes).join("; ")).toContain(problem);
  });

  it.each([
    "https://evil.test/0.m4s",
    "//evil.test/0.m4s",
    "/0.m4s",
    "../0.m4s",
    "a/../../0.m4s",
    "..%2f0.m4s",
    "0.m4s?x=1",
    "0.m4s#x",
    "data:video/mp4;base64,AAAA",
    "javascript:alert(1)",
    "\\\\evil\\0.m4s",
    " 0.m4s",
    "",
  ])("an address or a way out of the folder, %j", (uri) => {
    const reason = "which is no relative path of a file beside it";
    for (const changes of [
      replaced(media, "\n0.m4s\n", `\n${uri}\n`),
      replaced(media, 'URI="init.mp4"', `URI="${uri}"`),
      replaced(master, `\n${media}\n`, `\n${uri}\n`),
      replaced(master, "subtitles-1-en/index.m3u8", uri),
    ]) {
      expect(problemsWith(changes).join("; ")).toContain(reason);
    }
  });
});

describe("a result states right names and kinds:", () => {
  const [rendition] = sampleResult().renditions;
  it.each<[string, Partial<JobResult>, string]>([
    ["another count", { renditions: [{ ...rendition!, segments: 2 }] }, "the result states 2"],
    ["a track twice", { renditions: [rendition!, rendition!] }, `states VARIANT ${media} twice`],
    [
      "no subtitles",
      { subtitles: [] },
      "names SUBTITLES subtitles-1-en/index.m3u8, which the result does not state",
    ],
    ["a playlist as a segment", { master: "720p/0.m4s" }, "720p/0.m4s is no playlist by its name"],
    [
      "another master",
      { master: media },
      `${media} is the multivariant playlist, and is in a folder`,
    ],
    ["a playlist as the poster", { poster: master }, `${master} is no JPEG by its name`],
    ["a poster that nobody stored", { poster: "other.jpg" }, "other.jpg is missing"],
  ])("%s", (_title, change, problem) => {
    expect(problemsOf({ ...sampleResult(), ...change }, files).join("; ")).toContain(problem);
  });
});
