import { describe, expect, it } from "vitest";
import { writeMasterPlaylist } from "../../../../media/playlist.ts";
import {
  subtitleChoices,
  subtitleResults,
  withSubtitles,
} from "../../../../worker/src/media/subtitles/entries.ts";
import { subtitlePlaylist } from "../../../../worker/src/media/subtitles/playlist.ts";
import type { SubtitleRendition } from "../../../../worker/src/media/subtitles/rendition.ts";
import {
  subtitleProblems,
  type PublishedSubtitles,
} from "../../../../worker/src/media/subtitles/subtitle-check.ts";
import { cuesBySegment, writeWebVtt } from "../../../../worker/src/media/subtitles/webvtt.ts";
import { aSubtitleTrack } from "./a-subtitle-track.ts";

const cues = [
  { start: 1000, end: 2000, text: "one" },
  { start: 5000, end: 7000, text: "over the border" },
  { start: 13_000, end: 14_000, text: "three" },
];
const english: SubtitleRendition = {
  track: aSubtitleTrack({ language: "en", isDefault: true }),
  name: "subtitles-1-en",
  ...{ cues, segmentMs: 6000, segments: 3 },
};
const forced: SubtitleRendition = {
  ...english,
  name: "subtitles-2-en",
  track: aSubtitleTrack({ language: "en", forced: true, hearingImpaired: true }),
};
const renditions = [english, forced];

const picture = { width: 320, height: 180, fps: 25 };
const rates = { bandwidth: 1000, averageBandwidth: 900, codecs: "avc1.64000c", picture };
const bare = {
  media: [],
  variants: ["360p", "180p"].map((name) => ({ uri: `${name}/index.m3u8`, ...rates })),
};

function filesOf(all: readonly SubtitleRendition[]): Map<string, string> {
  return new Map(
    all.flatMap((one) =>
      cuesBySegment(one).map((list, index): [string, string] => [
        `${one.name}/0000${index}.vtt`,
        writeWebVtt(list),
      ]),
    ),
  );
}

interface Changes extends Partial<Omit<PublishedSubtitles, "read">> {
  readonly files?: Readonly<Record<string, string>>;
}

function problems({ files = {}, ...changes }: Changes = {}): Promise<string[]> {
  const written = new Map([...filesOf(renditions), ...Object.entries(files)]);
  return subtitleProblems({
    renditions,
    playlists: new Map(
      renditions.map((one) => [`${one.name}/index.m3u8`, subtitlePlaylist(one, 14.5)]),
    ),
    master: writeMasterPlaylist(withSubtitles(bare, renditions)),
    durationSeconds: 14.5,
    read: (path) => Promise.resolve(written.get(path) ?? ""),
    ...changes,
  });
}

const second = "subtitles-1-en/00001.vtt";

describe("the check of published subtitles", () => {
  it("finds nothing in what was written", async () => {
    expect(await problems()).toEqual([]);
  });

  it.each<[string, Changes, string]>([
    [
      "a cue that is not repeated behind a border",
      { files: { [second]: writeWebVtt([]) } },
      `${second} lacks 1 cues`,
    ],
    [
      "a cue of another time",
      { files: { [second]: writeWebVtt(cues) } },
      `${second} has a cue of another time`,
    ],
    [
      "a cue that is late",
      { files: { [second]: writeWebVtt([{ start: 5500, end: 7500, text: "over the border" }]) } },
      `${second} has a cue that the source does not have`,
    ],
    [
      "cues that are not in order",
      {
        files: {
          [second]: writeWebVtt([
            { start: 6000, end: 6500, text: "b" },
            { start: 5000, end: 7000, text: "over the border" },
          ]),
        },
      },
      `${second} has cues that are not in order`,
    ],
    [
      "a segment that is no WebVTT",
      { files: { [second]: "hello\n" } },
      `${second} is not valid: it does not begin with WEBVTT`,
    ],
    [
      "a playlist that ends early",
      {
        playlists: new Map(
          renditions.map((one) => [`${one.name}/index.m3u8`, subtitlePlaylist(one, 12)]),
        ),
      },
      "subtitles-1-en lasts 12.00 s of 14.50 s",
    ],
    [
      "a missing playlist",
      { playlists: new Map() },
      "subtitles-1-en has no playlist that is valid and finished",
    ],
    [
      "a variant without subtitles",
      { master: writeMasterPlaylist(bare) },
      "360p/index.m3u8 does not offer all subtitles",
    ],
    [
      "subtitles that have lost their mark",
      {
        master: writeMasterPlaylist(
          withSubtitles(bare, [english, { ...forced, track: english.track }]),
        ),
      },
      "the master playlist is not valid",
    ],
    [
      "forced subtitles that are offered as others",
      {
        master: writeMasterPlaylist(
          withSubtitles(bare, [english, { ...forced, track: aSubtitleTrack({ language: "en" }) }]),
        ),
      },
      "360p/index.m3u8 does not offer all subtitles",
    ],
  ])("finds %s", async (_what, changes, wanted) => {
    expect((await problems(changes))[0]).toBe(wanted);
  });
});

