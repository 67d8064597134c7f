import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "hls-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProfileName } from "@framewright/contracts/profile.ts";
import { clips, ffmpegLog, probeStreams } from "../support/clips.ts";
import { aProfile } from "../support/profiles.ts";
import type { FakeJob } from "../support/fake-worker-api.ts";
import { startBench, until, type WorkerBench } from "../support/worker-process.ts";

let bench: WorkerBench;

beforeAll(async () => {
  bench = await startBench();
  bench.start();
});

afterAll(() => bench.close());

function readMaster(output: string) {
  const master = parse(readFileSync(join(output, "master.m3u8"), "utf8"));
  if (!master.isMasterPlaylist) throw new Error("master.m3u8 is no multivariant playlist");
  return master.variants;
}

async function encode(path: string, profile: ProfileName = "hls-720p"): Promise<FakeJob> {
  const job = bench.api.addJob(path, profile);
  await job.ended;
  expect(job.error).toBeUndefined();
  return job;
}

interface Wanted {
  readonly sizes: readonly string[];
  readonly rate: string;
  readonly frames: number;
  readonly audio: boolean;
}

/** Of a source under a profile's cap. */
interface Capped {
  readonly rate: string;
  readonly frames: number;
  readonly choice: string;
  readonly reason: string;
}

