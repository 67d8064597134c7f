import { availableParallelism } from "node:os";
import type { WorkerConfig } from "../env.ts";
import type { JobSettings } from "./job/attempt.ts";
import { canRun, proveEncoder } from "./media/capabilities.ts";
import { encoders } from "./media/encoders/index.ts";
import { createMediaTools, deathWrapper, type MediaTools, type Programs } from "./media/ffmpeg.ts";
import type { Logger } from "@framewright/runtime/log.ts";

const limits = { maxPixels: 7680 * 4352, maxStreams: 64 };

/** Finds out what this machine can do; a worker that cannot encode must not take jobs. */
export async function prepareTools(config: WorkerConfig, log: Logger): Promise<MediaTools> {
  const { ffmpegPath: ffmpeg, ffprobePath: ffprobe, toolEnv: env } = config;
  const bound: Programs = { ffmpeg, ffprobe, env, wrapper: deathWrapper };
  const isBound = await canRun(bound);
  const tools = createMediaTools(isBound ? bound : { ...bound, wrapper: [] });
  const encoder = encoders[config.workerAccel];
  const proof = await proveEncoder(tools, encoder, config.encoderDevice);
  if (!proof.proven) {
    throw new Error(
      `${encoder.codec} failed its test encode; set WORKER_ACCEL to what this machine has, or ` +
        `FFMPEG_PATH to an ffmpeg that has it.\n${proof.reason ?? ""}`,
    );
  }
  log.info({ encoder: encoder.codec }, "the test encode passed");
  if (!isBound) {
    log.error(
      "setpriv cannot be run: an encoder may outlive a worker that is killed by SIGKILL; " +
        "install util-linux",
    );
  }
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
    workDir: config.workDir,
    maxSourceBytes: config.maxSourceBytes,
    limits: { ...limits, maxSeconds: config.maxSourceSeconds },
  };
}
