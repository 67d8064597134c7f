import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Dub } from "@framewright/contracts/dub.ts";
import { clips } from "../../support/clips.ts";
import type { FakeJob } from "../../support/fake-worker-api.ts";
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

async function dubbed(dub: Dub): Promise<FakeJob> {
  const job = bench.api.addJob(await clips.sd(12), "hls-720p");
  job.edit = { dub };
  await job.ended;
  return job;
}

it("what is said is one more sound and subtitles in both languages, each line in its time", async () => {
  const job = await dubbed({ language: "pt" });
  expect(job.error).toBeUndefined();
  const { result } = job;
  expect(
    result?.audioTracks?.map(({ name, language, title, default: one }) => [
      name,
      language,
      title,
      one,
    ]),
  ).toEqual([
    ["audio", undefined, undefined, true],
    ["audio-2", "pt", "Português (dubbed)", false],
  ]);
  expect(result?.subtitles?.map(({ name, language }) => [name, language])).toEqual([
    ["subtitles-1-en", "en"],
    ["subtitles-2-pt", "pt"],
  ]);
  const { dub } = result ?? {};
  expect(dub).toMatchObject({
    language: "pt",
    from: "en",
    voice: "dora",
    wordErrorRate: 0,
    overlong: 1,
  });
  const made = dub?.lines.map(({ dubStart, speed, stretch }) => [dubStart, speed, stretch]);
  expect(made?.[0]).toEqual([0.5, 1, 1]);
  expect(made?.[1]?.slice(1)).toEqual([expect.closeTo(1.1, 1), 1]);
  expect(made?.[2]?.slice(1)).toEqual([1.25, 1.08]);
  expect(made?.[3]).toEqual([9, 0.9, 1]);
  expect(dub?.lines[2]?.overSeconds).toBeGreaterThan(0.2);
  expect(result?.warnings.map(({ code }) => code)).toEqual(["dub-overlong"]);
  expect(result?.checks).toContain("the dub says its translation, by hearing it again");
  expect(result?.checks).toContain("every sound has its loudness, by measuring the result");
  expect(result?.checks).toContain("the sound is the source's, by decoding both");
  const text = await readFile(join(bench.output(job.id), "subtitles-2-pt/00001.vtt"), "utf8");
  expect(text).toContain("Vamos embora &lt;agora&gt;.");
  const percents = job.progress.map(({ percent }) => percent);
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  expect(job.progress.map(({ stage }) => stage)).toContain("dubbing");
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
