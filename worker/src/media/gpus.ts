import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export interface Gpu {
  readonly uuid: string;
  /** As the driver names it, e.g. `NVIDIA GeForce RTX 4090`. */
  readonly model: string;
}

interface SessionLimit {
  readonly models: RegExp;
  /** NVENC sessions at a time; "none": as many as memory holds. */
  readonly sessions: number | "none";
}

/**
 * What the driver allows on each physical GPU (seed 000, "concurrent encode limits"); the first row that fits. Drivers since 550
 * allow more on consumer cards (https://developer.nvidia.com/video-encode-decode-support-matrix), for which ENCODER_SESSIONS is.
 */
const sessionLimits: readonly SessionLimit[] = [
  { models: /RTX 40\d\d/, sessions: 5 },
  { models: /RTX 30\d\d/, sessions: 3 },
  { models: /GeForce|TITAN/, sessions: 3 },
  { models: /^/, sessions: "none" },
];

export function sessionLimitOf(model: string): number | "none" {
  return sessionLimits.find(({ models }) => models.test(model))?.sessions ?? "none";
}

function fieldOf(text: string, name: string): string | undefined {
  return new RegExp(`^${name}:\\s*(.+?)\\s*$`, "m").exec(text)?.[1];
}

/** The folders are named by bus address, which is their order. */
async function foldersOf(root: string): Promise<string[]> {
  try {
    return (await readdir(root)).toSorted();
  } catch {
    // No NVIDIA driver, or one that shows nothing in a container: then there is nothing to count by.
    return [];
  }
}

/** The NVIDIA GPUs that this process sees, as the driver describes them, in the order of their bus addresses. */
export async function readGpus(root = "/proc/driver/nvidia/gpus"): Promise<Gpu[]> {
  const folders = await foldersOf(root);
  const texts = await Promise.all(
    folders.map((folder) => readFile(join(root, folder, "information"), "utf8")),
  );
  return texts.flatMap((text) => {
    const uuid = fieldOf(text, "GPU UUID");
    const model = fieldOf(text, "Model");
    return uuid === undefined || model === undefined ? [] : [{ uuid, model }];
  });
}

/** The GPU that ffmpeg takes of several: the one that is named, or the first one by bus address. */
export function chosenGpu(
  gpus: readonly Gpu[],
  env: Readonly<Record<string, string>>,
): Gpu | undefined {
  const named = [env["CUDA_VISIBLE_DEVICES"], env["NVIDIA_VISIBLE_DEVICES"]].join(",");
  return gpus.find(({ uuid }) => named.includes(uuid)) ?? gpus[0];
}