describe("a source becomes a verified stream", () => {
  it.each<[string, () => Promise<string>, ProfileName, Wanted]>([
    [
      "in high definition",
      clips.hd,
      "hls-1080p",
      {
        sizes: ["1920x1080", "1280x720", "854x480", "640x360"],
        rate: "30/1",
        frames: 60,
        audio: true,
      },
    ],
    [
      "without sound",
      clips.silent,
      "hls-720p",
      {
        sizes: ["640x360"],
        rate: "30/1",
        frames: 90,
        audio: false,
      },
    ],
    [
      "in portrait",
      clips.portrait,
      "hls-720p",
      {
        sizes: ["360x640"],
        rate: "30/1",
        frames: 90,
        audio: true,
      },
    ],
    [
      "turned by its display matrix",
      clips.rotated,
      "hls-720p",
      {
        sizes: ["360x640"],
        rate: "30/1",
        frames: 90,
        audio: true,
      },
    ],
    [
      "at 29.97 frames",
      clips.ntsc,
      "hls-720p",
      {
        sizes: ["640x360"],
        rate: "30000/1001",
        frames: 390,
        audio: true,
      },
    ],
    [
      "at 23.976 frames in Matroska",
      clips.film,
      "hls-720p",
      {
        sizes: ["640x360"],
        rate: "24000/1001",
        frames: 168,
        audio: true,
      },
    ],
    [
      "of odd size in 4:4:4",
      clips.odd,
      "hls-720p",
      {
        sizes: ["852x480", "640x360"],
        rate: "25/1",
        frames: 75,
        audio: true,
      },
    ],
    [
      "of variable rate",
      clips.variable,
      "hls-720p",
      {
        sizes: ["640x360"],
        rate: "30/1",
        frames: 120,
        audio: true,
      },
    ],
    [
      "with surround sound",
      clips.wideSound,
      "hls-720p",
      {
        sizes: ["640x360"],
        rate: "25/1",
        frames: 75,
        audio: true,
      },
    ],
    [
      "in a transport stream",
      clips.transport,
      "hls-720p",
      {
        sizes: ["640x360"],
        rate: "25/1",
        frames: 75,
        audio: true,
      },
    ],
  ])("%s", async (_title, make, profile, wanted) => {
    const job = await encode(await make(), profile);
    const output = bench.output(job.id);
    const variants = readMaster(output);
    const sizes = variants.map(({ resolution }) => `${resolution?.width}x${resolution?.height}`);
    expect(sizes).toEqual(wanted.sizes);
    const sounds = new Set(variants.flatMap(({ audio }) => audio.map(({ uri }) => uri)));
    expect([...sounds]).toEqual(wanted.audio ? ["audio/index.m3u8"] : []);
    expect(job.result?.renditions.map((one) => `${one.width}x${one.height}`)).toEqual(wanted.sizes);
    for (const variant of variants) {
      const [video] = await probeStreams(join(output, variant.uri));
      expect(video).toMatchObject({ codec_name: "h264", avg_frame_rate: wanted.rate });
      // Time stamps of a container are rounded: one frame more or less at the end.
      expect(Math.abs(Number(video?.nb_read_packets) - wanted.frames)).toBeLessThanOrEqual(1);
    }
    expect(job.result?.checks).toHaveLength(wanted.audio ? 17 : 16);
    const poster = await probeStreams(join(output, "poster.jpg"));
    expect(poster[0]?.codec_name).toBe("mjpeg");
    await until("scratch is clean", () => bench.scratch().length === 0, 3000);
  });

  it("by the ladder and the rates of its lease, whatever the name says", async () => {
    const base = aProfile("hls-720p");
    const ladder = [
      { height: 270, kbps: 600 },
      { height: 180, kbps: 300 },
    ];
    const job = bench.api.addJob(await clips.sd(3), "own-ladder");
    job.profileDefinition = {
      ...{ ...base, video: { ...base.video, ladder } },
      audio: { codec: "aac", stereoKbps: 48 },
    };
    await job.ended;
    expect(job.error).toBeUndefined();
    const made = job.result?.renditions.map(({ name, width, height }) => [name, width, height]);
    expect(made).toEqual([
      ["270p", 480, 270],
      ["180p", 320, 180],
    ]);
    const rate = job.result?.audioTracks?.[0]?.averageBandwidth ?? 0;
    expect(rate).toBeLessThan(60_000);
  });

  it.each<[string, () => Promise<string>, Capped]>([
    [
      "of 60, half of them",
      clips.fast,
      {
        rate: "30/1",
        frames: 120,
        choice: "30 frames per second",
        reason:
          "The source has 60 frames per second; the profile has 30 at most, and one in 2 is kept, so that motion stays even.",
      },
    ],
    [
      "of 25, all of them",
      clips.transport,
      {
        rate: "25/1",
        frames: 75,
        choice: "25 frames per second",
        reason: "The source moves at this rate where it moves fastest.",
      },
    ],
  ])("with the pictures that a cap of 30 allows: %s", async (_title, make, wanted) => {
    const base = aProfile("hls-720p");
    const job = bench.api.addJob(await make(), "mobile");
    job.profileDefinition = { ...base, name: "mobile", video: { ...base.video, maxFps: 30 } };
    await job.ended;
    expect(job.error).toBeUndefined();
    const { choices = [], checks = [] } = job.result ?? {};
    const { choice, reason, rate, frames } = wanted;
    expect(choices).toContainEqual({ subject: "frame-rate", choice, reason });
    expect(checks).toContain("pictures come at the planned rate");
    expect(checks).toContain("motion is kept, by decoding both");
    const output = bench.output(job.id);
    const variants = readMaster(output);
    expect(variants.map(({ frameRate }) => frameRate)).toEqual(
      variants.map(() => Number.parseInt(rate, 10)),
    );
    for (const { uri } of variants) {
      const [video] = await probeStreams(join(output, uri));
      expect(video?.avg_frame_rate).toBe(rate);
      expect(Math.abs(Number(video?.nb_read_packets) - frames)).toBeLessThanOrEqual(1);
    }
  });

  it("of sound alone, with one variant and no poster", async () => {
    const job = await encode(await clips.soundOnly());
    const variants = readMaster(bench.output(job.id));
    expect(variants.map(({ uri, resolution }) => [uri, resolution])).toEqual([
      ["audio/index.m3u8", undefined],
    ]);
    expect(job.result?.poster).toBeUndefined();
    expect(job.stored.map(({ path }) => path)).not.toContain("poster.jpg");
  });

  it("with sound and picture that meet, decoded as written", async () => {
    const job = await encode(await clips.clap());
    const output = bench.output(job.id);
    const [variant] = readMaster(output);
    // By frame and sample numbers, as a player goes that knows no edit list.
    const flash = await ffmpegLog([
      ...["-i", join(output, variant!.uri), "-vf", "blackdetect=d=0.1:pix_th=0.5,showinfo"],
      ...["-f", "null", "-"],
    ]);
    const frames = [...flash.matchAll(/n:\s*(\d+) pts:.*?mean:\[(\d+)/g)];
    const lit = frames.find(([, , mean]) => Number(mean) > 120);
    expect(Number(lit?.[1]) / 25).toBeCloseTo(2, 2);
    const sound = await ffmpegLog([
      ...["-i", join(output, "audio/index.m3u8")],
      ...["-af", "asetpts=N/SR/TB,silencedetect=noise=-30dB:d=0.5", "-f", "null", "-"],
    ]);
    const click = /silence_end: ([\d.]+)/.exec(sound)?.[1];
    expect(Math.abs(Number(click) - 2)).toBeLessThan(0.012);
  });
});
