import { availableParallelism } from "node:os";
import type { VideoCodec } from "@framewright/contracts/profile.ts";
import { join } from "node:path";
import type { WorkerConfig } from "../env.ts";
import type { JobSettings } from "./job/attempt.ts";
import { readProfiles } from "./job/profiles.ts";
import { createModelServices } from "./job/dub/model-services.ts";
import { guardedAgent } from "./job/guarded-agent.ts";
import { EncodeLadder, stepsOf } from "./job/encode-ladder.ts";
import { proveDecoder, proveEncoder } from "./media/capabilities.ts";
import { chosenGpu, readGpus, sessionLimitOf } from "./media/gpus.ts";
import { encoders } from "@framewright/media/encoders/index.ts";
import {
  drawingProblem,
  fontsConfigPath,
  fontsVariable,
  prepareFonts,
  type Fonts,
} from "./media/fonts.ts";
import { createMediaTools, type MediaTools } from "./media/ffmpeg.ts";
import { largestPicture } from "@framewright/media/input.ts";
import { availableMemory, mediaMemory, threadsFor } from "./media/memory.ts";
import { proveIsolation, remedies, type Proven } from "./media/sandbox/prove-isolation.ts";
import { layers, type Layer } from "./media/sandbox/wrapper.ts";
import type { Metrics } from "./ops/metrics.ts";
import { SessionTokens } from "./ops/session-tokens.ts";
import type { Logger } from "@framewright/runtime/log.ts";

type LayerArgs = Pick<WorkerConfig, "mediaSandbox" | "workerAccel">;

/** What MEDIA_SANDBOX is about. */
const fences: readonly Layer[] = ["files", "calls"];

const limits = { maxPixels: largestPicture.maxPixels, maxStreams: 64 };

/** Drivers of a GPU map far more than they use: only what such a process holds is watched. */
function layersFor({ workerAccel, mediaSandbox }: LayerArgs): Layer[] {
  const possible = layers.filter((layer) => layer !== "memory" || workerAccel === "cpu");
  return possible.filter((layer) => mediaSandbox !== "off" || !fences.includes(layer));
}

function memoryOf({ mediaMemoryBytes, workerSlots }: WorkerConfig): number {
  const available = mediaMemory(availableMemory(), workerSlots);
  return mediaMemoryBytes === 0 ? available : mediaMemoryBytes;
}

/** Says what media processes can still reach here; a worker that may not have that does not start. */
function reportIsolation(
  proven: Pick<Proven, "layers">,
  config: LayerArgs,
  { log, metrics }: { readonly log: Logger; readonly metrics: Pick<Metrics, "isolation"> },
): void {
  for (const layer of layers) {
    metrics.isolation.set({ layer }, proven.layers.includes(layer) ? 1 : 0);
  }
  const missing = layersFor({ ...config, mediaSandbox: "required" }).filter(
    (layer) => !proven.layers.includes(layer),
  );
  if (missing.length === 0) {
    log.info({ layers: proven.layers }, "media processes are isolated");
    return;
  }
  const text = missing.map((layer) => remedies[layer]).join("\n");
  if (config.mediaSandbox === "required") {
    throw new Error(
      `media processes cannot be isolated here; MEDIA_SANDBOX=best-effort allows it.\n${text}`,
    );
  }
  log.error({ missing }, `media processes are not fully isolated:\n${text}`);
}

/** The sessions of the GPU, where its driver allows so many and no more. */
async function sessionsOf(config: WorkerConfig, log: Logger): Promise<SessionTokens | undefined> {
  if (config.workerAccel !== "nvenc") return undefined;
  const gpu = chosenGpu(await readGpus(), config.toolEnv);
  const limit = config.encoderSessions ?? sessionLimitOf(gpu?.model ?? "");
  log.info({ ...gpu, sessions: limit }, "encoder sessions of the GPU");
  if (limit === "none") return undefined;
  const folder = join(config.encoderSessionDir, gpu?.uuid ?? "gpu");
  return new SessionTokens({ folder, limit, log });
}

/** Whether the GPU's own decoder reads what its encoder made; asked only where config wants it. */
async function decodes(config: WorkerConfig, tools: MediaTools, log: Logger): Promise<boolean> {
  const { workerAccel: accel, hardwareDecode, encoderDevice, workDir } = config;
  if (accel === "cpu" || hardwareDecode === "off") return false;
  const proof = await proveDecoder(tools, accel, { device: encoderDevice, workDir });
  if (proof.proven) log.info({ accel }, "the test decode passed");
  else log.warn({ accel, reason: proof.reason }, "the device does not decode; the CPU does");
  return proof.proven;
}

