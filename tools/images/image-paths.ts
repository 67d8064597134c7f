import { join } from "node:path";
import { cache, logFolder, own } from "../paths.ts";

const folder = join(cache, "images");

/** Where images live in the user's cache, shared by every clone. */
export const imagePaths = {
  folder,
  /** An OCI image layout with every finished image, so that layers in common are kept once. */
  layout: join(folder, "layout"),
  /** buildah's own storage: scratch, apart from any other buildah or podman of the machine. */
  storage: join(folder, "storage"),
  run: join(folder, "run"),
  /** buildah's notes on blobs. */
  blobs: join(folder, "lib"),
  temporary: join(folder, "tmp"),
  /** Production node_modules by the hash of what they were installed from. */
  modules: join(folder, "modules"),
  /** Unpacked root file systems, for running a service or a tool without containers. */
  roots: join(folder, "roots"),
  lock: join(folder, "lock"),
  logs: logFolder,
  /** What this clone's images are: name → reference, digest, size. */
  record: join(own, "images.json"),
} as const;
