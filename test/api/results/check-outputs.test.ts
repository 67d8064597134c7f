import { describe, expect, it } from "vitest";
import type { JobResult } from "@framewright/contracts/job.ts";
import type { OutputResults } from "@framewright/contracts/outputs.ts";
import { resultProblems } from "../../../api/results/check-result.ts";
import { writeManifest } from "../../../media/outputs/manifest.ts";
import { sampleResult } from "../api-under-test.ts";
import { sampleFiles } from "../worker-under-test.ts";

const manifest = writeManifest({
  durationSeconds: 6,
  sets: [
    {
      ...{ kind: "video", language: undefined, label: undefined, roles: ["main"] },
      representations: [
        {
          ...{
            id: "720p",
            codecs: "avc1.64001f",
            bandwidth: 1,
            timescale: 1,
            ticks: [6],
            channels: 0,
          },
          ...{ init: "720p/init.mp4", media: "720p/$Number%05d$.m4s" },
          picture: { width: 1280, height: 720, fps: { num: 30, den: 1 } },
        },
      ],
    },
  ],
  texts: [
    {
      ...{ id: "subtitles-1-en", language: "en", label: "English", roles: ["subtitle"] },
      ...{ path: "subtitles-1-en/subtitles.vtt", bandwidth: 27 },
    },
  ],
});
const track = "WEBVTT\n\n00:00:00.000 --> 00:00:06.000\n00000.jpg#xywh=0,0,160,90\n";

type Files = Readonly<Record<string, string>>;
const files: Files = {
  ...Object.fromEntries(Object.entries(sampleFiles).map(([path, [, text]]) => [path, text])),
  "720p/00000.m4s": "0123456789",
  "720p/index.m3u8": (sampleFiles["720p/index.m3u8"]?.[1] ?? "").replace("0.m4s", "00000.m4s"),
  "subtitles-1-en/subtitles.vtt": "WEBVTT\n",
  "manifest.mpd": manifest,
  "video.mp4": "a film",
  "audio.m4a": "a sound",
  "thumbnails/00000.jpg": "one",
  "sprite/sprite.vtt": track,
  "sprite/00000.jpg": "a sheet",
};
const file = { durationSeconds: 6, codecs: "avc1.64001f" };
const outputs: Required<OutputResults> = {
  dash: {
    ...{ path: "manifest.mpd", bytes: manifest.length + 7 },
    texts: ["subtitles-1-en/subtitles.vtt"],
  },
  mp4: { path: "video.mp4", bytes: 6, ...file, rendition: "720p", width: 1280, height: 720 },
  audio: { path: "audio.m4a", bytes: 7, ...file, channels: 2 },
  thumbnails: {
    pictures: [{ path: "thumbnails/00000.jpg", atSeconds: 0 }],
    ...{ bytes: 3, width: 320, height: 180 },
  },
  sprite: {
    ...{ path: "sprite/sprite.vtt", sheets: ["sprite/00000.jpg"], bytes: track.length + 7 },
    ...{ pictures: 1, everySeconds: 6, columns: 1, rows: 1, width: 160, height: 90 },
  },
};
const whole: JobResult = { ...sampleResult(), outputs };

type Changes = Readonly<Record<string, string | undefined>>;

function problemsOf(result: JobResult, changes: Changes = {}): string[] {
  const stored: Changes = { ...files, "720p/0.m4s": undefined, ...changes };
  const kept = Object.entries(stored).flatMap(([path, text]) =>
    text === undefined ? [] : [[path, text] as const],
  );
  const sizes = new Map(kept.map(([path, text]) => [path, text.length]));
  return resultProblems(result, { sizes, texts: new Map(kept) });
}

it("a result with every output has no problem", () => {
  expect(problemsOf(whole)).toEqual([]);
});

describe("a problem of an output names the file:", () => {
  it.each<[string, Record<string, string | undefined>, string]>([
    ["no MP4", { "video.mp4": undefined }, "video.mp4 is missing in the object store, or empty"],
    ["an MP4 of another size", { "video.mp4": "film" }, "mp4 has 4 bytes, the result states 6"],
    [
      "a manifest that leads elsewhere",
      { "manifest.mpd": manifest.replace("<Label>", "<Location>") },
      'manifest.mpd has the line "<Location>English</Label>", which no manifest of ours has',
    ],
    [
      "a segment that only the manifest names",
      { "manifest.mpd": manifest.replace('d="6"', 'd="3" r="1"') },
      "manifest.mpd names 720p/00001.m4s, which is missing in the object store",
    ],
    [
      "another address in the sprite's track",
      { "sprite/sprite.vtt": track.replace("00000.jpg", "//evil.example/0.jpg") },
      'sprite/sprite.vtt has the line "//evil.example/0.jpg#xywh=0,0,160,90"',
    ],
    [
      "a sheet that the result does not state",
      { "sprite/sprite.vtt": track.replace("00000.jpg", "00001.jpg") },
      'sprite/sprite.vtt has the line "00001.jpg#xywh=0,0,160,90"',
    ],
    [
      "a file that nothing names",
      { "thumbnails/00001.jpg": "two" },
      "thumbnails/00001.jpg is in the object store",
    ],
  ])("%s", (_title, changes, problem) => {
    expect(problemsOf(whole, changes).join("\n")).toContain(problem);
  });

  it.each<[Partial<OutputResults>, string]>([
    [{ mp4: { ...outputs.mp4, path: "audio.m4a" } }, "audio.m4a is no .mp4 file by its name"],
    [{ dash: { ...outputs.dash, texts: [] } }, "which the result does not state"],
    [
      { sprite: { ...outputs.sprite, pictures: 2 } },
      "sprite/sprite.vtt has 1 cues, the result states 2 pictures",
    ],
  ])("%o", (change, problem) => {
    const changed = { ...whole, outputs: { ...outputs, ...change } };
    expect(problemsOf(changed).join("\n")).toContain(problem);
  });
});

describe("a result of files alone", () => {
  const nothing = { master: undefined, subtitles: undefined, poster: undefined, renditions: [] };
  const alone: JobResult = { ...whole, ...nothing, outputs: { mp4: outputs.mp4 } };
  const stored = (result: JobResult, paths: readonly string[]): string[] => {
    const sizes = new Map(paths.map((path) => [path, (files[path] ?? "").length]));
    return resultProblems(result, { sizes, texts: new Map() });
  };

  it("has no playlist and no rendition", () => {
    expect(stored(alone, ["video.mp4"])).toEqual([]);
    expect(stored({ ...alone, renditions: whole.renditions }, ["video.mp4"])).toContain(
      "the result has tracks without a multivariant playlist",
    );
    expect(stored({ ...alone, outputs: {} }, [])).toEqual(["the result has no output"]);
  });

  it("keeps no segment", () => {
    const [problem] = stored(alone, ["video.mp4", "720p/00000.m4s"]);
    expect(problem).toContain("720p/00000.m4s is in the object store, and neither");
  });
});
