import { describe, expect, it } from "vitest";
import type { Outputs } from "@framewright/contracts/outputs.ts";
import { withOutputs } from "@framewright/contracts/profile.ts";
import { madeSound } from "../../../media/made-sound.ts";
import { outputCommands, planOutputs } from "../../../media/outputs/plan-outputs.ts";
import { planEncode } from "../../../media/plan.ts";
import type { Source } from "../../../media/source.ts";
import { aProfile } from "../../support/profiles.ts";
import { aPicture, aSoundSource, aSource } from "../a-source.ts";
import { words } from "../expected-command.ts";
import { planArgs } from "../plan-args.ts";

/** The plan of a film of 1080p with stereo sound, that lasts 100 s. */
function planned(outputs: Outputs, source: Source = aSource({ durationSeconds: 100 })) {
  const profile = withOutputs(aProfile("hls-1080p"), outputs);
  const plan = planEncode(planArgs({ source, profile }));
  return { plan, made: planOutputs({ outputs, plan, durationSeconds: 100, outputDir: "/o" }) };
}

const begin = "-nostdin -y -hide_banner -v warning -nostats -progress pipe:1 -stats_period 0.5";
const segments = (name: string) =>
  "-protocol_whitelist file -format_whitelist hls,mov -max_pixels 34471936 -f hls " +
  `-i file:/o/${name}/local.m3u8`;
const copy = "-c copy -map_metadata -1 -movflags +faststart -f mp4";
const stills = (filters: string, folder: string) =>
  `-map 0:v:0 -vf ${filters} -q:v 4 -f image2 -start_number 0 file:/o/${folder}/%05d.jpg`;
const scaled = (size: string) =>
  `scale=${size}:out_range=pc:out_color_matrix=bt601,format=yuvj420p`;

describe("the exact command of", () => {
  it.each<[string, Outputs, string]>([
    [
      "an MP4 of the tallest rendition",
      { hls: {}, mp4: {} },
      `${begin} ${segments("1080p")} ${segments("audio")} -map 0:v:0 -map 1:a:0 ${copy} file:/o/video.mp4`,
    ],
    [
      "an MP4 of a named rendition",
      { hls: {}, mp4: { rendition: "480p" } },
      `${begin} ${segments("480p")} ${segments("audio")} -map 0:v:0 -map 1:a:0 ${copy} file:/o/video.mp4`,
    ],
    [
      "sound alone",
      { hls: {}, audio: {} },
      `${begin} ${segments("audio")} -map 0:a:0 ${copy} file:/o/audio.m4a`,
    ],
    [
      "thumbnails every ten seconds, of keyframes",
      { hls: {}, thumbnails: {} },
      `${begin} -skip_frame nokey ${segments("360p")} ${stills(
        `fps=fps=1/10:start_time=0:round=up,tpad=stop=2:stop_mode=clone,trim=end_frame=10,${scaled("320:180")}`,
        "thumbnails",
      )}`,
    ],
    [
      "so many thumbnails in a width that only a larger rendition has",
      { hls: {}, thumbnails: { count: 3, width: 1280 } },
      `${begin} -skip_frame nokey ${segments("720p")} ${stills(
        `setpts=PTS-16.666667/TB,fps=fps=1/33.333333:start_time=0:round=up,tpad=stop=2:stop_mode=clone,trim=end_frame=3,${scaled("1280:720")}`,
        "thumbnails",
      )}`,
    ],
    [
      "a sprite of every second, of all pictures",
      { hls: {}, sprite: { everySeconds: 1 } },
      `${begin} ${segments("360p")} ${stills(
        `fps=fps=1/1:start_time=0:round=up,tpad=stop=2:stop_mode=clone,trim=end_frame=100,${scaled("160:90")},tile=10x10`,
        "sprite",
      )}`,
    ],
  ])("%s", (_title, outputs, command) => {
    expect(outputCommands(planned(outputs).made)).toEqual([words(command)]);
  });
});

