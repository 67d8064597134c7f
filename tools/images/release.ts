import { join } from "node:path";
import type { ImageRow } from "./image-table.ts";

/** What an image is called in the builder's own store. */
function localName(name: string): string {
  return `framewright.local/${name}`;
}

/** The lowest image stands on Debian's own; each other one on what was built just before. */
function parentArguments({ name }: ImageRow): readonly string[] {
  if (name !== "base") return ["--pull-never"];
  return ["--build-arg", "PARENT=docker.io/library/debian:trixie-slim"];
}

export function buildArguments(row: ImageRow, context: string): readonly string[] {
  const parent = parentArguments(row);
  return ["bud", "--format=oci", ...parent, "--tag", localName(row.name), context];
}

export function pushArguments(name: string, reference: string): readonly string[] {
  return ["push", localName(name), `docker://${reference}`];
}

/** One file an image, as scanners read them. */
export function archiveArguments(name: string, folder: string): readonly string[] {
  return ["push", localName(name), `oci-archive:${join(folder, `${name}.tar`)}`];
}
