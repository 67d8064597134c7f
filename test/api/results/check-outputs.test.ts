import { describe, expect, it } from "vitest";
import type { JobResult } from "@framewright/contracts/job.ts";
import type { OutputResults } from "@framewright/contracts/outputs.ts";
import { missingOutputs } from "../../../api/results/check-outputs.ts";
import { resultProblems } from "../../../api/results/check-result.ts";
import { sampleResult } from "../api-under-test.ts";
import { manifest, outputFiles, sampleOutputs, track } from "../sample-outputs.ts";
import { sampleFiles } from "../worker-under-test.ts";

const files: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(sampleFiles).map(([path, [, text]]) => [path, text])),
  ...outputFiles,
};
const outputs = sampleOutputs;
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
    [
      { lipSync: { ...outputs.lipSync, path: "audio.m4a" } },
      "audio.m4a is no .mp4 file by its name",
    ],
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

it("a result lacks what the job asks for, unless it was left out with a warning", () => {
  const wanted = { hls: {}, dash: {}, mp4: {}, audio: {}, lipSync: true };
  expect(missingOutputs(wanted, whole)).toEqual([]);
  const silent = { code: "output-left-out", message: 'The output "audio" was left out: …' };
  const made = { dash: outputs.dash, lipSync: outputs.lipSync };
  expect(missingOutputs(wanted, { ...whole, outputs: made, warnings: [silent] })).toEqual([
    "the result lacks the output mp4, which the job asks for",
  ]);
  expect(missingOutputs({ hls: {} }, { ...whole, master: undefined })).toEqual([
    "the result lacks the output hls, which the job asks for",
  ]);
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
