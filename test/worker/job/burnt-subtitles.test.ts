import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { LeasedSubtitles } from "../../../contracts/burnt-subtitles.ts";
import { clipSource } from "../../../media/clip.ts";
import type { Source } from "../../../media/source.ts";
import { chosenTrack, prepareSubtitles } from "../../../worker/src/job/burnt-subtitles.ts";
import { textStrip, textTimes } from "../../../worker/src/job/compare/burnt-text.ts";
import { aSource } from "../../media/a-source.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { aSubtitleTrack } from "../media/subtitles/a-subtitle-track.ts";
import { matroskaOf, type WrittenCue } from "../media/subtitles/matroska-of-cues.ts";
import { fakeAttempt } from "./fake-attempt.ts";
import { fakeMediaTools } from "./fake-media-tools.ts";

const german = aSubtitleTrack({ index: 2, language: "de" });
const swiss = aSubtitleTrack({ index: 3, language: "de-CH", isDefault: true });
const film = aSource({ durationSeconds: 20, subtitles: [german, swiss] });

async function prepare(
  subtitles: LeasedSubtitles,
  cues: readonly WrittenCue[],
  source: Source = film,
) {
  const dir = temporaryFolder("framewright-burnt-");
  const { tools } = fakeMediaTools(20, {
    run: (_tool, args) => {
      const path = args.find((arg) => arg.endsWith(".mkv"));
      if (path !== undefined) writeFileSync(path.replace("file:", ""), matroskaOf(cues));
      return Promise.resolve("");
    },
  });
  const { attempt } = fakeAttempt({ dir, tools });
  return prepareSubtitles({ ...attempt, lease: { ...attempt.lease, edit: { subtitles } } }, source);
}

const cue = (time: number, text: string, duration = 2000): WrittenCue => ({ time, duration, text });

describe("which subtitles are drawn", () => {
  it.each<[string, LeasedSubtitles, number]>([
    ["the ones that play by default", {}, 3],
    ["a track", { track: 2 }, 2],
    ["a language", { language: "DE" }, 2],
    ["a language of a country", { language: "de-ch" }, 3],
  ])("are %s", (_what, wanted, index) => {
    expect(chosenTrack(film, wanted).index).toBe(index);
  });

  it("are the first ones where none plays by default", () => {
    expect(chosenTrack({ subtitles: [german] }, {}).index).toBe(2);
  });

  it.each<[string, LeasedSubtitles, Source, string]>([
    ["has none", {}, aSource(), "The source has no text subtitles."],
    [
      "has others",
      { language: "fr" },
      film,
      "no text subtitles in the language fr; it has 2 (de), 3 (de-CH).",
    ],
    [
      "has no such track",
      { track: 7 },
      film,
      "no text subtitles as track 7; it has 2 (de), 3 (de-CH).",
    ],
  ])("are refused where the source %s", (_what, wanted, source, note) => {
    expect(() => chosenTrack(source, wanted)).toThrow(note);
  });
});

describe("burnt-in subtitles of an attempt", () => {
  it("are written as a file of ours, and not offered beside the film", async () => {
    const { source, text } = await prepare({ track: 2, box: true }, [
      cue(1000, "one"),
      cue(5000, "two"),
    ]);
    const file = readFileSync(text?.path ?? "", "utf8");
    expect(file.match(/^Dialogue.*$/gm)).toEqual([
      "Dialogue: 0,0:00:01.00,0:00:03.00,Text,,0,0,0,,one",
      "Dialogue: 0,0:00:05.00,0:00:07.00,Text,,0,0,0,,two",
    ]);
    expect(text?.reads).toEqual([text?.path, "/work/fonts.conf"]);
    expect(source.subtitles).toEqual([swiss]);
    expect(source.warnings).toEqual([]);
    expect(source.choices).toEqual([
      {
        subject: "subtitles",
        choice: "subtitle track 2 (subrip) drawn into the pictures",
        reason: "The job asks for it: 2 cues.",
      },
    ]);
  });

  it("are cut and moved with a clip", async () => {
    const clip = clipSource(film, { start: 4, end: 6 });
    const { text } = await prepare({}, [cue(1000, "before"), cue(5000, "inside")], clip);
    expect(text?.shown).toEqual([{ start: 1000, end: 2000, lines: ["inside"] }]);
  });

  it("say that nothing of them is shown, and draw nothing", async () => {
    const clip = clipSource(film, { start: 4, end: 6 });
    const { source, text } = await prepare({}, [cue(1000, "before")], clip);
    expect(text).toBeUndefined();
    expect(source.warnings.map(({ code }) => code)).toEqual(["subtitles-empty"]);
  });

  it("name the characters that no font has, and the texts that are too many", async () => {
    const many = Array.from({ length: 8 }, (_, at) => cue(1000 + at, `漢${at}`));
    const { source, text } = await prepare({}, many);
    expect(source.warnings).toEqual([
      {
        code: "subtitles-cut",
        message: "2 texts of the burnt-in subtitles were left out: too many are shown at once.",
      },
      {
        code: "characters-not-drawn",
        message:
          "The worker's fonts lack 1 characters of the burnt-in subtitles, which are drawn as \ufffd: 漢",
      },
    ]);
    expect(readFileSync(text?.path ?? "", "utf8")).not.toContain("漢");
  });

  it("are the request's fault over sound alone", async () => {
    await expect(prepare({}, [], { ...film, video: undefined })).rejects.toMatchObject({
      code: "subtitles-unusable",
    });
  });
});

describe("burnt-in text is looked at", () => {
  const shown = [
    { start: 1000, end: 1500, lines: ["short"] },
    { start: 2000, end: 5000, lines: ["long"] },
    { start: 12_000, end: 30_000, lines: ["to the end"] },
  ];

  it("in the middle of the longest of each half, and of the longest pause", () => {
    expect(textTimes(shown, 20)).toEqual({ shown: [3.25, 15.75], hidden: [8.25] });
    expect(textTimes([], 20)).toEqual({ shown: [], hidden: [9.75] });
  });

  it("in the strip that it may cover", () => {
    const size = { width: 640, height: 360 };
    const times = { from: 3, to: 4 };
    expect(textStrip(size, { look: {}, shown }, times)).toEqual({
      ...{ left: 0, width: 640, height: 52, top: 308 },
    });
    expect(textStrip(size, { look: { position: "top" }, shown }, times)?.top).toBe(0);
    expect(textStrip(size, { look: {}, shown }, { from: 8, to: 9 })).toBeUndefined();
  });
});