describe("subtitles in the master playlist", () => {
  it("leave a master playlist alone where there are none", () => {
    expect(withSubtitles(bare, [])).toBe(bare);
  });

  it("are one group of every variant, each with its own name and marks", () => {
    const lines = writeMasterPlaylist(withSubtitles(bare, renditions)).split("\n");
    expect(lines.filter((line) => line.startsWith("#EXT-X-MEDIA"))).toEqual([
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="subtitles-1-en/index.m3u8"',
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="English (Forced)",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=YES,CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound",URI="subtitles-2-en/index.m3u8"',
    ]);
    expect(lines.filter((line) => line.includes('SUBTITLES="subtitles"'))).toHaveLength(2);
  });

  it("are listed in the result", () => {
    const titled = { ...forced, track: { ...forced.track, title: "Signs" } };
    expect(subtitleResults([english, titled])).toEqual([
      {
        name: "subtitles-1-en",
        playlist: "subtitles-1-en/index.m3u8",
        language: "en",
        forced: false,
      },
      {
        name: "subtitles-2-en",
        playlist: "subtitles-2-en/index.m3u8",
        ...{ language: "en", title: "Signs", forced: true },
      },
    ]);
  });
});

describe("the choice of subtitles", () => {
  it("says what was made of which track", () => {
    const single = { ...forced, cues: cues.slice(1, 2) };
    expect(
      subtitleChoices([english, single]).map(({ choice, reason }) => [choice, reason]),
    ).toEqual([
      ["subtitle track 2 (subrip) as a WebVTT rendition", "It holds text: 3 cues."],
      ["subtitle track 2 (subrip) as a WebVTT rendition", "It holds text: 1 cue."],
    ]);
  });
});

describe("the playlist of subtitles", () => {
  it("covers the film with segments of the grid, and ends with it", () => {
    const text = subtitlePlaylist({ segmentMs: 6006, segments: 3 }, 14.5);
    expect(text.split("\n")).toEqual([
      "#EXTM3U",
      "#EXT-X-VERSION:7",
      "#EXT-X-TARGETDURATION:6",
      "#EXT-X-MEDIA-SEQUENCE:0",
      "#EXT-X-PLAYLIST-TYPE:VOD",
      "#EXT-X-INDEPENDENT-SEGMENTS",
      ...["#EXTINF:6.006000,", "00000.vtt", "#EXTINF:6.006000,", "00001.vtt"],
      ...["#EXTINF:2.488000,", "00002.vtt", "#EXT-X-ENDLIST", ""],
    ]);
  });

  it.each([
    ["a film that is longer than it seemed", 19, ["6.000000", "6.000000", "7.000000"]],
    ["a film that is shorter than it seemed", 11, ["6.000000", "5.000000"]],
    ["a film of whole segments, nearly", 12.001, ["6.000000", "6.001000"]],
    ["a film of one picture", 0.04, ["0.040000"]],
  ])("fits %s", (_what, seconds, wanted) => {
    const text = subtitlePlaylist({ segmentMs: 6000, segments: 3 }, seconds);
    const lengths = [...text.matchAll(/#EXTINF:([\d.]+),/g)].map(([, length]) => length);
    expect(lengths).toEqual(wanted);
  });
});
