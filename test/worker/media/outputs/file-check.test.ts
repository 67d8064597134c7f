import { describe, expect, it } from "vitest";
import {
  decodeArgs,
  fileReportArgs,
  indexComesFirst,
  picturesProblems,
  picturesReportArgs,
  trackProblems,
} from "../../../../worker/src/media/outputs/file-check.ts";
import { words } from "../../../media/expected-command.ts";

const video = { kind: "video", samples: 300, seconds: 10 } as const;
const audio = { kind: "audio", samples: 470, seconds: 10.01 } as const;
const stream = (kind: string, frames: number, duration: number, start = 0) => ({
  ...{ codec_type: kind, nb_frames: String(frames), start_time: String(start) },
  duration: String(duration),
});
const report = (...streams: object[]) => JSON.stringify({ streams });

const guards =
  "-probesize 33554432 -analyzeduration 20000000 -protocol_whitelist file,pipe -format_whitelist mov " +
  "-max_streams 100 -max_pixels 34471936 -f mov -i file:/o/video.mp4";

it("a file is described by ffprobe, and its keyframes and its sound are decoded", () => {
  expect(fileReportArgs("/o/video.mp4")).toEqual(
    words(
      `-v error -print_format json -show_entries stream=codec_type,nb_frames,start_time,duration ${guards}`,
    ),
  );
  expect(decodeArgs("/o/video.mp4", ["video", "audio"])).toEqual(
    words(`-nostdin -v error -xerror -skip_frame:v nokey ${guards} -map 0 -f null -`),
  );
  expect(decodeArgs("/o/video.mp4", ["audio"])).not.toContain("-skip_frame:v");
});

it("a file has the samples of its segments; the last of a sound may be whole again", () => {
  const text = report(stream("video", 300, 10), stream("audio", 470, 10.0267));
  expect(trackProblems("video.mp4", text, [video, audio])).toEqual([]);
});

describe("a file is wrong with", () => {
  it.each([
    ["a sample too few", [stream("video", 299, 10), stream("audio", 470, 10.01)]],
    ["another length", [stream("video", 300, 10.5), stream("audio", 470, 10.01)]],
    ["a late start", [stream("video", 300, 10, 0.08), stream("audio", 470, 10.01)]],
    ["no sound", [stream("video", 300, 10)]],
    ["nothing", []],
  ])("%s", (_title, streams) => {
    const [problem, ...more] = trackProblems("video.mp4", report(...streams), [video, audio]);
    expect(more).toEqual([]);
    expect(problem).toMatch(
      /^video\.mp4 has .*; right is video of 300 samples and 10\.00 s, audio of 470 samples and 10\.01 s$/,
    );
  });
});

it.each([
  ["moov", true],
  ["mdat", false],
  ["free", false],
])("a file whose second box is %s has its index first: %s", (type, first) => {
  const head = Buffer.from(`\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x08${type}`, "latin1");
  expect(indexComesFirst(head)).toBe(first);
});

it("pictures are decoded and counted", () => {
  expect(picturesReportArgs("/o/thumbnails")).toEqual(
    words(
      "-v error -print_format json -count_frames -show_entries stream=width,height,nb_read_frames " +
        "-protocol_whitelist file -max_pixels 34471936 -f image2 -start_number 0 -i file:/o/thumbnails/%05d.jpg",
    ),
  );
  const wanted = { what: "thumbnails", count: 4, width: 320, height: 180 };
  const seen = (frames: number, width = 320) =>
    report({ width, height: 180, nb_read_frames: String(frames) });
  expect(picturesProblems(seen(4), wanted)).toEqual([]);
  expect(picturesProblems(seen(3), wanted)).toEqual([
    "thumbnails: there are 3 of 320x180; right is 4 of 320x180",
  ]);
  expect(picturesProblems(seen(4, 318), wanted)).toEqual([
    "thumbnails: there are 4 of 318x180; right is 4 of 320x180",
  ]);
});
