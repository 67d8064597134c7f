import { mediaTypeOf } from "@framewright/contracts/media-type.ts";
import {
  largestOutput,
  slowestBytesPerSecond,
  type StoreSide,
  type UploadsRequest,
  type UploadsResponse,
} from "@framewright/contracts/worker-api.ts";
import type { ObjectStore } from "../backends/object-store.ts";
import { refusedFields } from "../errors.ts";

const outputUrlSeconds = { least: 60, most: 600 };

/**
 * How long addresses live that were asked for together: until the last of them is used at the slowest rate. The store
 * looks at the end when an upload begins, and a worker asks again for an address that ended.
 */
export function addressSeconds(files: UploadsRequest["files"]): number {
  const bytes = files.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  const { least, most } = outputUrlSeconds;
  return Math.min(most, least + Math.ceil(bytes / slowestBytesPerSecond));
}

/** The API serves a file under the type of its name, so that the stored type must be that one. */
function requireTypes(files: UploadsRequest["files"]): void {
  const [first, ...more] = files.flatMap(({ path, contentType }, index) => {
    if (contentType === mediaTypeOf(path)) return [];
    const message = `is ${contentType}, which is not the type of ${path}`;
    return [{ path: `body/files/${index}/contentType`, message }];
  });
  if (first) throw refusedFields("invalid-request", first, ...more);
}

function requireSizes(files: UploadsRequest["files"]): void {
  const [first, ...more] = files.flatMap(({ path, sizeBytes }, index) => {
    const most = largestOutput(path);
    if (sizeBytes <= most) return [];
    const message = `is ${sizeBytes}; ${path} may have at most ${most} bytes`;
    return [{ path: `body/files/${index}/sizeBytes`, message }];
  });
  if (first) throw refusedFields("invalid-request", first, ...more);
}

/** Refuses files that no attempt may store, before anything is looked up. */
export function checkFiles(files: UploadsRequest["files"]): void {
  requireTypes(files);
  requireSizes(files);
}

/** One address for each file, below the prefix of the attempt that asks; that it may ask is for the caller to see. */
export async function presignOutputs(
  store: Pick<ObjectStore, "presignOutput" | "presignHead">,
  prefix: string,
  { files, side }: UploadsRequest & { readonly side: StoreSide },
): Promise<UploadsResponse> {
  const expiresSeconds = addressSeconds(files);
  return {
    uploads: await Promise.all(
      files.map(async ({ path, sizeBytes, contentType, md5 }) => {
        const key = `${prefix}${path}`;
        const ticket = { side, key, contentType, sizeBytes, md5, expiresSeconds } as const;
        const { url, headers } = await store.presignOutput(ticket);
        return { path, url, headers, check: await store.presignHead(side, key, expiresSeconds) };
      }),
    ),
  };
}
