import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JobResult } from "@framewright/contracts/job.ts";
import type { Outputs } from "@framewright/contracts/outputs.ts";
import { withOutputs } from "@framewright/contracts/profile.ts";
import { readManifest } from "../../media/outputs/read-manifest.ts";
import { own } from "../../tools/paths.ts";
import { clips, probeStreams } from "../support/clips.ts";
import { startOutputPlayer, type OutputPlayer } from "../support/output-player.ts";
import { aProfile } from "../support/profiles.ts";
import { startBench, type WorkerBench } from "../support/worker-process.ts";

const shots = join(own, "test", "outputs");

let bench: WorkerBench;

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  bench = await startBench();
  bench.start();
});

afterAll(() => bench.close());

interface MadeJob {
  readonly result: JobResult;
  readonly output: string;
  readonly stored: readonly string[];
}

function submit(source: string, outputs: Outputs) {
  const job = bench.api.addJob(source, "hls-720p");
  job.profileDefinition = withOutputs(aProfile("hls-720p"), outputs);
  return job;
}

async function make(source: string, outputs: Outputs): Promise<MadeJob> {
  const job = submit(source, outputs);
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
  let player: OutputPlayer;

  beforeAll(async () => {
    made = await make(await clips.told(), everything);
    player = await startOutputPlayer(made.output);
  });

  afterAll(() => player.close());

  it("names the same segments in the manifest and in the playlists", () => {
    const { result, output, stored } = made;
    const manifest = readManifest(readFileSync(join(output, "manifest.mpd"), "utf8"));
    const names = [...result.renditions, ...(result.audioTracks ?? [])].map(({ name }) => name);
    expect(manifest.tracks.map(({ id }) => id)).toEqual(names);
    expect(stored.filter((path) => path.endsWith(".m4s")).toSorted()).toEqual(
      manifest.tracks.flatMap(({ segments }) => segments).toSorted(),
    );
    expect(manifest.durationSeconds).toBeCloseTo(result.durationSeconds, 3);
    expect(manifest.texts).toEqual(["subtitles-1-en/subtitles.vtt"]);
  });

  it("has what its result states", async () => {
    const { result, output, stored } = made;
    const streams = async (path: string) =>
      (await probeStreams(join(output, path))).map((one) => [one.codec_name, one.height]);
    expect(await streams("video.mp4")).toEqual([
      ["h264", 480],
      ["aac", undefined],
    ]);
    expect(await streams("audio.m4a")).toEqual([["aac", undefined]]);
    expect(result.outputs).toMatchObject({
      dash: { path: "manifest.mpd", texts: ["subtitles-1-en/subtitles.vtt"] },
      mp4: { path: "video.mp4", rendition: "480p", width: 854, height: 480 },
      audio: { path: "audio.m4a", codecs: "mp4a.40.2", channels: 2, language: "de" },
      sprite: { pictures: 8, columns: 8, rows: 1, everySeconds: 1, width: 160, height: 90 },
    });
    const pictures = result.outputs?.thumbnails?.pictures ?? [];
    expect(pictures.map(({ atSeconds }) => Math.round(atSeconds))).toEqual([1, 3, 5, 7]);
    expect(pictures.filter(({ path }) => !stored.includes(path))).toEqual([]);
    expect(result.checks.slice(-5)).toMatchInlineSnapshot(`
      [
        "the DASH manifest has the files and lengths of the HLS playlists",
        "video.mp4 decodes, has every sample of 480p and audio, and its index comes first",
        "audio.m4a decodes, has every sample of audio, and its index comes first",
        "every thumbnail decodes and has its size",
        "every sheet of the sprite decodes, and its track names each picture once, without gaps",
      ]
    `);
    expect(result.timings.packageMs).toBeGreaterThan(0);
  });

  it("is played by Shaka Player from its lowest to its best picture, with sounds and text", async () => {
    const source = "manifest.mpd";
    const shown = await player.show({ kind: "dash", source }, join(shots, "dash.png"));
    expect(shown).toMatchObject({
      ...{ errors: [], ended: true, corrupted: 0, heights: [360, 480], played: [360, 480] },
      ...{ sounds: ["de Deutsch 2 main", "en English 2 alternate"] },
      ...{ texts: ["en English subtitle"], cues: ["Told <i>once</i>"] },
    });
    expect(Math.abs(shown.time - made.result.durationSeconds)).toBeLessThan(0.2);
    expect(shown.loudest).toBeGreaterThan(0.05);
    expect(shown.frames).toBeGreaterThan(50);
  });

  it.each(["video.mp4", "audio.m4a"])("a browser plays %s to its end", async (source) => {
    const shown = await player.show({ kind: "file", source }, join(shots, `${source}.png`));
    expect(shown).toMatchObject({ errors: [], ended: true, corrupted: 0 });
    expect(Math.abs(shown.time - made.result.durationSeconds)).toBeLessThan(0.1);
    expect(shown.loudest).toBeGreaterThan(0.05);
    expect(shown.frames > 50).toBe(source === "video.mp4");
  });

  it("a browser finds the film's picture of each time in the sprite", async () => {
    const what = { kind: "sprite", source: "sprite/sprite.vtt", film: "video.mp4" } as const;
    const { errors, cues } = await player.show(what, join(shots, "sprite.png"));
    expect([errors, cues]).toEqual([
      [],
      [0, 1, 2, 3, 4, 5, 6]
        .map((second) => `${second} ${second + 1} true same`)
        .concat(`7 ${Number(made.result.durationSeconds.toFixed(3))} true same`),
    ]);
  });
});

describe("a job without segments", () => {
  it("encodes what its file needs, and stores no segment and no playlist", async () => {
    const { result, stored } = await make(await clips.told(), { mp4: { rendition: "360p" } });
    expect(stored.toSorted()).toEqual(["poster.jpg", "video.mp4"]);
    expect(result).toMatchObject({ renditions: [], outputs: { mp4: { height: 360 } } });
    expect(result).not.toHaveProperty("master");
  });

  it("makes the sound of a film without encoding a picture", async () => {
    const { result, stored } = await make(await clips.told(), { audio: {} });
    expect(stored).toEqual(["audio.m4a"]);
    expect(result.outputs?.audio?.durationSeconds).toBeCloseTo(8, 1);
  });

  it("makes stills alone, of keyframes where these are close enough", async () => {
    const { stored } = await make(await clips.told(), { thumbnails: { everySeconds: 5 } });
    expect(stored.toSorted()).toEqual([
      ...["poster.jpg", "thumbnails/00000.jpg", "thumbnails/00001.jpg"],
    ]);
  });

  it("fails where the source has nothing for its outputs", async () => {
    const job = submit(await clips.soundOnly(), { sprite: {} });
    await job.ended;
    expect(job.error).toMatchObject({ kind: "input", code: "nothing-to-make" });
    expect(job.stored).toEqual([]);
  });
});

it("a file of sound has its outputs as far as it can", async () => {
  const { result } = await make(await clips.soundOnly(), { dash: {}, audio: {}, thumbnails: {} });
  expect(result.warnings.map(({ code }) => code)).toEqual(["output-left-out"]);
  expect(Object.keys(result.outputs ?? {})).toEqual(["dash", "audio"]);
});