describe("what is encoded", () => {
  it.each<[Outputs, string[]]>([
    [{ hls: {} }, ["1080p", "720p", "480p", "360p", "audio"]],
    [{ dash: {}, mp4: {} }, ["1080p", "720p", "480p", "360p", "audio"]],
    [{ mp4: {}, sprite: {} }, ["1080p", "audio"]],
    [{ mp4: { rendition: "720p" } }, ["720p", "audio"]],
    [{ audio: {} }, ["audio"]],
    [{ thumbnails: {} }, ["360p"]],
    [{ sprite: {}, thumbnails: { width: 1280 } }, ["720p"]],
  ])("for %j is %j", (outputs, folders) => {
    expect(planned(outputs).plan.folders).toEqual(folders);
  });

  it("for sound alone of a film has no picture in it", () => {
    const { argv } = planned({ audio: {} }).plan;
    expect(argv).not.toContain("-c:v");
    expect(argv.filter((word) => word.includes("scale="))).toEqual([]);
  });

  it("of a dub is its sound beside the default one, and files have it", () => {
    const label = { language: "pt", title: undefined };
    const dub = madeSound({ path: "/o/dub.wav", seconds: 100, label });
    const source = aSource({ durationSeconds: 100, alternates: [dub] });
    const { plan, made } = planned({ mp4: {}, audio: {} }, source);
    expect(plan.folders).toEqual(["1080p", "audio", "audio-2"]);
    expect([made.mp4, made.audio].map((file) => file?.sound?.name)).toEqual(["audio-2", "audio-2"]);
  });
});

it.each([
  ["480p", 100, "480p"],
  ["1080p", 720, "720p"],
  ["480p", 760, "480p"],
  ["720p", 760, "760p"],
])("an MP4 of %s, of a source with %d lines or more, is %s", (rendition, lines, name) => {
  const height = Math.max(480, lines);
  const picture = aPicture(Math.round((height * 8) / 9) * 2, height);
  const source = aSource({ durationSeconds: 100, video: { picture } });
  expect(planned({ hls: {}, mp4: { rendition } }, source).made.mp4?.rendition?.name).toBe(name);
});

it.each([
  [undefined, "720p"],
  ["1080p-hevc", "1080p-hevc"],
  ["360p", "360p"],
])(
  "an MP4 of %s, with rungs in HEVC beside H.264, is %s, and stills are of H.264",
  (rendition, name) => {
    const outputs = {
      hls: {},
      mp4: { ...(rendition !== undefined && { rendition }) },
      thumbnails: {},
    };
    const profile = withOutputs(aProfile("hls-1080p-hevc"), outputs);
    const plan = planEncode(planArgs({ profile }));
    const made = planOutputs({ outputs, plan, durationSeconds: 10, outputDir: "/o" });
    expect(made.mp4?.rendition?.name).toBe(name);
    expect(made.thumbnails?.rendition.name).toBe("360p");
  },
);

it("what the source has nothing for is left out with a warning", () => {
  const outputs = { hls: {}, mp4: {}, audio: {}, thumbnails: {}, sprite: {} };
  const silent = planned(outputs, aSource({ durationSeconds: 100, audio: "none" }));
  expect(silent.made.audio).toBeUndefined();
  expect(silent.made.mp4?.argv.filter((word) => word === "-map")).toHaveLength(1);
  const sound = planned(outputs, aSoundSource({ durationSeconds: 100 })).made;
  expect(outputCommands(sound)).toHaveLength(1);
  expect([...silent.made.warnings, ...sound.warnings].map(({ message }) => message)).toEqual([
    'The output "audio" was left out: the source has no sound.',
    'The output "mp4" was left out: the source has no pictures.',
    'The output "thumbnails" was left out: the source has no pictures.',
    'The output "sprite" was left out: the source has no pictures.',
  ]);
});

describe("pictures of a film", () => {
  const at = (durationSeconds: number, outputs: Outputs) => {
    const { plan } = planned({ hls: {} });
    return planOutputs({ outputs, plan, durationSeconds, outputDir: "/o" });
  };

  it.each([
    [100, 10],
    [100.03, 10],
    [100.2, 11],
    [0.02, 1],
  ])("of %d s are %d at ten seconds", (durationSeconds, count) => {
    expect(at(durationSeconds, { thumbnails: {} }).thumbnails?.count).toBe(count);
  });

  it("that would be too many lie further apart, and say so", () => {
    const { thumbnails, sprite, warnings } = at(14_400, {
      thumbnails: { everySeconds: 1 },
      sprite: { everySeconds: 1 },
    });
    expect([thumbnails?.count, thumbnails?.step]).toEqual([500, 28.8]);
    expect([sprite?.count, sprite?.step, sprite?.sheets]).toEqual([2000, 7.2, 20]);
    expect(warnings).toEqual([
      {
        code: "pictures-thinned",
        message:
          'The output "thumbnails" has a picture every 28.8 s, not every 1 s: more than 500 are not made.',
      },
      {
        code: "pictures-thinned",
        message:
          'The output "sprite" has a picture every 7.2 s, not every 1 s: more than 2000 are not made.',
      },
    ]);
  });

  it("on few sheets are no wider than there are pictures", () => {
    const { sprite } = at(35, { sprite: {} });
    expect([sprite?.columns, sprite?.rows, sprite?.sheets]).toEqual([4, 1, 1]);
  });
});
