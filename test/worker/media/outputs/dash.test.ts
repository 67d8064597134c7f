import { describe, expect, it } from "vitest";
import { writeManifest } from "../../../../media/outputs/manifest.ts";
import { manifestProblems } from "../../../../worker/src/media/outputs/dash-check.ts";
import { manifestOf } from "../../../../worker/src/media/outputs/dash.ts";
import { good, stereoPlan } from "../an-output.ts";

const { playlists, tracks } = good;
const names = tracks.map(({ name }) => name);
const text = writeManifest(manifestOf(stereoPlan, tracks, []));
const problemsOf = (changed: string) =>
  manifestProblems({ text: changed, playlists, tracks: names, texts: [] });

it("the manifest of an output agrees with its playlists", () => {
  expect(problemsOf(text)).toEqual([]);
});

it("the manifest has a set for all pictures of a codec, and one for each sound", () => {
  const { sets } = manifestOf(stereoPlan, tracks, []);
  const ids = sets.map(({ representations }) => representations.map(({ id }) => id));
  expect(ids).toEqual([["480p", "360p"], ["audio"]]);
});

describe("a manifest is found that has", () => {
  const other = "the manifest and the playlist of 480p differ in files or lengths";
  it.each([
    ["a segment too many", 'd="92160"/>', 'd="92160" r="1"/>', other],
    ["a segment of another length", 'd="92160"', 'd="92161"', other],
    ["another file", 'media="480p/', 'media="360p/', other],
    ["another length", "PT8", "PT9", "the manifest states 9 s; its segments last 8 s"],
    [
      "another track",
      'id="480p"',
      'id="481p"',
      "the manifest names 481p, 360p, audio; there are 480p, 360p, audio",
    ],
  ])("%s", (_title, from, to, problem) => {
    expect(text).toContain(from);
    expect(problemsOf(text.replace(from, to))).toContain(problem);
  });

  it("subtitles that are not there", () => {
    const problems = manifestProblems({
      text,
      playlists,
      tracks: names,
      texts: ["a/subtitles.vtt"],
    });
    expect(problems).toEqual(["the manifest names 0 subtitles; there are 1"]);
  });
});
