import { pino } from "pino";
import { expect, it } from "vitest";
import { keptModels } from "../../../worker/src/job/dub/kept-models.ts";
import type { ModelServices } from "../../../worker/src/job/dub/model-services.ts";
import {
  createStepStore,
  stepName,
  type StepStore,
} from "../../../worker/src/job/dub/step-store.ts";
import { fakeWorkerApi, lease } from "../fake-api.ts";

const bytes = Buffer.from("RIFF and so on");
const { signal } = new AbortController();
const attempt = { lease, keeper: { signal }, log: pino({ level: "silent" }) };

it("a step's name is that of its parts, and no two lists of parts have the same", () => {
  expect(stepName("a", Buffer.from("b"))).toBe(stepName("a", "b"));
  const names = [stepName("ab", "c"), stepName("a", "bc"), stepName("abc"), stepName("abc", "")];
  expect(new Set(names).size).toBe(names.length);
});

it("a store that fails spares no work and fails no attempt", async () => {
  const failing = () => Promise.reject(new Error("no"));
  const api = fakeWorkerApi({ findSteps: failing, keepStep: failing });
  const steps = createStepStore({ ...attempt, api });
  expect(await steps.find([stepName("a")])).toEqual(new Map());
  await expect(steps.keep(stepName("a"), bytes)).resolves.toBeUndefined();
});

it("a first attempt looks for nothing, unless it speaks an earlier transcript", async () => {
  const api = fakeWorkerApi();
  const leased = (more: object) => ({ ...attempt, api, lease: { ...lease, ...more } });
  await createStepStore(leased({ attempt: 1 })).find(["a"]);
  expect(api.findSteps).not.toHaveBeenCalled();
  const edit = { dub: { language: "pt", script: [] } };
  await createStepStore(leased({ attempt: 1, edit })).find(["a"]);
  await createStepStore(leased({ attempt: 2 })).find(["a"]);
  expect(api.findSteps).toHaveBeenCalledTimes(2);
});

/** Services that say what they are asked, and a store in memory. */
function modelsWith(steps: Map<string, Buffer>) {
  const asked: string[] = [];
  const store: StepStore = {
    find: (names) => Promise.resolve(new Map([...steps].filter(([name]) => names.includes(name)))),
    keep: (name, kept) => Promise.resolve(void steps.set(name, kept)),
  };
  const services: ModelServices = {
    modelOf: (service) => Promise.resolve(`${service}-1`),
    hear: () => Promise.resolve({ language: undefined, words: [] }),
    translate: (texts) => {
      asked.push(...texts);
      return Promise.resolve(texts.map((text) => text.toUpperCase()));
    },
    speak: ({ text }) => {
      asked.push(text);
      return Promise.resolve(Buffer.from(text));
    },
    moveLips: ({ video }) => {
      asked.push(video.toString());
      return Promise.resolve(video);
    },
    voices: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
  return { models: keptModels(services, store), asked };
}

it("of a batch only the texts that are not kept are translated, and their order stays", async () => {
  const steps = new Map<string, Buffer>();
  const pair = { from: "en", to: "pt" };
  await modelsWith(steps).models.translate(["b", "d"], pair, signal);
  const { models, asked } = modelsWith(steps);
  expect(await models.translate(["a", "b", "c", "d"], pair, signal)).toEqual(["A", "B", "C", "D"]);
  expect([asked, models.counts]).toEqual([["a", "c"], { asked: 2, kept: 2 }]);
});

it("a piece whose lips were moved is kept by its pictures and its voice, if it is a video", async () => {
  const steps = new Map<string, Buffer>();
  const piece = (name: string, voice: string) => ({
    ...{ video: Buffer.from(`....ftyp${name}`), audio: Buffer.from(voice) },
  });
  await modelsWith(steps).models.moveLips(piece("a", "one"), signal);
  await modelsWith(steps).models.moveLips({ ...piece("a", "x"), video: Buffer.from("no") }, signal);
  expect(steps.size).toBe(1);
  const { models, asked } = modelsWith(steps);
  await models.moveLips(piece("a", "one"), signal);
  expect([asked, models.counts]).toEqual([[], { asked: 0, kept: 1 }]);
  await models.moveLips(piece("a", "two"), signal);
  await models.moveLips(piece("b", "one"), signal);
  expect(asked).toEqual(["....ftypa", "....ftypb"]);
});

it("what is no WAV is not kept, nor used if something else is under its name", async () => {
  const steps = new Map<string, Buffer>();
  const line = { text: "no wav", voice: "dora", speed: 1 };
  await modelsWith(steps).models.speak(line, signal);
  expect(steps.size).toBe(0);
  const pair = { from: "en", to: "pt" };
  await modelsWith(steps).models.translate(["a"], pair, signal);
  for (const name of steps.keys()) steps.set(name, Buffer.from("{"));
  expect(await modelsWith(steps).models.translate(["a"], pair, signal)).toEqual(["A"]);
});
