import { Type } from "typebox";
import { Value } from "typebox/value";
import type { Heard, ModelServices } from "./model-services.ts";
import { stepName, type StepStore } from "./step-store.ts";

/** Part of every name: raise it when what is kept has another form. */
const form = "1";

function isWav(file: Buffer): boolean {
  return file.toString("latin1", 0, 4) === "RIFF";
}

function isMp4(file: Buffer): boolean {
  return file.toString("latin1", 4, 8) === "ftyp";
}

const KeptHearing = Type.Object({
  language: Type.Optional(Type.String()),
  words: Type.Array(Type.Object({ text: Type.String(), start: Type.Number(), end: Type.Number() })),
});

function asJson(bytes: Buffer | undefined): unknown {
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    // Whatever it is, it is nothing that was kept by this version.
    return undefined;
  }
}

function hearingOf(bytes: Buffer | undefined): Heard | undefined {
  const value = asJson(bytes);
  if (!Value.Check(KeptHearing, value)) return undefined;
  return { language: value.language, words: value.words };
}

function textOf(bytes: Buffer | undefined): string | undefined {
  const value = asJson(bytes);
  return typeof value === "string" ? value : undefined;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** How many answers were asked of services, and how many were kept from before. */
export interface StepCounts {
  asked: number;
  kept: number;
}

export interface KeptModels extends ModelServices {
  readonly counts: Readonly<StepCounts>;
}

interface MadeFile {
  readonly name: string;
  readonly make: () => Promise<Buffer>;
  readonly isGood: (made: Buffer) => boolean;
}

/** What is not of its kind fails the attempt, and must not fail the next one. */
function keptFile(steps: StepStore, counted: <T>(kept: T | undefined) => T | undefined) {
  return async ({ name, make, isGood }: MadeFile): Promise<Buffer> => {
    const kept = counted((await steps.find([name])).get(name));
    if (kept) return kept;
    const made = await make();
    if (isGood(made)) await steps.keep(name, made);
    return made;
  };
}

/** Model services that are asked only for what is not kept from an earlier attempt. */
export function keptModels(services: ModelServices, steps: StepStore): KeptModels {
  const counts: StepCounts = { asked: 0, kept: 0 };
  /** Asked once: a dub is by one model, and another model's steps are others. */
  const models = new Map<string, Promise<string>>();
  const modelOf: ModelServices["modelOf"] = (service, signal) => {
    const known = models.get(service) ?? services.modelOf(service, signal);
    models.set(service, known);
    return known;
  };
  const one = async (name: string): Promise<Buffer | undefined> =>
    (await steps.find([name])).get(name);
  const counted = <T>(kept: T | undefined): T | undefined => {
    counts[kept === undefined ? "asked" : "kept"] += 1;
    return kept;
  };
  const file = keptFile(steps, counted);
  return {
    ...services,
    modelOf,
    counts,
    hear: async (wav, language, signal) => {
      const model = await modelOf("stt", signal);
      const name = stepName("hear", form, model, language ?? "", wav);
      const kept = counted(hearingOf(await one(name)));
      if (kept) return kept;
      const heard = await services.hear(wav, language, signal);
      await steps.keep(name, json(heard));
      return heard;
    },
    translate: async (texts, pair, signal) => {
      const names = texts.map((text) => stepName("translate", form, pair.from, pair.to, text));
      const found = await steps.find(names);
      const kept = names.map((name) => counted(textOf(found.get(name))));
      const missing = texts.filter((_, index) => kept[index] === undefined);
      if (missing.length === 0) return kept.map((text) => text ?? "");
      const made = await services.translate(missing, pair, signal);
      const next = made.values();
      const all = kept.map((text) => text ?? next.next().value ?? "");
      const isNew = (index: number): boolean => kept[index] === undefined;
      await Promise.all(
        names.flatMap((name, index) => (isNew(index) ? [steps.keep(name, json(all[index]))] : [])),
      );
      return all;
    },
    speak: async (line, signal) => {
      const model = await modelOf("tts", signal);
      const { text, voice, speed } = line;
      const name = stepName("speak", form, model, voice, String(speed), text);
      return file({ name, make: () => services.speak(line, signal), isGood: isWav });
    },
    moveLips: async (piece, signal) => {
      const model = await modelOf("lipSync", signal);
      const name = stepName("lips", form, model, piece.video, piece.audio);
      return file({ name, make: () => services.moveLips(piece, signal), isGood: isMp4 });
    },
  };
}
