import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import type { EngineFolder } from "../engine-module.ts";
import { pairs, type Pair } from "./pairs.ts";

type Exports = Readonly<Record<string, unknown>>;
interface Instance {
  readonly exports: Exports;
}
/** Neither Node's types nor those of the language have it without those of a browser. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ readonly instance: Instance }>;
};

interface Freed {
  delete(): void;
}
interface Vector<Item> extends Freed {
  push_back(item: Item): void;
}
interface Responses extends Freed {
  get(index: number): Freed & { getTranslatedText(): string };
}
interface Memory extends Freed {
  getByteArrayView(): Uint8Array;
}

/** What we use of the module that Emscripten made of bergamot-translator. */
interface BergamotModule {
  readonly AlignedMemory: new (size: number, alignment: number) => Memory;
  readonly AlignedMemoryList: new () => Vector<Memory>;
  readonly VectorString: new () => Vector<string>;
  readonly VectorResponseOptions: new () => Vector<Record<string, boolean>>;
  readonly TranslationModel: new (
    config: string,
    model: Memory,
    shortlist: Memory,
    vocabularies: Vector<Memory>,
    quality: null,
  ) => object;
  readonly BlockingService: new (options: { cacheSize: number }) => {
    translate(model: object, texts: Vector<string>, options: Vector<unknown>): Responses;
  };
}

const used = [
  "AlignedMemory",
  "AlignedMemoryList",
  "VectorString",
  "VectorResponseOptions",
  "TranslationModel",
  "BlockingService",
] as const;

function isBergamot(module: object): module is BergamotModule {
  return used.every((name) => name in module);
}

/**
 * The matrix products that Firefox has built in; elsewhere the module's own do the same work.
 * https://github.com/browsermt/bergamot-translator/blob/main/wasm/README.md
 */
const products = [
  "int8_prepare_a",
  "int8_prepare_b",
  "int8_prepare_b_from_transposed",
  "int8_prepare_b_from_quantized_transposed",
  "int8_prepare_bias",
  "int8_multiply_and_add_bias",
  "int8_select_columns_of_b",
] as const;

/** `int8_prepare_a` is exported as `int8PrepareAFallback`. */
export function fallbackName(product: string): string {
  return `${product.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())}Fallback`;
}

function call(exports: Exports, name: string, args: readonly unknown[]): unknown {
  const product = exports[name];
  if (typeof product !== "function") throw new Error(`The engine of translation has no ${name}`);
  const result: unknown = Reflect.apply(product, undefined, args);
  return result;
}

/** Runs Emscripten's glue with a Module of ours and no browser around it. Its own wrapper needs a worker of a browser. */
function instantiate(glue: string, wasm: Buffer): Promise<BergamotModule> {
  const { promise, resolve, reject } = Promise.withResolvers<BergamotModule>();
  const module = {
    print: () => undefined,
    printErr: () => undefined,
    onAbort: (what: unknown) => {
      reject(new Error(`The engine of translation ended: ${String(what)}`));
    },
    onRuntimeInitialized: () => {
      if (isBergamot(module)) resolve(module);
      else reject(new Error("The engine of translation lacks classes that are used of it"));
    },
    instantiateWasm(imports: object, done: (instance: Instance) => void): object {
      let exports: Exports = {};
      const gemm = Object.fromEntries(
        products.map((name) => [
          name,
          (...args: unknown[]) => call(exports, fallbackName(name), args),
        ]),
      );
      WebAssembly.instantiate(new Uint8Array(wasm), { ...imports, wasm_gemm: gemm }).then(
        ({ instance }) => {
          ({ exports } = instance);
          done(instance);
        },
        reject,
      );
      return {};
    },
  };
  Reflect.apply(compileFunction(glue, ["Module"]), undefined, [module]);
  return promise;
}

/** The model's own settings, with a small workspace: one sentence at a time needs no more. */
const config = [
  "beam-size: 1",
  "normalize: 1.0",
  "word-penalty: 0",
  "max-length-break: 128",
  "mini-batch-words: 1024",
  "workspace: 128",
  "max-length-factor: 2.0",
  "skip-cost: true",
  "cpu-threads: 0",
  "quiet: true",
  "quiet-translation: true",
  "gemm-precision: int8shiftAlphaAll",
  "alignment: soft",
  "",
].join("\n");

/** What each kind of file is aligned to in memory, as bergamot-translator wants it. */
const alignment = { model: 256, shortlist: 64, vocabulary: 64 } as const;

export interface Translator {
  translate(pair: Pair, text: string): string;
}

/** Loads all pairs, each from a folder of its name. */
export async function loadBergamot(engines: EngineFolder, weights: string): Promise<Translator> {
  const worker = "@browsermt/bergamot-translator/worker/bergamot-translator-worker";
  const glue = engines.read(`${worker}.js`).toString("utf8");
  const bergamot = await instantiate(glue, engines.read(`${worker}.wasm`));
  const memory = (file: string, aligned: number): Memory => {
    const bytes = readFileSync(file);
    const taken = new bergamot.AlignedMemory(bytes.length, aligned);
    taken.getByteArrayView().set(bytes);
    return taken;
  };
  const models = new Map(
    pairs.map((pair) => {
      const folder = join(weights, `${pair.source}${pair.target}`);
      const vocabularies = new bergamot.AlignedMemoryList();
      vocabularies.push_back(memory(join(folder, pair.vocabulary), alignment.vocabulary));
      const model = new bergamot.TranslationModel(
        config,
        memory(join(folder, pair.model), alignment.model),
        memory(join(folder, pair.shortlist), alignment.shortlist),
        vocabularies,
        null,
      );
      return [pair, model] as const;
    }),
  );
  const service = new bergamot.BlockingService({ cacheSize: 0 });
  return {
    translate(pair, text) {
      const model = models.get(pair);
      if (model === undefined) throw new Error(`no model for ${pair.source} to ${pair.target}`);
      const texts = new bergamot.VectorString();
      const options = new bergamot.VectorResponseOptions();
      texts.push_back(text);
      options.push_back({ qualityScores: false, alignment: false, html: false });
      const responses = service.translate(model, texts, options);
      const response = responses.get(0);
      const translated = response.getTranslatedText();
      // Emscripten's objects live outside of JavaScript's memory, which nothing else collects.
      for (const object of [response, responses, texts, options]) object.delete();
      return translated;
    },
  };
}
