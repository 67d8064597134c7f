import { existsSync, mkdirSync, rmSync } from "node:fs";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { buildah, layoutInside } from "./buildah.ts";
import { imagePaths } from "./image-paths.ts";
import type { StoredImage } from "./layout.ts";

/** Removes what an interrupted build left in the scratch storage; a storage that is broken is dropped whole. */
export async function tidyStorage(): Promise<void> {
  for (const folder of [imagePaths.temporary, imagePaths.run]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  if (!existsSync(imagePaths.storage)) return;
  try {
    await buildah(["rm", "--all"]);
  } catch {
    // Everything in it can be had again from the layout.
    rmSync(imagePaths.storage, { recursive: true, force: true });
  }
}

async function isInStorage(ref: string): Promise<boolean> {
  try {
    await buildah(["inspect", "--type", "image", ref]);
    return true;
  } catch {
    return false;
  }
}

/** Brings a finished image back into the scratch storage, for another to be built on it. */
export async function ensureInStorage(image: StoredImage): Promise<void> {
  if (await isInStorage(image.ref)) return;
  const id = await buildah(["pull", "--quiet", `oci:${layoutInside}:${image.ref}`]);
  await buildah(["tag", id.trim(), image.ref]);
}

/** Copies a built image into the layout, where finished images live. */
export async function pushToLayout(ref: string, log: string): Promise<void> {
  const target = `oci:${layoutInside}:${ref}`;
  await buildah(["push", "--quiet", "--compression-format", "zstd", ref, target], log);
}

const Listing = Type.Array(Type.Object({ names: Type.Optional(Type.Array(Type.String())) }));

/** Removes the images from the scratch storage that are not to be kept there: the layout has them. */
export async function emptyStorage(isKept: (ref: string) => boolean): Promise<void> {
  const listing: unknown = JSON.parse(await buildah(["images", "--json"]));
  const names = Value.Parse(Listing, listing).flatMap((image) => image.names ?? []);
  const others = names.filter((name) => !isKept(name));
  if (others.length > 0) await buildah(["rmi", "--force", ...others]);
}
