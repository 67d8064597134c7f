import { chunksOf, type Chunk } from "@framewright/media/dub/chunks.ts";
import {
  utterancesOf,
  withoutLoops,
  type Utterance,
  type Word,
} from "@framewright/media/dub/utterances.ts";
import { JobFailure } from "../../failure.ts";
import { heardLanguage } from "./languages.ts";
import type { ModelServices } from "./model-services.ts";
import { loudnesses, readWavHeader, wavPart, type Wav } from "./wav.ts";

export interface ListenArgs {
  readonly services: Pick<ModelServices, "hear">;
  /** A WAV of one channel. */
  readonly path: string;
  /** Heard from the sound if it is not given. */
  readonly language: string | undefined;
  readonly signal: AbortSignal;
  /** The share of the sound that was heard. */
  readonly onProgress: (share: number) => void;
}

export interface HeardSpeech {
  readonly language: string;
  readonly lines: readonly Utterance[];
}

const stepSeconds = 0.05;

function moved({ text, start, end }: Word, by: number): Word {
  return { text, start: start + by, end: end + by };
}

async function hearChunk(
  { services, path, signal }: ListenArgs,
  wav: Wav,
  { chunk, language }: { readonly chunk: Chunk; readonly language: string | undefined },
) {
  const { words, language: heard } = await services.hear(
    await wavPart(path, wav, chunk),
    language,
    signal,
  );
  const length = chunk.end - chunk.start;
  // An engine that has lost its way names times that are not in what it was sent.
  const inside = words.filter(({ start }) => start >= 0 && start < length);
  return {
    heard: inside.length === 0 ? undefined : heardLanguage(heard),
    words: inside.map((word) => moved({ ...word, end: Math.min(word.end, length) }, chunk.start)),
  };
}

/** What is said in a sound, as lines. Throws where nobody speaks. */
export async function listen(args: ListenArgs): Promise<HeardSpeech> {
  const wav = await readWavHeader(args.path);
  const steps = await loudnesses(args.path, wav, stepSeconds);
  const chunks = chunksOf({ steps, stepSeconds });
  const words: Word[] = [];
  let { language } = args;
  for (const chunk of chunks) {
    const said = await hearChunk(args, wav, { chunk, language });
    words.push(...said.words);
    language ??= said.heard;
    args.onProgress(chunk.end / (steps.length * stepSeconds));
  }
  const lines = withoutLoops(utterancesOf(words));
  if (lines.length === 0) throw new JobFailure("nothing-said");
  if (language !== undefined) return { language, lines };
  throw new JobFailure("dub-unsupported", {
    note: "The speech recognition service does not say which language it hears; state dub.from.",
  });
}
