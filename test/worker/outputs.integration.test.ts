import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JobResult } from "@framewright/contracts/job.ts";
import type { Outputs } from "@framewright/contracts/outputs.ts";
import { withOutputs } from "@framewright/contracts/profile.ts";
import { readManifest } from "../../media/outputs/read-manifest.ts";
import { clips, probeStreams } from "../support/clips.ts";
import { aProfile } from "../support/profiles.ts";
import { startBench, type WorkerBench } from "../support/worker-process.ts";

let bench: WorkerBench;

beforeAll(async () => {
  bench = await startBench();
  bench.start();
});

afterAll(() => bench.close());

interface MadeJob {
  readonly result: JobResult;
  readonly output: string;
  readonly stored: readonly string[];
}

async function make(source: string, outputs: Outputs): Promise<MadeJob> {
  const job = bench.api.addJob(source, "hls-720p");
  job.profileDefinition = withOutputs(aProfile("hls-720p"), outputs);
  await job.ended;
  if (!job.result || job.error) throw new Error(JSON.stringify(job.error));
  const stored = job.stored.map(({ path }) => path);
  return { result: job.result, output: bench.output(job.id), stored };
}

const everything: Outputs = {
  hls: {},
  dash: {},
  mp4: {},
  audio: {},
  thumbnails: { count: 4 },
  sprite: { everySeconds: 1 },
};

describe("one job with every output", () => {
  let made: MadeJob;
  beforeAll(async () => {
    made = await make(await clips.languages(), everything);
  });

  it("names the same segments in the manifest and in the playlists", () => {
    const { result, output, stored } = made;
    const manifest = readManifest(readFileSync(join(output, "manifest.mpd"), "utf8"));
    const names = [...result.renditions, ...(result.audioTracks ?? [])].map(({ name }) => name);
    expect(manifest.tracks.map(({ id }) => id)).toEqual(names);
    expect(stored.filter((path) => path.endsWith(".m4s")).toSorted()).toEqual(
      manifest.tracks.flatMap(({ segments }) => segments).toSorted(),
    );
    expect(manifest.durationSeconds).toBeCloseTo(result.durationSeconds, 3);
  });

  it("has an MP4 of the tallest rendition and a file of the sound", async () => {
    const { result, output } = made;
    const [top] = result.renditions;
    const [video, sound] = await probeStreams(join(output, "video.mp4"));
    expect([video?.width, video?.height, video?.codec_name, sound?.codec_name]).toEqual([
      ...[top?.width, top?.height, "h264", "aac"],
    ]);
    expect(result.outputs?.mp4).toMatchObject({ path: "video.mp4", rendition: top?.name });
    const [alone, ...more] = await probeStreams(join(output, "audio.m4a"));
    expect([alone?.codec_name, more]).toEqual(["aac", []]);
  });

  it("has its stills", () => {
    const { result, stored } = made;
    expect(result.outputs?.thumbnails?.pictures).toHaveLength(4);
    expect(stored.filter((path) => path.startsWith("thumbnails/"))).toHaveLength(4);
    expect(stored).toContain("sprite/sprite.vtt");
    expect(result.checks.slice(-5)).toMatchInlineSnapshot(`
      [
        "the DASH manifest has the files and lengths of the HLS playlists",
        "video.mp4 decodes, has every sample of 180p and audio, and its index comes first",
        "audio.m4a decodes, has every sample of audio, and its index comes first",
        "every thumbnail decodes and has its size",
        "every sheet of the sprite decodes, and its track names each picture once, without gaps",
      ]
    `);
  });
});
