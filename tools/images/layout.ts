import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import { writeWhole } from "../steps.ts";
import { imagePaths } from "./image-paths.ts";

const Descriptor = Type.Object({
  mediaType: Type.String(),
  digest: Type.TemplateLiteral("sha256:${string}"),
  size: Type.Number(),
  annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
});
export type Descriptor = Static<typeof Descriptor>;

const Index = Type.Object({ manifests: Type.Array(Descriptor) });
const Manifest = Type.Object({ config: Descriptor, layers: Type.Array(Descriptor) });

const refName = "org.opencontainers.image.ref.name";

/** Path of a blob relative to the layout. */
export function blobPath(descriptor: Descriptor): string {
  return descriptor.digest.replace("sha256:", "blobs/sha256/");
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(imagePaths.layout, path), "utf8"));
}

function readIndex(): Descriptor[] {
  if (!existsSync(join(imagePaths.layout, "index.json"))) return [];
  return Value.Parse(Index, readJson("index.json")).manifests;
}

export interface StoredImage {
  readonly ref: string;
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** Every blob that the image needs: manifest, config, layers; paths relative to the layout. */
  readonly blobs: readonly string[];
  /** Size in bytes as a registry would hold it, compressed. */
  readonly bytes: number;
}

function stored(ref: string, manifest: Descriptor): StoredImage | undefined {
  if (!existsSync(join(imagePaths.layout, blobPath(manifest)))) return undefined;
  const { config, layers } = Value.Parse(Manifest, readJson(blobPath(manifest)));
  const blobs = [manifest, config, ...layers];
  const isWhole = blobs.every((blob) => {
    const path = join(imagePaths.layout, blobPath(blob));
    return existsSync(path) && statSync(path).size === blob.size;
  });
  if (!isWhole) return undefined;
  const bytes = blobs.reduce((sum, blob) => sum + blob.size, 0);
  return { ref, manifest, config, layers, blobs: blobs.map(blobPath), bytes };
}

/** The images in the layout that are whole, by reference. */
export function storedImages(): ReadonlyMap<string, StoredImage> {
  const images = new Map<string, StoredImage>();
  for (const manifest of readIndex()) {
    const ref = manifest.annotations?.[refName];
    const image = ref === undefined ? undefined : stored(ref, manifest);
    if (image !== undefined) images.set(image.ref, image);
  }
  return images;
}

const Config = Type.Object({ config: Type.Object({ Env: Type.Array(Type.String()) }) });

/** The variables that every process of a container of this image gets, as `NAME=value`. */
export function environmentOf({ config }: Pick<StoredImage, "config">): string[] {
  return Value.Parse(Config, readJson(blobPath(config))).config.Env;
}

/** An index that names only these images, in the way containerd's importer reads names. */
export function indexOf(images: readonly StoredImage[]): string {
  const manifests = images.map(({ ref, manifest }) => ({
    ...manifest,
    annotations: { "io.containerd.image.name": ref, [refName]: ref },
  }));
  return JSON.stringify({ schemaVersion: 2, manifests });
}

/** Forgets all images but these and deletes the blobs that none of them needs. */
export function keepOnly(images: readonly StoredImage[]): void {
  writeWhole(join(imagePaths.layout, "index.json"), indexOf(images));
  const needed = new Set(images.flatMap((image) => image.blobs));
  const blobs = join(imagePaths.layout, "blobs/sha256");
  mkdirSync(blobs, { recursive: true });
  for (const name of readdirSync(blobs)) {
    if (!needed.has(`blobs/sha256/${name}`)) rmSync(join(blobs, name));
  }
}
