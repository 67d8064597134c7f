import { Type } from "typebox";
import { gpuNames } from "./gpu-catalogue.ts";
import { budget, count, cpu, flag, memory, optionalSection, replicas, section } from "./leaves.ts";
import { cpuPattern, memoryPattern } from "./units.ts";

/** Servers whose probe, port and settings are known. */
const modelPresets = ["custom", "vllm", "speaches", "nim", "own"] as const;

interface Defaults {
  readonly of: string;
  readonly contract: string;
  readonly cpu: string;
  readonly memory: string;
}

const queue = section(
  "The queue before the pods, with autoscaling.enabled: it moves their number, and holds requests while there is none",
  {
    atOnce: count(
      1,
      { min: 1, max: 256 },
      "Requests that a pod works on at a time; servers that batch take more",
    ),
    requestsForPod: count(
      4,
      { min: 1, max: 1000 },
      "Requests that wait or are worked on for each pod; above them pods are added",
    ),
    waitSeconds: count(
      30,
      { min: 1, max: 3600 },
      "Seconds that 95 of 100 requests of the last minute may wait; above them pods are added",
    ),
    waitingLimit: count(1000, { min: 1, max: 100_000 }, "Requests that may wait"),
  },
);

function leavesOf({ of, cpu: cores, memory: size }: Defaults) {
  return {
    enabled: flag(false, `Whether the stack runs a service of ${of}`),
    preset: Type.Enum(modelPresets, {
      default: "custom",
      description:
        "The server in the image, which sets port, probe and caches: custom is port 8000 and GET /health, own one of our small models for CPUs",
    }),
    image: Type.String({
      default: "",
      description:
        "Its image, with registry and tag; `npm run models:check` tells whether it can be used. Empty with the preset own on the embedded node: the platform's image",
    }),
    args: Type.Array(Type.String(), {
      default: [],
      description: "Arguments of the image, for example the model that it serves",
    }),
    gpu: Type.Optional(
      Type.Enum(gpuNames, {
        description:
          "GPU of the pods, one slice each, which a pool must have; unset means that they run on CPUs",
      }),
    ),
    replicas: replicas(of, { min: 1, max: 1 }),
    budget: budget(of),
    cpu: cpu(
      cores,
      "CPU of each pod, reserved and limit at once: its namespace has a quota of both",
    ),
    memory: memory(size, "Memory of each pod, reserved and limit at once"),
    reserved: optionalSection(
      "What is reserved for each pod where that is less than it may use; unset, all of it",
      {
        cpu: Type.String({ pattern: cpuPattern, description: "Reserved CPU, in CPU cores" }),
        memory: Type.String({
          pattern: memoryPattern,
          description: "Reserved memory, in bytes with Ki, Mi, Gi or Ti",
        }),
      },
    ),
    cache: memory("20Gi", "Disk of each pod for weights and caches"),
    loadSeconds: count(
      900,
      { min: 10, max: 7200 },
      "Seconds that a pod may take to load its model before it is started again",
    ),
    queue,
    downloads: flag(
      false,
      "Whether pods may connect to the internet on port 443, for weights; otherwise they connect to nothing",
    ),
  };
}

function modelService(defaults: Defaults) {
  return section(`Pods of ${defaults.of}: ${defaults.contract}`, leavesOf(defaults));
}

/** Of speech, which a dub waits for longest. */
function speechService(defaults: Defaults) {
  return section(`Pods of ${defaults.of}: ${defaults.contract}`, {
    ...leavesOf(defaults),
    linesAtOnce: count(
      2,
      { min: 1, max: 64 },
      "Lines that a worker has spoken side by side: as many as all pods work on at a time, and one more",
    ),
  });
}

/** Of lips, for which a dub has pieces of its film worked on. */
function lipService(defaults: Defaults) {
  return section(`Pods of ${defaults.of}: ${defaults.contract}`, {
    ...leavesOf(defaults),
    piecesAtOnce: count(
      2,
      { min: 1, max: 64 },
      "Pieces of a film that a worker has worked on side by side: as many as all pods work on at a time, and one more",
    ),
  });
}

/** Seed 004's services. What they may use together is in `models`. */
export const ModelServices = section(
  "AI model services for dubs, each in a namespace with the quota that `models` gives it",
  {
    stt: modelService({
      ...{ of: "speech to text", contract: "OpenAI's POST /v1/audio/transcriptions" },
      ...{ cpu: "4", memory: "16Gi" },
    }),
    mt: modelService({
      ...{ of: "machine translation", contract: "LibreTranslate's POST /translate" },
      ...{ cpu: "4", memory: "8Gi" },
    }),
    tts: speechService({
      ...{ of: "text to speech", contract: "OpenAI's POST /v1/audio/speech" },
      ...{ cpu: "4", memory: "16Gi" },
    }),
    lipSync: lipService({
      ...{ of: "lip synchronisation", contract: "an image of yours with our POST /v1/lipsync" },
      ...{ cpu: "4", memory: "16Gi" },
    }),
  },
);
