import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { maxOverlayBytes, type LeasedOverlay } from "@framewright/contracts/overlay.ts";
import { overlayPictureFilters, type PlacedOverlay } from "@framewright/media/overlay.ts";
import { inputArgs } from "@framewright/media/input.ts";
import type { Size } from "@framewright/media/picture.ts";
import type { Source } from "@framewright/media/source.ts";
import { JobFailure } from "../failure.ts";
import { overlayDemuxer } from "../media/overlay-picture.ts";
import type { Attempt } from "./attempt.ts";
import { obtainSource } from "./obtain-source.ts";

async function bytesAt(path: string, start: number, length: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Of a PNG that ffmpeg has written: the header is the first chunk (PNG, 11.2.2). */
async function sizeOf(path: string): Promise<Size> {
  const header = await bytesAt(path, 16, 8);
  return { width: header.readUInt32BE(0), height: header.readUInt32BE(4) };
}

/** What is wrong with the picture is told apart from what is wrong with the film. */
function ofPicture(error: unknown): unknown {
  if (!(error instanceof JobFailure) || error.kind !== "input") return error;
  return new JobFailure("overlay-unusable", { note: error.message, cause: error });
}

async function obtainPicture(
  attempt: Attempt,
  overlay: LeasedOverlay,
  path: string,
): Promise<void> {
  const settings = { ...attempt.settings, maxSourceBytes: maxOverlayBytes };
  const lease = { ...attempt.lease, source: overlay.source };
  try {
    await obtainSource({ ...attempt, settings, lease }, path);
  } catch (error) {
    throw ofPicture(error);
  }
}

/**
 * Makes a stranger's picture one of ours, in a process of its own that opens nothing else: what encodes the film reads a
 * PNG that ffmpeg has written.
 */
async function redraw(
  { settings, keeper }: Attempt,
  paths: { readonly from: string; readonly folder: string; readonly to: string },
  filters: string,
): Promise<void> {
  const demuxer = overlayDemuxer(await bytesAt(paths.from, 0, 64));
  if (demuxer === undefined) {
    throw new JobFailure("overlay-unusable", { note: "It is not a PNG, JPEG or still WebP." });
  }
  const args = [
    ...["-nostdin", "-y", "-v", "error", ...inputArgs(demuxer, paths.from)],
    ...["-map", "0:v:0", "-frames:v", "1", "-vf", filters],
    ...["-c:v", "png", "-f", "image2", "-update", "1", `file:${paths.to}`],
  ];
  try {
    await settings.tools.run("ffmpeg", args, {
      ...{ reads: [paths.from], writes: [paths.folder] },
      ...{ signal: keeper.signal, timeoutMs: 30_000 },
    });
  } catch (error) {
    keeper.signal.throwIfAborted();
    const detail = error instanceof JobFailure ? error.detail : undefined;
    throw new JobFailure("overlay-unusable", { note: "It cannot be read.", detail, cause: error });
  }
}

/** The picture over the film, if the job asks for one; nothing over sound alone. */
export async function prepareOverlay(
  attempt: Attempt,
  { video }: Pick<Source, "video">,
): Promise<PlacedOverlay | undefined> {
  const { overlay } = attempt.lease.edit ?? {};
  if (!overlay) return undefined;
  if (!video) {
    throw new JobFailure("overlay-unusable", {
      note: "The source has no pictures to show it over.",
    });
  }
  const folder = join(attempt.dir, "overlay");
  await mkdir(folder);
  const paths = {
    from: join(attempt.dir, "overlay-source"),
    folder,
    to: join(folder, "picture.png"),
  };
  await obtainPicture(attempt, overlay, paths.from);
  await redraw(attempt, paths, overlayPictureFilters(video.picture.displayed, overlay));
  return { path: paths.to, size: await sizeOf(paths.to), look: overlay };
}
