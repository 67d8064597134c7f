import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { imagePaths } from "../../tools/images/image-paths.ts";
import { imageTool } from "../../tools/images/tool.ts";
import { createMediaTools, type MediaTools, type Programs } from "../../worker/src/media/ffmpeg.ts";
import { proveIsolation, type Proven } from "../../worker/src/media/sandbox/prove-isolation.ts";
import { layers, type Layer } from "../../worker/src/media/sandbox/wrapper.ts";
import { ffmpegPath, ffprobePath } from "./clips.ts";

const wrappers = await Promise.all(["setpriv", "prlimit"].map((name) => imageTool("worker", name)));

/** The setpriv of the worker's image comes first: that of an older machine cannot isolate. */
export const sandboxPath = [
  ...new Set(wrappers.map(dirname)),
  process.env["PATH"] ?? "/usr/bin:/bin",
].join(":");

/** What ffmpeg itself consists of, outside /usr. */
export const mediaFolders = [imagePaths.roots, dirname(ffmpegPath)];

/** ffmpeg and ffprobe with the environment that a worker gives them. */
export const mediaPrograms: Omit<Programs, "wrapper" | "dataBytes"> = {
  ffmpeg: ffmpegPath,
  ffprobe: ffprobePath,
  memoryBytes: 4 * 1024 ** 3,
  env: { PATH: sandboxPath },
};

/** Proves the layers on this machine, as a worker does at its start. */
export function provenHere(wanted: readonly Layer[] = layers, hasDevice = false): Promise<Proven> {
  // One for all: the filter is written whole, and always the same.
  const workDir = join(tmpdir(), "framewright-isolation");
  mkdirSync(workDir, { recursive: true });
  return proveIsolation({
    ...{ programs: mediaPrograms, workDir, wanted },
    ...{ hasDevice, reads: mediaFolders },
  });
}

/** Media processes under everything that a worker of the image puts them under. */
export async function isolatedTools(): Promise<MediaTools> {
  return createMediaTools({ ...mediaPrograms, ...(await provenHere()) });
}
