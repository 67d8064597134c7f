import { spawn } from "node:child_process";
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { buildImages } from "./build.ts";
import { exclusively } from "./exclusive.ts";
import { imagePaths } from "./image-paths.ts";
import { blobPath, storedImages, type Descriptor } from "./layout.ts";
import { rootName } from "./retention.ts";

/**
 * tar is done when it has read the end of the archive, and may close its input before the last of it
 * is counted as written: whether it is content is what its exit code says.
 */
function closedEarly(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ERR_STREAM_PREMATURE_CLOSE" || code === "EPIPE";
}

/** Runs tar on an unpacked layer and returns what it prints. */
async function tarLayer(layer: Descriptor, args: readonly string[]): Promise<string> {
  const tar = spawn("tar", args, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve, reject) => {
    tar.once("error", reject);
    tar.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`tar ended with ${String(code)} on layer ${layer.digest}`));
    });
  });
  const file = createReadStream(join(imagePaths.layout, blobPath(layer)));
  const unpack = layer.mediaType.endsWith("zstd") ? createZstdDecompress() : createGunzip();
  const [, listing] = await Promise.all([
    pipeline(file, unpack, tar.stdin).catch((error: unknown) => {
      if (!closedEarly(error)) throw error;
    }),
    text(tar.stdout),
    ended,
  ]);
  return listing;
}

async function text(stream: Readable): Promise<string> {
  let all = "";
  for await (const chunk of stream.setEncoding("utf8")) all += String(chunk);
  return all;
}

const opaque = ".wh..wh..opq";

/** Paths below the root that a layer hides, from the marker files of the OCI layer format. */
export function hiddenBy(paths: readonly string[]): { removed: string[]; emptied: string[] } {
  const markers = paths.filter((path) => basename(path).startsWith(".wh."));
  return {
    removed: markers
      .filter((path) => basename(path) !== opaque)
      .map((path) => join(dirname(path), basename(path).slice(".wh.".length))),
    emptied: markers.filter((path) => basename(path) === opaque).map((path) => dirname(path)),
  };
}

async function applyLayer(layer: Descriptor, folder: string): Promise<void> {
  const paths = (await tarLayer(layer, ["--list"])).split("\n");
  const { removed, emptied } = hiddenBy(paths);
  for (const path of [...removed, ...emptied]) {
    rmSync(join(folder, path), { recursive: true, force: true });
  }
  const options = ["--numeric-owner", "--preserve-permissions", "--exclude=.wh.*"];
  // Only root makes device nodes, and whoever runs a program here gives it the machine's own.
  const devices = ["--anchored", "--exclude=dev/*"];
  await tarLayer(layer, ["--extract", "--directory", folder, ...options, ...devices]);
}

/** The root file system of an image as a folder (built and unpacked when it is not there); read-only by agreement. */
export async function imageRoot(name: string): Promise<string> {
  const refs = await buildImages({ only: [name], log: console.warn });
  const image = storedImages().get(refs[name] ?? "");
  if (image === undefined) throw new Error(`image ${name} is not in ${imagePaths.layout}`);
  const folder = join(imagePaths.roots, rootName(image.ref));
  const unpack = async (): Promise<void> => {
    if (existsSync(folder)) return;
    const part = `${folder}.part`;
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part, { recursive: true });
    for (const layer of image.layers) await applyLayer(layer, part);
    renameSync(part, folder);
  };
  if (!existsSync(folder)) await exclusively(imagePaths.lock, unpack, () => undefined);
  return folder;
}
