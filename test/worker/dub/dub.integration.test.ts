import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Dub } from "@framewright/contracts/dub.ts";
import { withOutputs } from "@framewright/contracts/profile.ts";
import { clips } from "../../support/clips.ts";
import type { FakeJob } from "../../support/fake-worker-api.ts";
import { aProfile } from "../../support/profiles.ts";
import {
  startSimulatedModels,
  type SaidLine,
  type SimulatedModels,
} from "../../support/simulated-models.ts";
import { startBench, type WorkerBench } from "../../support/worker-process.ts";

/** Of a film of twelve seconds. */
const lines: readonly SaidLine[] = [
  { start: 0.5, end: 2, text: "Good morning.", translation: "Bom dia." },
  { start: 2.6, end: 4.4, text: "It rains again.", translation: "Chove outra vez." },
  { start: 5, end: 6.5, text: "Stay here.", translation: "Fica aqui, por favor." },
  { start: 9, end: 10.5, text: "We leave.", translation: "Vamos embora <agora>." },
];

let bench: WorkerBench;
let models: SimulatedModels;

beforeAll(async () => {
  bench = await startBench();
  models = await startSimulatedModels(lines);
  bench.start({ STT_URL: models.url, MT_URL: models.url, TTS_URL: models.url });
  // Fits; has to hurry; has to hurry and be stretched; is much too short.
  models.pace.set("Bom dia.", 1.4);
  models.pace.set("Chove outra vez.", 2.5);
  models.pace.set("Fica aqui, por favor.", 3.1);
  models.pace.set("Vamos embora <agora>.", 1);
});

afterAll(async () => {
  await bench.close();
  await models.close();
});

async function dubbed(dub: Dub, more: FakeJob["edit"] = {}): Promise<FakeJob> {
  const job = bench.api.addJob(await clips.sd(12), "hls-720p");
  job.edit = { ...more, dub };
  await job.ended;
  return job;
}

function soundsOf({ result }: FakeJob) {
  const tracks = result?.audioTracks ?? [];
  return tracks.map(({ name, language, title, default: one }) => [name, language, title, one]);
}

function madeOf({ result }: FakeJob) {
  const lines = result?.dub?.lines ?? [];
  return lines.map(({ dubStart, speed, stretch, overSeconds }) => {
    return { dubStart, speed, stretch, isOver: overSeconds > 0.2 };
  });
}

it("what is said is one more sound and subtitles in both languages, each line in its time", async () => {
  const job = await dubbed({ language: "pt" });
  expect(job.error).toBeUndefined();
  expect(soundsOf(job)).toEqual([
    ["audio", "en", undefined, true],
    ["audio-2", "pt", "Português (dubbed)", false],
  ]);
  const summary = { language: "pt", from: "en", voice: "dora", wordErrorRate: 0, overlong: 1 };
  expect(job.result).toMatchObject({
    dub: summary,
    subtitles: [{ language: "en" }, { language: "pt" }],
    warnings: [{ code: "dub-overlong" }],
    choices: expect.arrayContaining([
      {
        subject: "subtitles",
        choice: "what is said, in pt, as a WebVTT rendition",
        reason: "The dub has the text: 4 cues.",
      },
    ]) as object[],
    checks: expect.arrayContaining([
      "the dub says its translation, by hearing it again",
      "every sound has its loudness, by measuring the result",
      "the sound is the source's, by decoding both",
      "subtitles parse, and each text is in every segment of its time",
    ]) as string[],
  });
  const near = (value: number): number => expect.closeTo(value, 1) as number;
  expect(madeOf(job)).toEqual([
    { dubStart: 0.5, speed: 1, stretch: 1, isOver: false },
    { dubStart: 2.6, speed: near(1.1), stretch: 1, isOver: false },
    { dubStart: near(5), speed: 1.25, stretch: 1.08, isOver: true },
    { dubStart: 9, speed: 0.9, stretch: 1, isOver: false },
  ]);
  const text = await readFile(join(bench.output(job.id), "subtitles-2-pt/00001.vtt"), "utf8");
  expect(text).toContain("Vamos embora &lt;agora&gt;.");
});

it("files have the dub as their sound, without segments beside them, too", async () => {
  const job = bench.api.addJob(await clips.sd(12), "hls-720p");
  job.edit = { dub: { language: "pt", captions: false } };
  job.profileDefinition = withOutputs(aProfile("hls-720p"), { mp4: {}, audio: {} });
  await job.ended;
  expect(job.error).toBeUndefined();
  expect(job.result?.outputs).toMatchObject({ audio: { language: "pt" }, mp4: { height: 360 } });
  const decode = "decodes, has every sample of";
  expect(job.result?.checks).toEqual(
    expect.arrayContaining([
      `video.mp4 ${decode} 360p and audio-2, and its index comes first`,
      `audio.m4a ${decode} audio-2, and its index comes first`,
    ]),
  );
});

it("of a clip what is said in it is dubbed, and progress never goes back", async () => {
  const clip = { start: 3, end: 11 };
  const { progress, result, error } = await dubbed({ language: "pt", captions: false }, { clip });
  expect(error).toBeUndefined();
  expect(result?.durationSeconds).toBeCloseTo(8, 1);
  // Nothing is heard behind the end of the clip, where the simulated service hears one more line.
  expect(result?.dub?.lines).toHaveLength(3);
  const percents = progress.map(({ percent }) => percent);
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  expect(progress.map(({ stage }) => stage)).toContain("dubbing");
});

it("a service that is busy is asked again, and one that is gone fails the attempt as transient", async () => {
  models.failures.push(503, 429);
  const silent = await dubbed({ language: "pt", captions: false });
  expect([silent.error, silent.result?.audioTracks?.length]).toEqual([undefined, 2]);
  expect(silent.result?.subtitles).toBeUndefined();
  models.failures.push(...Array<number>(5).fill(500));
  expect((await dubbed({ language: "pt" })).error).toMatchObject({
    ...{ kind: "transient", code: "model-unavailable" },
    message: "A model service is not available. The speech recognition service answered 500: no.",
  });
});

it("what cannot be dubbed is told with the reason", async () => {
  const dub = async (request: Dub) => (await dubbed(request)).error;
  expect(await dub({ language: "en" })).toMatchObject({
    ...{ kind: "input", code: "dub-unsupported" },
    message: expect.stringContaining("The source is spoken in en already.") as string,
  });
  expect(await dub({ language: "de" })).toMatchObject({
    message: expect.stringContaining("has no voice for de; it has anna, dora.") as string,
  });
  expect(await dub({ language: "pt", voice: "bea" })).toMatchObject({
    message: expect.stringContaining('has no voice "bea"; it has anna, dora.') as string,
  });
});
