import { createHash } from "node:crypto";
import { cpSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "../paths.ts";

/** Tests, and what only editors and type checkers read, are no part of an image. */
function isLeftOut(name: string): boolean {
  return name === "node_modules" || name.startsWith(".") || name.endsWith(".md");
}

/** All files under a folder that go into an image, as sorted paths relative to it. */
export function filesUnder(folder: string, below = ""): string[] {
  const entries = readdirSync(join(folder, below), { withFileTypes: true });
  return entries
    .filter((entry) => !isLeftOut(entry.name))
    .flatMap((entry) => {
      const path = join(below, entry.name);
      return entry.isDirectory() ? filesUnder(folder, path) : [path];
    })
    .toSorted();
}

/** Copies folders of this clone, each to its own path under `to`. */
export function copySources(folders: readonly string[], to: string): void {
  for (const folder of folders) {
    for (const file of filesUnder(join(root, folder))) {
      cpSync(join(root, folder, file), join(to, folder, file), { preserveTimestamps: true });
    }
  }
}

function fileFingerprint(path: string): string {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return `link ${readlinkSync(path)}`;
  const digest = createHash("sha256").update(readFileSync(path)).digest("hex");
  // Of the mode only "executable" travels through git.
  return `${(stat.mode & 0o100) === 0 ? "file" : "program"} ${digest}`;
}

/** Fingerprints of a file, or of every file under a folder, each with its path relative to `root`. */
export function fingerprints(root: string, path: string): string[] {
  const full = join(root, path);
  if (!lstatSync(full).isDirectory()) return [`${path} ${fileFingerprint(full)}`];
  return filesUnder(full).map((file) => `${join(path, file)} ${fileFingerprint(join(full, file))}`);
}

/** The fingerprint of a file that is followed through links and named by its last part alone. */
export function binaryFingerprint(path: string): string {
  return `${basename(path)} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
}

/** 12 hex digits over all the parts, each told apart from its neighbours. */
export function contentHash(parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 12);
}
