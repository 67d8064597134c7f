import { availableParallelism } from "node:os";
import type { WorkerConfig } from "../env.ts";
import type { JobSettings } from "./job/attempt.ts";
import { proveEncoder } from "./media/capabilities.ts";
import { encoders } from "./media/encoders/index.ts";
import { createMediaTools, type MediaTools } from "./media/ffmpeg.ts";
import { largestPicture } from "./media/input.ts";
import { availableMemory, mediaMemory } from "./media/memory.ts";
import { proveIsolation, remedies, type Proven } from "./media/sandbox/prove-isolation.ts";
import { layers } from "./media/sandbox/wrapper.ts";
import type { Metrics } from "./ops/metrics.ts";
import type { Logger } from "@framewright/runtime/log.ts";

const limits = { maxPixels: largestPicture.maxPixels, maxStreams: 64 };

/** Says what media processes can still reach here; a worker that may not have that does not start. */
function reportIsolation(
  proven: Pick<Proven, "layers">,
  config: Pick<WorkerConfig, "mediaSandbox">,
  { log, metrics }: { readonly log: Logger; readonly metrics: Pick<Metrics, "isolation"> },
): void {
  for (const layer of layers) {
    metrics.isolation.set({ layer }, proven.layers.includes(layer) ? 1 : 0);
  }
  const missing = layers.filter((layer) => !proven.layers.includes(layer));
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

/** Finds out what this machine can do; a worker that cannot encode must not take jobs. */
export async function prepareTools(
  config: WorkerConfig,
  log: Logger,
  metrics: Pick<Metrics, "isolation">,
): Promise<MediaTools> {
  const { ffmpegPath: ffmpeg, ffprobePath: ffprobe, toolEnv: env } = config;
  const available = mediaMemory(availableMemory(), config.workerSlots);
  const memoryBytes = config.mediaMemoryBytes === 0 ? available : config.mediaMemoryBytes;
  const programs = { ffmpeg, ffprobe, env, memoryBytes };
  const isolation = await proveIsolation({
    programs,
    workDir: config.workDir,
    hasDevice: config.workerAccel !== "cpu",
    reads: config.mediaFolders,
    wanted: config.mediaSandbox === "off" ? ["death"] : layers,
  });
  reportIsolation(isolation, config, { log, metrics });
  const tools = createMediaTools({ ...programs, wrapper: isolation.wrapper });
  const encoder = encoders[config.workerAccel];
  const proof = await proveEncoder(tools, encoder, config.encoderDevice);
  if (!proof.proven) {
    throw new Error(
      `${encoder.codec} failed its test encode; set WORKER_ACCEL to what this machine has, or ` +
        `FFMPEG_PATH to an ffmpeg that has it.\n${proof.reason ?? ""}`,
    );
  }
  log.info({ encoder: encoder.codec }, "the test encode passed");
  return tools;
}

export function jobSettings(config: WorkerConfig, tools: MediaTools): JobSettings {
  // Respects the CPU limit of the container, which the encoders' own count does not.
  const cpus = Math.max(1, Math.floor(availableParallelism() / config.workerSlots));
  return {
    tools,
    encoder: encoders[config.workerAccel],
    device: config.encoderDevice,
    threads: config.threads === 0 ? cpus : config.threads,
    scratch: { workDir: config.workDir, limitBytes: config.workDirBytes },
    maxSourceBytes: config.maxSourceBytes,
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
