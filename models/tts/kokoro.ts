import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { Value } from "typebox/value";
import type { EngineFolder } from "../engine-module.ts";
import { ipaOf } from "./espeak.ts";
import { clausesOf, maxTokens, modelPhonemes, packed, tokensOf } from "./phonemes.ts";
import type { Voice } from "./voices.ts";
import { joined, trimmed } from "./wav.ts";

export const sampleRate = 24_000;

/** A row of a voice's file: the style for a text of so many tokens. */
const styleSize = 256;

interface Tensor {
  readonly data: unknown;
}
interface Session {
  run(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>>;
}

/** What we use of onnxruntime-node. */
interface OnnxRuntime {
  readonly InferenceSession: {
    create(path: string, options: Record<string, unknown>): Promise<Session>;
  };
  readonly Tensor: new (
    type: "int64" | "float32",
    data: BigInt64Array | Float32Array,
    shape: readonly number[],
  ) => Tensor;
}

function isOnnxRuntime(module: unknown): module is OnnxRuntime {
  return (
    typeof module === "object" &&
    module !== null &&
    "InferenceSession" in module &&
    "Tensor" in module
  );
}

const VocabularyFile = Type.Object({ vocab: Type.Record(Type.String(), Type.Integer()) });

export interface Speaker {
  /** Samples at `sampleRate`; none where the text has nothing that can be spoken. */
  speak(text: string, voice: Voice, speed: number): Promise<Float32Array>;
}

export interface KokoroOptions {
  readonly engines: EngineFolder;
  readonly weights: string;
  readonly threads: number;
  readonly espeak: string;
}

/** Between pieces of a text too long for the model. */
const pauseSamples = sampleRate * 0.2;

/** Styles are read once: half a megabyte for a voice. */
function styleReader(weights: string): (voice: Voice, tokens: number) => Float32Array {
  const read = new Map<string, Float32Array>();
  return ({ id }, tokens) => {
    const bytes = readFileSyncOnce(read, join(weights, "voices", `${id}.bin`));
    const row = Math.min(tokens, bytes.length / styleSize - 1);
    return bytes.slice(row * styleSize, (row + 1) * styleSize);
  };
}

function readFileSyncOnce(read: Map<string, Float32Array>, file: string): Float32Array {
  const known = read.get(file);
  if (known !== undefined) return known;
  const bytes = new Uint8Array(readFileSync(file));
  const floats = new Float32Array(bytes.buffer);
  read.set(file, floats);
  return floats;
}

export async function loadKokoro(options: KokoroOptions): Promise<Speaker> {
  const { engines, weights, threads, espeak } = options;
  const ort = engines.load("onnxruntime-node");
  if (!isOnnxRuntime(ort)) throw new Error("onnxruntime-node has no InferenceSession");
  const text = readFileSync(join(weights, "vocab.json"), "utf8");
  const { vocab } = Value.Parse(VocabularyFile, JSON.parse(text));
  const session = await ort.InferenceSession.create(join(weights, "kokoro-v1.0.int8.onnx"), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
  });
  const styleOf = styleReader(weights);
  const sayPiece = async (piece: string, voice: Voice, speed: number): Promise<Float32Array> => {
    const tokens = tokensOf(piece, vocab).slice(0, maxTokens);
    if (tokens.length === 0) return new Float32Array();
    const framed = BigInt64Array.from([0, ...tokens, 0], BigInt);
    const [output] = Object.values(
      await session.run({
        tokens: new ort.Tensor("int64", framed, [1, framed.length]),
        style: new ort.Tensor("float32", styleOf(voice, tokens.length), [1, styleSize]),
        speed: new ort.Tensor("float32", new Float32Array([speed]), [1]),
      }),
    );
    if (!(output?.data instanceof Float32Array)) throw new Error("Kokoro answered without samples");
    return trimmed(output.data, sampleRate);
  };
  return {
    async speak(said, voice, speed) {
      const clauses: string[] = [];
      for (const { text: words, mark } of clausesOf(said)) {
        clauses.push(modelPhonemes(await ipaOf(espeak, voice.espeak, words), voice.espeak) + mark);
      }
      const parts: Float32Array[] = [];
      for (const piece of packed(clauses)) parts.push(await sayPiece(piece, voice, speed));
      return joined(
        parts.filter(({ length }) => length > 0),
        pauseSamples,
      );
    },
  };
}