export async function createLadder(
  config: WorkerConfig,
  tools: MediaTools,
  { log, metrics }: { readonly log: Logger; readonly metrics: Metrics },
): Promise<EncodeLadder> {
  const steps = stepsOf(config.workerAccel, { decodes: await decodes(config, tools, log) });
  const waitMs = config.encoderWaitSeconds * 1000;
  return new EncodeLadder({ steps, tokens: await sessionsOf(config, log), waitMs, metrics });
}

export interface Prepared {
  readonly tools: MediaTools;
  /** Those that passed their test encode. */
  readonly codecs: readonly VideoCodec[];
  readonly fonts: Fonts;
  /** Whether its ffmpeg draws text with them. */
  readonly drawsText: boolean;
}

/** Which codecs this machine encodes; without H.264, which every job needs, the worker does not start. */
async function provenCodecs(
  tools: MediaTools,
  config: WorkerConfig,
  log: Logger,
): Promise<VideoCodec[]> {
  const encoder = encoders[config.workerAccel];
  const proofs = await proveEncoder(tools, encoder, config.encoderDevice);
  for (const { codec, proven, reason } of proofs) {
    const { name } = encoder.codecs[codec];
    if (proven) log.info({ encoder: name }, "the test encode passed");
    else if (codec === "h264") {
      throw new Error(
        `${name} failed its test encode; set WORKER_ACCEL to what this machine has, or ` +
          `FFMPEG_PATH to an ffmpeg that has it.\n${reason ?? ""}`,
      );
    } else log.warn({ encoder: name, reason }, "the test encode failed; no job with it is taken");
  }
  return proofs.filter(({ proven }) => proven).map(({ codec }) => codec);
}

async function provenFonts(tools: MediaTools, { workDir, mediaFonts }: WorkerConfig, log: Logger) {
  const fonts = await prepareFonts({ workDir, folder: mediaFonts });
  const reason = await drawingProblem(tools, fonts, workDir);
  if (reason !== undefined) {
    log.warn({ reason, folder: mediaFonts }, "no text can be drawn; no job with it is taken");
  }
  return { fonts, drawsText: reason === undefined };
}

/** Finds out what this machine can do; a worker that cannot encode must not take jobs. */
export async function prepareTools(
  config: WorkerConfig,
  log: Logger,
  metrics: Pick<Metrics, "isolation">,
): Promise<Prepared> {
  const { ffmpegPath: ffmpeg, ffprobePath: ffprobe, toolEnv, workDir } = config;
  const env = { ...toolEnv, [fontsVariable]: fontsConfigPath(workDir) };
  const memoryBytes = memoryOf(config);
  const programs = { ffmpeg, ffprobe, env, memoryBytes };
  const isolation = await proveIsolation({
    programs,
    workDir,
    hasDevice: config.workerAccel !== "cpu",
    reads: config.mediaFolders,
    wanted: layersFor(config),
  });
  reportIsolation(isolation, config, { log, metrics });
  const tools = createMediaTools({ ...programs, ...isolation });
  const codecs = await provenCodecs(tools, config, log);
  return { tools, codecs, ...(await provenFonts(tools, config, log)) };
}

export function jobSettings(
  config: WorkerConfig,
  { tools, fonts, ladder }: Pick<JobSettings, "tools" | "fonts" | "ladder">,
): JobSettings {
  // Respects the CPU limit of the container, which the encoders' own count does not.
  const cpus = Math.max(1, Math.floor(availableParallelism() / config.workerSlots));
  const threads = config.workerAccel === "cpu" ? threadsFor(cpus, memoryOf(config)) : cpus;
  return {
    tools,
    encoder: encoders[config.workerAccel],
    ladder,
    profiles: readProfiles(),
    device: config.encoderDevice,
    fonts,
    threads: config.threads === 0 ? threads : config.threads,
    scratch: {
      workDir: config.workDir,
      limitBytes: config.workDirBytes,
      slots: config.workerSlots,
    },
    maxSourceBytes: config.maxSourceBytes,
    urlInput: config.urlInput && {
      ...config.urlInput,
      dispatcher: guardedAgent({ policy: config.urlInput.policy, patienceMs: 30_000 }),
    },
    models: config.models && createModelServices(config.models),
    linesAtOnce: config.dubLinesAtOnce,
    piecesAtOnce: config.lipSyncAtOnce,
    limits: { ...limits, maxSeconds: config.maxSourceSeconds },
    work: {
      freeSeconds: config.encodeFreeSeconds,
      secondsPerMegabyte: config.encodeSecondsPerMegabyte,
      maxSeconds: {
        "720p": config.encodeMaxSeconds720p,
        "1080p": config.encodeMaxSeconds1080p,
        "2160p": config.encodeMaxSeconds2160p,
      },
    },
  };
}
