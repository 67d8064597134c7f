import { mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { imagePaths } from "./image-paths.ts";
import { keepOnly, storedImages } from "./layout.ts";

/** Images of other clones and branches stay this long after their last use. */
const keepMs = 2 * 24 * 3600_000;
/** So many of each name stay however old they are. */
const keepNewest = 2;

const stampFolder = join(imagePaths.folder, "used");

function stampOf(ref: string): string {
  return join(stampFolder, ref.replaceAll(/[/:]/g, "_"));
}

/** Notes that a clone works with these images. */
export function markUsed(refs: readonly string[]): void {
  mkdirSync(stampFolder, { recursive: true });
  const now = new Date();
  for (const ref of refs) {
    writeFileSync(stampOf(ref), "");
    utimesSync(stampOf(ref), now, now);
  }
}

function lastUse(ref: string): number {
  return statSync(stampOf(ref), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Which of these references nobody has used for long, the newest of each name excepted. */
export function superseded(
  refs: readonly string[],
  usedAt: (ref: string) => number,
  now: number,
): string[] {
  const byName = Map.groupBy(refs, nameOf);
  return [...byName.values()].flatMap((versions) =>
    versions
      .toSorted((a, b) => usedAt(b) - usedAt(a))
      .slice(keepNewest)
      .filter((ref) => now - usedAt(ref) > keepMs),
  );
}

function removeOld(folder: string, keep: (name: string) => boolean): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!keep(name)) rmSync(path, { recursive: true, force: true });
  }
}

/** Deletes what no clone has used for long: images, the roots unpacked from them, and node_modules. */
export function removeSuperseded(): void {
  const images = storedImages();
  const gone = new Set(superseded([...images.keys()], lastUse, Date.now()));
  keepOnly([...images.values()].filter((image) => !gone.has(image.ref)));
  const stamps = new Set([...images.keys()].filter((ref) => !gone.has(ref)).map(stampOf));
  removeOld(stampFolder, (name) => stamps.has(join(stampFolder, name)));
  removeOld(imagePaths.roots, (name) =>
    [...images.keys()].some((ref) => !gone.has(ref) && name.startsWith(rootName(ref))),
  );
  const isYoung = (name: string): boolean =>
    Date.now() - statSync(join(imagePaths.modules, name)).mtimeMs < keepMs;
  removeOld(imagePaths.modules, isYoung);
}

/** `postgres` for `framewright.local/postgres:<hash>`. */
export function nameOf(ref: string): string {
  return ref.slice(ref.lastIndexOf("/") + 1, ref.lastIndexOf(":"));
}

/** `postgres-<hash>` for `framewright.local/postgres:<hash>`. */
export function rootName(ref: string): string {
  return ref.slice(ref.lastIndexOf("/") + 1).replace(":", "-");
}
