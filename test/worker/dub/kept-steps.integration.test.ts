import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { LeasedDub } from "@framewright/contracts/dub.ts";
import { clips } from "../../support/clips.ts";
import type { FakeJob } from "../../support/fake-worker-api.ts";
import {
  startSimulatedModels,
  type SaidLine,
  type SimulatedModels,
} from "../../support/simulated-models.ts";
import { startBench, type WorkerBench, type WorkerProcess } from "../../support/worker-process.ts";

/** Of a film of six seconds; the last one is spoken again faster, as it does not fit. */
const lines: readonly SaidLine[] = [
  { start: 0.3, end: 1.3, text: "Good morning.", translation: "Bom dia." },
  { start: 2, end: 3, text: "It rains again.", translation: "Chove outra vez." },
  { start: 3.6, end: 4.8, text: "We leave now.", translation: "Vamos embora agora." },
];

let bench: WorkerBench;
let models: SimulatedModels;
let worker: WorkerProcess;

function startWorker(): WorkerProcess {
  return bench.start({ STT_URL: models.url, MT_URL: models.url, TTS_URL: models.url });
}

beforeAll(async () => {
  bench = await startBench();
  models = await startSimulatedModels(lines);
  for (const { translation } of lines) models.pace.set(translation, 0.9);
  models.pace.set("Vamos embora agora.", 1.9);
  models.pace.set("Outra vez chuva.", 0.95);
  worker = startWorker();
});

beforeEach(() => {
  models.calls.length = 0;
  models.spoken.length = 0;
  models.translated.length = 0;
});

afterEach(() => {
  models.onSpeak = () => Promise.resolve();
});

afterAll(async () => {
  await bench.close();
  await models.close();
});

async function newJob(dub: LeasedDub, stepsOf?: FakeJob): Promise<FakeJob> {
  const job = bench.api.addJob(await clips.sd(6), "hls-720p");
  job.edit = { dub: { captions: false, ...dub } };
  if (stepsOf) job.stepsOf = stepsOf;
  return job;
}

function hearings(): number {
  return models.calls.filter((path) => path === "/v1/audio/transcriptions").length;
}

function spoken(): string[] {
  return models.spoken.map(({ input, speed }) => `${input} ${speed}`).toSorted();
}

const everything = [
  ...["Bom dia. 1", "Chove outra vez. 1"],
  ...["Vamos embora agora. 1", "Vamos embora agora. 1.15"],
];

function scriptOf({ result }: FakeJob) {
  return (result?.dub?.lines ?? []).map(({ start, end, text, translation }) => ({
    ...{ start, end, text, translation },
  }));
}

let first: FakeJob;

it("a first attempt asks once for each step, for two lines at once, and keeps what it got", async () => {
  const both = Promise.withResolvers<undefined>();
  // Neither of the first two is answered before both are asked for.
  models.onSpeak = async () => {
    if (models.spoken.length === 2) both.resolve(undefined);
    await both.promise;
  };
  first = await newJob({ language: "pt" });
  await first.ended;
  expect(first.error).toBeUndefined();
  expect(spoken()).toEqual(everything);
  expect(models.translated).toEqual(lines.map(({ text }) => text));
  expect(models.mostAtOnce()).toBe(2);
  // Of the source and of the dub, which is heard again.
  expect(hearings()).toBe(2);
  const kept = await readdir(join(bench.output(first.id), "../steps"));
  expect(kept).toHaveLength(everything.length + lines.length + 2);
  expect(worker.lines("dub made").at(-1)).toMatchObject({ steps: { asked: 9, kept: 0 } });
});

it("the attempt after a worker that was killed does only what is missing", async () => {
  const job = await newJob({ language: "pt" });
  const reached = new Promise<void>((resolve) => {
    // The last line is asked for once the first one has been placed, and never answered.
    models.onSpeak = (input) => {
      if (input !== "Vamos embora agora.") return Promise.resolve();
      resolve();
      return new Promise(() => undefined);
    };
  });
  await reached;
  worker.child.kill("SIGKILL");
  await worker.exited;
  models.onSpeak = () => Promise.resolve();
  job.state = "queued";
  worker = startWorker();
  await job.ended;
  expect([job.error, job.attempt]).toEqual([undefined, 2]);
  expect(hearings()).toBe(2);
  expect(models.translated).toEqual(lines.map(({ text }) => text));
  // Twice is asked what was under way when it was killed: the last line, and the one beside it if that was not stored yet.
  const twice = spoken().filter((line, index, all) => all[index - 1] === line);
  expect(twice).toContain("Vamos embora agora. 1");
  expect(twice).not.toContain("Bom dia. 1");
  expect(scriptOf(job)).toEqual(scriptOf(first));
});

it("a job that speaks a corrected transcript hears, translates and speaks only what changed", async () => {
  const script = scriptOf(first).map((line, index) => {
    if (index === 1) return { ...line, translation: "Outra vez chuva." };
    const { translation, ...said } = line;
    return index === 2 ? { ...said, text: "We leave now." } : { ...said, translation };
  });
  const job = await newJob({ language: "pt", from: "en", voice: "dora", script }, first);
  await job.ended;
  expect(job.error).toBeUndefined();
  expect(models.translated).toEqual([]);
  expect(spoken()).toEqual(["Outra vez chuva. 1"]);
  // Its own dub alone: the source is not heard at all.
  expect(hearings()).toBe(1);
  expect(job.result?.dub?.lines.map(({ text, translation }) => [text, translation])).toEqual([
    ["Good morning.", "Bom dia."],
    ["It rains again.", "Outra vez chuva."],
    ["We leave now.", "Vamos embora agora."],
  ]);
});
