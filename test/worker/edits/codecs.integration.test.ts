import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clips } from "../../support/clips.ts";
import { startBench, type WorkerBench } from "../../support/worker-process.ts";
import { startPlayer, type Player } from "../../support/player.ts";

let bench: WorkerBench;
let player: Player;

beforeAll(async () => {
  bench = await startBench();
  bench.start();
  player = await startPlayer(bench.api.outputDir);
});

afterAll(async () => {
  await player.close();
  await bench.close();
});

/** One job for each profile, encoded once. */
const jobs = new Map<string, ReturnType<typeof made>>();
async function made(profile: string) {
  const job = bench.api.addJob(await clips.hd(), profile);
  await job.ended;
  return job;
}
function jobOf(profile: string): ReturnType<typeof made> {
  const job = jobs.get(profile) ?? made(profile);
  jobs.set(profile, job);
  return job;
}

it("a worker states the encoders that it has proven, and the features that jobs need for them", async () => {
  await jobOf("hls-1080p-hevc");
  const [registration] = bench.api.registrations;
  expect(registration?.encoders).toEqual(["libx264", "libx265", "libsvtav1"]);
  expect(registration?.features).toEqual(expect.arrayContaining(["hevc", "av1"]));
});

describe.each([
  ["hls-1080p-hevc", "hevc", /^hvc1\.1\.6\.L\d+(\.[0-9A-F]{2})*,mp4a\.40\.2$/],
  ["hls-1080p-av1", "av1", /^av01\.0\.\d\dM\.08,mp4a\.40\.2$/],
] as const)("a job of %s", (profile, codec, codecs) => {
  it("makes rungs in both codecs, and verifies all of them", async () => {
    const { error, result } = await jobOf(profile);
    expect(error).toBeUndefined();
    expect(result?.renditions.map(({ name }) => name)).toEqual([
      ...["720p", "360p", `1080p-${codec}`, `720p-${codec}`],
    ]);
    for (const one of result?.renditions ?? []) {
      expect(one.codecs).toMatch(one.name.endsWith(codec) ? codecs : /^avc1\./);
    }
    expect(result?.checks).toEqual(
      expect.arrayContaining([
        "CODECS agree with the bitstream",
        "GOPs are closed and of equal length",
        "keyframe times are equal over all renditions",
        "colours and shapes of pictures are the source's, by decoding both",
      ]),
    );
  });

  it("names the variants of every codec in one master playlist, those that play everywhere first", async () => {
    const { id } = await jobOf(profile);
    const master = readFileSync(join(bench.output(id), "master.m3u8"), "utf8");
    const uris = master.split("\n").filter((line) => /^[^#].*m3u8$/.test(line));
    expect(uris[0]).toBe("720p/index.m3u8");
    expect(uris).toContain(`1080p-${codec}/index.m3u8`);
  });
});

/** Heights that the browser offers with hls.js, and those that it played. */
async function play(profile: string) {
  const { id } = await jobOf(profile);
  const { played, page } = await player.play(`/files/${id}/a1/master.m3u8`);
  const canPlay = async (type: string): Promise<boolean> =>
    (await page.evaluate(`MediaSource.isTypeSupported('video/mp4; codecs="${type}"')`)) === true;
  const supported = { hevc: await canPlay("hvc1.1.6.L93.B0"), av1: await canPlay("av01.0.08M.08") };
  await page.close();
  return { played, supported };
}

it("a browser plays AV1 to its end, up to the rung that H.264 does not have", async () => {
  const { played, supported } = await play("hls-1080p-av1");
  expect(supported.av1).toBe(true);
  expect(played.errors.filter(({ fatal }) => fatal)).toEqual([]);
  expect([played.ended, played.corrupted]).toEqual([true, 0]);
  expect(Math.max(...played.played)).toBe(1080);
  expect(played.loudest).toBeGreaterThan(0.05);
});

it("a browser without HEVC plays the stream in H.264 to its end", async () => {
  const { played, supported } = await play("hls-1080p-hevc");
  expect(supported.hevc).toBe(false);
  expect(played.errors.filter(({ fatal }) => fatal)).toEqual([]);
  expect([played.ended, played.corrupted]).toEqual([true, 0]);
  expect(Math.max(...played.played)).toBe(720);
});
