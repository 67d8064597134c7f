import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exec } from "../exec.ts";
import { imagePaths } from "./image-paths.ts";
import { indexOf, storedImages, type StoredImage } from "./layout.ts";

const namespace = ["--namespace", "k8s.io"] as const;

/** An image that containerd lists may still miss blobs; only those that it calls complete are left alone. */
async function completeImages(ctr: readonly string[]): Promise<ReadonlySet<string>> {
  const [command = "ctr", ...first] = ctr;
  const list = await exec(command, [...first, ...namespace, "images", "check"]);
  const complete = list
    .split("\n")
    .flatMap((line) => /^(\S+)\s.*\scomplete\s/.exec(line)?.[1] ?? []);
  return new Set(complete);
}

/** One stream for all images: what they have in common is sent and unpacked once. */
async function importAll(ctr: readonly string[], images: readonly StoredImage[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "framewright-import-"));
  try {
    writeFileSync(join(folder, "index.json"), indexOf(images));
    writeFileSync(join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
    const blobs = [...new Set(images.flatMap((image) => image.blobs))];
    writeFileSync(join(folder, "blobs"), blobs.join("\n"));
    const script =
      'set -o pipefail; tar --create -C "$0" oci-layout index.json -C "$1" --files-from "$0/blobs" | "${@:2}"';
    const load = [...ctr, ...namespace, "images", "import", "-"];
    await exec("bash", ["-c", script, folder, imagePaths.layout, ...load], {
      log: join(imagePaths.logs, "image-import.log"),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Loads images into the containerd that `ctr` (command and its first arguments) talks to; those that are
 * there already are left alone. Returns how many were loaded.
 */
export async function importImages(
  ctr: readonly string[],
  refs: Readonly<Record<string, string>>,
): Promise<number> {
  const there = await completeImages(ctr);
  const inLayout = storedImages();
  const wanted = Object.values(refs)
    .filter((ref) => !there.has(ref))
    .map((ref) => {
      const image = inLayout.get(ref);
      if (image === undefined) throw new Error(`${ref} is not built; build it with buildImages`);
      return image;
    });
  if (wanted.length > 0) await importAll(ctr, wanted);
  return wanted.length;
}
