import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { exec } from "../../../tools/exec.ts";
import { clips, ffmpegPath } from "../../support/clips.ts";
import type { FakeJob } from "../../support/fake-worker-api.ts";
import { startSimulatedLips, type SimulatedLips } from "../../support/simulated-lips.ts";
import {
  startSimulatedModels,
  type SaidLine,
  type SimulatedModels,
} from "../../support/simulated-models.ts";
import { startBench, type WorkerBench } from "../../support/worker-process.ts";

/** Of a film of twenty seconds, at whose end nobody speaks. */
const lines: readonly SaidLine[] = [
  { start: 1, end: 2.5, text: "Good morning.", translation: "Bom dia." },
];

let bench: WorkerBench;
let models: SimulatedModels;
let lips: SimulatedLips;

beforeAll(async () => {
  bench = await startBench();
  models = await startSimulatedModels(lines);
  lips = await startSimulatedLips();
  models.pace.set("Bom dia.", 1.4);
  const urls = { STT_URL: models.url, MT_URL: models.url, TTS_URL: models.url };
  bench.start({ ...urls, LIP_SYNC_URL: lips.url });
});

beforeEach(() => {
  lips.mode = "works";
  lips.voices.length = 0;
});

afterAll(async () => {
  await bench.close();
  await models.close();
  await lips.close();
});

async function dubbed(seconds: number): Promise<FakeJob> {
  const job = bench.api.addJob(await clips.sd(seconds), "hls-720p");
  job.edit = { dub: { language: "pt", captions: false, lipSync: true } };
  await job.ended;
  return job;
}

/** Mean luma of the picture at a time. */
async function meanAt(path: string, seconds: number): Promise<number> {
  const to = join(bench.dir, "picture.raw");
  const args = ["-nostdin", "-v", "error", "-y", "-ss", String(seconds), "-i", path];
  await exec(ffmpegPath, [...args, "-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo", to]);
  const picture = readFileSync(to);
  return picture.reduce((sum, value) => sum + value, 0) / picture.length;
}

it("a film is worked on in pieces with the voice in them, and joined to its full length", async () => {
  const source = await clips.sd(20);
  const job = await dubbed(20);
  expect(job.error).toBeUndefined();
  const made = job.result?.outputs?.lipSync;
  expect(made).toMatchObject({ path: "lip-sync.mp4", language: "pt", rendition: "360p" });
  expect(made?.durationSeconds).toBeCloseTo(20, 1);
  expect(made?.codecs).toMatch(/^avc1\.[0-9a-f]{6},mp4a\.40\.2$/i);
  // Two segments of six seconds, and what is left; only in the first piece somebody speaks.
  const samples = lips.voices.map((wav) => wav.subarray(44));
  const seconds = samples.map(({ length }) => length / 2 / 24_000);
  expect(seconds.toSorted((a, b) => b - a)).toEqual([12, 8]);
  const spoken = samples.filter((one) => one.some((byte) => byte !== 0));
  expect(spoken.map(({ length }) => length)).toEqual([12 * 2 * 24_000]);
  const film = join(bench.output(job.id), "lip-sync.mp4");
  for (const time of [3, 18]) {
    const [moved, own] = [await meanAt(film, time), await meanAt(source, time)];
    // The range of a picture is 16 to 235.
    expect(Math.abs(moved + own - 251)).toBeLessThan(12);
    expect(Math.abs(moved - own)).toBeGreaterThan(4);
  }
  expect(job.result?.dub?.sync).toMatchObject({ voiceAloneSeconds: 0 });
  expect(job.result?.checks).toContain(
    "lip-sync.mp4 decodes, and has every picture of 360p and the voice",
  );
});

it("a service that refuses a piece leaves the dub as it is, with its reason as a warning", async () => {
  lips.mode = "refuses";
  const { error, result } = await dubbed(6);
  expect([error, result?.outputs]).toEqual([undefined, undefined]);
  expect(result?.audioTracks).toHaveLength(2);
  expect(result?.warnings).toContainEqual({
    code: "output-left-out",
    message:
      'The output "lipSync" was left out: the service refused a piece of the film: There are two faces.',
  });
});

it("pieces that lack a picture are refused: they would put the voice out of step", async () => {
  lips.mode = "short";
  expect((await dubbed(6)).error).toMatchObject({
    ...{ kind: "transient", code: "model-unavailable" },
    message: expect.stringContaining("the piece at 0.0 s has video of 179 samples") as string,
  });
});
