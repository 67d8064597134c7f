import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { exec } from "../exec.ts";
import {
  enginesFolder,
  fetchWeights,
  installEngines,
  weightsFolder,
} from "../models/fetch-weights.ts";
import { notice, weightFiles, type ModelService } from "../models/weights.ts";
import { root } from "../paths.ts";
import { writeWhole } from "../steps.ts";
import { copySources, fingerprints } from "./content-hash.ts";
import { installModules, moduleInputs } from "./node-modules.ts";

const workspace = "@framewright/models";

/** The packages of models/engines that each service in Node loads, with what these need. */
const engines = {
  mt: ["@browsermt/bergamot-translator"],
  tts: ["onnxruntime-node", "onnxruntime-common"],
} as const;
type NodeService = keyof typeof engines;

const nodeFolders = ["contracts", "runtime", "models"] as const;

const requirements = "models/stt/requirements.txt";
const speechServer = "models/stt/server.py";

/** That of Debian trixie, on which the image stands; this machine may have another one. */
const pythonVersion = "3.13";

const processors: Partial<Record<NodeJS.Architecture, string>> = {
  x64: "x86_64",
  arm64: "aarch64",
};

/** Tags of wheels that run on trixie's glibc; pip takes each as it stands and knows no "or older". */
function wheelPlatforms(): string[] {
  const processor = processors[process.arch] ?? process.arch;
  const tags = ["manylinux_2_28", "manylinux_2_27", "manylinux_2_17", "manylinux2014"];
  return tags.map((tag) => `${tag}_${processor}`);
}

/** Arguments of pip: wheels for the image's Python, each with the checksum of the list. */
const pipArgs: readonly string[] = [
  ...["--disable-pip-version-check", "install", "--quiet", "--no-compile", "--require-hashes"],
  ...["--only-binary", ":all:", "--implementation", "cp", "--python-version", pythonVersion],
  ...wheelPlatforms().flatMap((platform) => ["--platform", platform]),
];

function weightInputs(service: ModelService): string[] {
  const files = weightFiles.filter((file) => file.service === service);
  return [JSON.stringify(files), notice(service)];
}

function nodeInputs(service: NodeService): string[] {
  return [
    ...moduleInputs(workspace),
    ...nodeFolders.flatMap((folder) => fingerprints(root, folder)),
    ...engines[service],
    readFileSync(join(root, "models/engines/package-lock.json"), "utf8"),
  ];
}

function speechInputs(): string[] {
  return [...[requirements, speechServer].flatMap((file) => fingerprints(root, file)), ...pipArgs];
}

/** Everything that decides what the image of a model service becomes, but for its parent and its own folder. */
export function modelInputs(service: ModelService): string[] {
  const program = service === "stt" ? speechInputs() : nodeInputs(service);
  return [...weightInputs(service), ...program];
}

async function fillNode(service: NodeService, folder: string, log: string): Promise<void> {
  await installEngines();
  for (const name of engines[service]) {
    const path = join("node_modules", name);
    cpSync(join(enginesFolder, path), join(folder, "engines", path), { recursive: true });
  }
  await installModules(workspace, join(folder, "modules"), log);
  copySources(nodeFolders, join(folder, "app"));
}

async function fillSpeech(folder: string, log: string): Promise<void> {
  const target = join(folder, "python");
  const list = ["--requirement", join(root, requirements)];
  await exec("python3", ["-m", "pip", ...pipArgs, "--target", target, ...list], { log });
  const to = join(folder, "app", speechServer);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(join(root, speechServer), to, { preserveTimestamps: true });
}

/** Puts weights, engine and program into a context. The weights are fetched unless they are there, and checked by the table. */
export async function fillModel(service: ModelService, folder: string, log: string): Promise<void> {
  await fetchWeights(service);
  const weights = join(folder, "weights", service);
  cpSync(join(weightsFolder(service), service), weights, { recursive: true });
  // The one beside the weights is of the day on which they were fetched.
  writeWhole(join(weights, "NOTICE"), notice(service));
  if (service === "stt") await fillSpeech(folder, log);
  else await fillNode(service, folder, log);
}
