import { join } from "node:path";
import { lowest, type ImageRow } from "./image-table.ts";

/** Where the lowest image comes from: Debian's own, or made of Debian's packages. */
export type Lowest = "registry" | "packages";

/** What an image is called in the builder's own store. */
function localName(name: string): string {
  return `framewright.local/${name}`;
}

/** One image names what the lowest is; each other one stands on what was built just before. */
function parentArguments({ parent }: ImageRow, from: Lowest): readonly string[] {
  if (parent !== lowest) return ["--pull-never"];
  if (from === "registry") return ["--build-arg", "PARENT=docker.io/library/debian:trixie-slim"];
  return ["--pull-never", "--build-arg", `PARENT=${localName(lowest)}`];
}

export function buildArguments(row: ImageRow, context: string, from: Lowest): readonly string[] {
  const parent = parentArguments(row, from);
  return ["bud", "--format=oci", ...parent, "--tag", localName(row.name), context];
}

/** Whether a registry's answer says that it has no such image, rather than that it can't tell. */
export function isMissing(answer: string): boolean {
  return /\b(?:manifest|name) unknown\b|\bStatusCode: 404\b/.test(answer);
}

/** The file gets the digest of what was pushed; the registry could answer with another's. */
export function pushArguments(
  name: string,
  reference: string,
  digestFile: string,
): readonly string[] {
  return ["push", "--digestfile", digestFile, localName(name), `docker://${reference}`];
}

/** One file an image, as scanners read them. */
export function archiveArguments(name: string, folder: string): readonly string[] {
  return ["push", localName(name), `oci-archive:${join(folder, `${name}.tar`)}`];
}
