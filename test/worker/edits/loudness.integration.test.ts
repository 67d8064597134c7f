import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { LoudnessTarget } from "@framewright/contracts/loudness.ts";
import { ffmpegLog } from "../../support/clips.ts";
import { aProfile } from "../../support/profiles.ts";
import { startBench, type WorkerBench } from "../../support/worker-process.ts";
import { sounds } from "./sources.ts";

let bench: WorkerBench;

beforeAll(async () => {
  bench = await startBench();
  bench.start();
});

afterAll(() => bench.close());

async function levelled(source: Promise<string>, loudness: LoudnessTarget) {
  const job = bench.api.addJob(await source);
  const base = aProfile("hls-1080p");
  job.profileDefinition = { ...base, audio: { ...base.audio, loudness } };
  await job.ended;
  expect(job.error?.message).toBeUndefined();
  return { ...job, folder: bench.output(job.id) };
}

/** What ffmpeg's own summary says of a written track. */
async function integrated(playlist: string): Promise<number> {
  const log = await ffmpegLog(["-i", playlist, "-af", "ebur128", "-f", "null", "-"]);
  return Number(/Integrated loudness:\s+I:\s+(-?[\d.]+) LUFS/.exec(log)?.[1]);
}

const stated = "every sound has its loudness, by measuring the result";

it("quiet sound is brought to its loudness by one gain, in stereo and in 5.1", async () => {
  const { result, folder } = await levelled(sounds.quietSurround(), {
    lufs: -23,
    maxTruePeakDbtp: -1,
  });
  expect(result?.loudness?.map(({ name, method }) => [name, method])).toEqual([
    ["audio", "linear"],
    ["audio-surround", "linear"],
  ]);
  for (const { name, input, output } of result?.loudness ?? []) {
    expect(input.lufs).toBeLessThan(-30);
    expect(Math.abs(output.lufs + 23)).toBeLessThanOrEqual(1);
    expect(Math.abs((await integrated(join(folder, name, "index.m3u8"))) + 23)).toBeLessThan(1);
    expect(output.rangeLu).toBeCloseTo(input.rangeLu, 0);
  }
  expect(result?.checks).toContain(stated);
});

it("loud sound is brought down", async () => {
  const { result } = await levelled(sounds.loud(), { lufs: -23, maxTruePeakDbtp: -1 });
  const [sound] = result?.loudness ?? [];
  expect([sound?.method, result?.warnings]).toEqual(["linear", []]);
  expect(sound?.input.lufs).toBeGreaterThan(-15);
  expect(Math.abs((sound?.output.lufs ?? 0) + 23)).toBeLessThanOrEqual(1);
});

it("sound whose peaks leave no room follows a gain of its own, and its peaks stay below the bound", async () => {
  const { result } = await levelled(sounds.peaks(), { lufs: -18, maxTruePeakDbtp: -1.5 });
  const [sound] = result?.loudness ?? [];
  expect(sound?.method).toBe("dynamic");
  expect(sound?.output.truePeakDbtp).toBeLessThan(-0.5);
  expect(Math.abs((sound?.output.lufs ?? 0) + 18)).toBeLessThanOrEqual(1);
});

it("a range that is too wide is narrowed", async () => {
  const target = { lufs: -23, maxTruePeakDbtp: -1, maxRangeLu: 3 };
  const { result } = await levelled(sounds.wide(), target);
  const [sound] = result?.loudness ?? [];
  expect(sound?.method).toBe("dynamic");
  expect(sound?.output.rangeLu).toBeLessThan(sound?.input.rangeLu ?? 0);
});

it("silence stays silence", async () => {
  const { result } = await levelled(sounds.silent(), { lufs: -23, maxTruePeakDbtp: -1 });
  expect(result?.loudness).toEqual([
    {
      name: "audio",
      method: "none",
      input: { lufs: -70, truePeakDbtp: -120, rangeLu: 0 },
      output: { lufs: -70, truePeakDbtp: -120, rangeLu: 0 },
    },
  ]);
});

it("a clip is measured alone, not with what it leaves out", async () => {
  const job = bench.api.addJob(await sounds.loudThenQuiet());
  const base = aProfile("hls-720p");
  const loudness = { lufs: -23, maxTruePeakDbtp: -1 };
  job.profileDefinition = { ...base, audio: { ...base.audio, loudness } };
  job.edit = { clip: { start: 16 } };
  await job.ended;
  expect(job.error).toBeUndefined();
  const [sound] = job.result?.loudness ?? [];
  expect(sound?.input.lufs).toBeLessThan(-30);
  expect(Math.abs((sound?.output.lufs ?? 0) + 23)).toBeLessThanOrEqual(1);
});
