import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { imageRow } from "./image-table.ts";
import { imagePaths } from "./image-paths.ts";
import { imageRoot } from "./roots.ts";
import { writeWhole } from "../steps.ts";

const machines: Partial<Record<NodeJS.Architecture, { loader: string; libraries: string }>> = {
  x64: { loader: "lib64/ld-linux-x86-64.so.2", libraries: "x86_64-linux-gnu" },
  arm64: { loader: "lib/ld-linux-aarch64.so.1", libraries: "aarch64-linux-gnu" },
};

/** Folders that hold libraries: the multiarch folder and those below it (blas, lapack, pulseaudio). */
function libraryFolders(folder: string): string[] {
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name))
    .filter((path) => readdirSync(path).some((name) => name.includes(".so")));
  return [folder, ...below];
}

/** The root of the image's files. An app's image adds only its sources to its parent, which is the same after every change of them. */
function rootOf(image: string): Promise<string> {
  const { name, parent, source } = imageRow(image);
  return imageRoot(source?.kind === "app" ? (parent ?? name) : name);
}

/** A folder of an image (`imageFolder("worker", "usr/share/fonts")`) on this machine. */
export async function imageFolder(image: string, folder: string): Promise<string> {
  const path = join(await rootOf(image), folder);
  if (!existsSync(path)) throw new Error(`image ${image} has no folder /${folder}`);
  return path;
}

/**
 * Path of a script that runs a program of an image (`imageTool("worker", "ffmpeg")`) on this machine's own
 * files, with the image's loader and libraries.
 */
export async function imageTool(image: string, program: string): Promise<string> {
  const root = await rootOf(image);
  const machine = machines[process.arch];
  if (machine === undefined) throw new Error(`no images are made for processor ${process.arch}`);
  const binary = join(root, "usr/bin", program);
  if (!existsSync(binary)) throw new Error(`image ${image} has no program /usr/bin/${program}`);
  const script = join(imagePaths.roots, `${basename(root)}.bin`, program);
  const loader = join(root, "usr", machine.loader);
  const libraries = libraryFolders(join(root, "usr/lib", machine.libraries)).join(":");
  if (!existsSync(script)) {
    writeWhole(
      script,
      `#!/bin/sh\nexec '${loader}' --library-path '${libraries}' '${binary}' "$@"\n`,
      0o755,
    );
  }
  return script;
}
