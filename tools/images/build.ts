import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { readOr, writeWhole } from "../steps.ts";
import { buildah } from "./buildah.ts";
import { contentHash } from "./content-hash.ts";
import { imageInputs, prepareContext } from "./context.ts";
import { exclusively } from "./exclusive.ts";
import { imagePaths } from "./image-paths.ts";
import { appParents, runnableImages, withParents, type ImageRow } from "./image-table.ts";
import { storedImages, type StoredImage } from "./layout.ts";
import { markUsed, nameOf, removeSuperseded } from "./retention.ts";
import { emptyStorage, ensureInStorage, pushToLayout, tidyStorage } from "./storage.ts";

/** How many images are built side by side; unpacking packages keeps a core busy. */
const sideBySide = 2;

export interface BuildImagesArgs {
  /** Names of images; @default every image that runs. */
  readonly only?: readonly string[];
  /** Gets one line for each image that is built. */
  readonly log: (line: string) => void;
}

/** Image name → reference by content, for these images and what they stand on. */
function imageRefs(rows: readonly ImageRow[]): ReadonlyMap<string, string> {
  const refs = new Map<string, string>();
  for (const row of rows) {
    const parent = row.parent === undefined ? "" : (refs.get(row.parent) ?? "");
    const hash = contentHash([process.arch, parent, ...imageInputs(row)]);
    refs.set(row.name, `framewright.local/${row.name}:${hash}`);
  }
  return refs;
}

/** Which of these images are not in the cache for their present content. */
export function missingImages(names: readonly string[]): string[] {
  const refs = imageRefs(withParents(names));
  const stored = storedImages();
  return names.filter((name) => !stored.has(refs.get(name) ?? ""));
}

/**
 * Builds the images that are not in the cache for this very content. Returns name → reference and writes
 * `.framewright/images.json` with their digests.
 */
export async function buildImages(args: BuildImagesArgs): Promise<Record<string, string>> {
  const names = args.only ?? runnableImages;
  const rows = withParents(names);
  const refs = imageRefs(rows);
  const refOf = (name: string): string => {
    const ref = refs.get(name);
    if (ref === undefined) throw new Error(`image ${name} has no reference`);
    return ref;
  };
  const isMissing = (name: string): boolean => !storedImages().has(refOf(name));
  markUsed([...refs.values()]);
  if (names.some(isMissing)) {
    const work = (): Promise<void> => buildMissing(rows, refOf, args.log);
    await exclusively(imagePaths.lock, work, () => {
      args.log("images: waiting for another build of images on this machine to end");
    });
  }
  const result = Object.fromEntries(names.map((name) => [name, refOf(name)]));
  record(result);
  return result;
}

async function buildMissing(
  rows: readonly ImageRow[],
  refOf: (name: string) => string,
  log: (line: string) => void,
): Promise<void> {
  await tidyStorage();
  // Waiting for the lock may have brought some of them.
  const present = storedImages();
  const missing = rows.filter((row) => !present.has(refOf(row.name)));
  const builds = new Map<string, Promise<void>>();
  const slots = new Slots(sideBySide);
  const layoutTurn = new Slots(1);
  for (const row of missing) {
    const parentBuilt = builds.get(row.parent ?? "") ?? Promise.resolve();
    const run = async (): Promise<void> => {
      await parentBuilt;
      await slots.take(() => buildOne(row, refOf, layoutTurn, log));
    };
    const build = run();
    build.catch(() => undefined); // told below, once what runs beside it has ended
    builds.set(row.name, build);
  }
  await Promise.allSettled(builds.values());
  await Promise.all(builds.values());
  removeSuperseded();
  const inLayout = storedImages();
  await emptyStorage((ref) => inLayout.has(ref) && appParents.has(nameOf(ref)));
}

async function buildOne(
  row: ImageRow,
  refOf: (name: string) => string,
  layoutTurn: Slots,
  log: (line: string) => void,
): Promise<void> {
  const started = performance.now();
  const ref = refOf(row.name);
  const context = join(imagePaths.temporary, row.name);
  const logFile = join(imagePaths.logs, `image-${row.name}.log`);
  rmSync(context, { recursive: true, force: true });
  mkdirSync(context, { recursive: true });
  await prepareContext(row, context, logFile);
  const parentArgs: string[] = [];
  if (row.parent !== undefined) {
    const parent = refOf(row.parent);
    await layoutTurn.take(() => ensureInStorage(requireStored(storedImages(), parent)));
    parentArgs.push("--build-arg", `PARENT=${parent}`);
  }
  await buildah(
    ["bud", "--pull-never", "--layers=false", "--format=oci", ...parentArgs, "--tag", ref, context],
    logFile,
  );
  await layoutTurn.take(() => pushToLayout(ref, logFile));
  rmSync(context, { recursive: true, force: true });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const size = (requireStored(storedImages(), ref).bytes / 1e6).toFixed(0);
  log(`image ${row.name}: built in ${seconds} s, ${size} MB`);
}

function requireStored(images: ReadonlyMap<string, StoredImage>, ref: string): StoredImage {
  const image = images.get(ref);
  if (image === undefined) throw new Error(`${ref} is not in ${imagePaths.layout}`);
  return image;
}

const BuildRecord = Type.Record(
  Type.String(),
  Type.Object({ ref: Type.String(), digest: Type.String(), bytes: Type.Number() }),
);

function record(refs: Readonly<Record<string, string>>): void {
  const images = storedImages();
  const entries = Object.entries(refs).map(([name, ref]) => {
    const { manifest, bytes } = requireStored(images, ref);
    const entry: [string, unknown] = [name, { ref, digest: manifest.digest, bytes }];
    return entry;
  });
  const before = Value.Parse(BuildRecord, JSON.parse(readOr(imagePaths.record, "{}")));
  const all = Object.fromEntries([...Object.entries(before), ...entries]);
  writeWhole(imagePaths.record, `${JSON.stringify(all, null, 2)}\n`);
}

/** Lets so many pieces of work run at a time; the others wait their turn. */
class Slots {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(count: number) {
    this.free = count;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
